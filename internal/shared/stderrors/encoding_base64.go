//go:build go1.22

package stderrors

import (
	"encoding/base64"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[base64.CorruptInputError]()
}

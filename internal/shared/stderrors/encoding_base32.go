//go:build go1.22

package stderrors

import (
	"encoding/base32"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[base32.CorruptInputError]()
}

//go:build go1.22

package stderrors

import (
	"encoding/ascii85"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[ascii85.CorruptInputError]()
}

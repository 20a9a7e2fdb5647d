//go:build go1.22

package stderrors

import (
	"compress/flate"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[flate.CorruptInputError]()
	codec.RegisterError[flate.InternalError]()
	codec.RegisterError[*flate.ReadError]()
	codec.RegisterError[*flate.WriteError]()
}

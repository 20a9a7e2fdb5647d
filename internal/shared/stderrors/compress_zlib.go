//go:build go1.22

package stderrors

import (
	"compress/zlib"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("compress/zlib.ErrChecksum", zlib.ErrChecksum)
	codec.RegisterSentinel("compress/zlib.ErrDictionary", zlib.ErrDictionary)
	codec.RegisterSentinel("compress/zlib.ErrHeader", zlib.ErrHeader)
}

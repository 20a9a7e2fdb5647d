//go:build go1.22

package stderrors

import (
	"compress/gzip"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("compress/gzip.ErrChecksum", gzip.ErrChecksum)
	codec.RegisterSentinel("compress/gzip.ErrHeader", gzip.ErrHeader)
}

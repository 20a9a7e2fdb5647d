//go:build go1.22

package stderrors

import (
	"compress/bzip2"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[bzip2.StructuralError]()
}

//go:build go1.22

package stderrors

import (
	"image"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("image.ErrFormat", image.ErrFormat)
}

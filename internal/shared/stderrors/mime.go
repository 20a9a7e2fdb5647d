//go:build go1.22

package stderrors

import (
	"mime"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("mime.ErrInvalidMediaParameter", mime.ErrInvalidMediaParameter)
}

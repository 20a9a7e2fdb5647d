//go:build go1.22

package stderrors

import (
	"crypto/aes"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[aes.KeySizeError]()
}

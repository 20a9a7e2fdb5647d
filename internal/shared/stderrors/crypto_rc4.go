//go:build go1.22

package stderrors

import (
	"crypto/rc4"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[rc4.KeySizeError]()
}

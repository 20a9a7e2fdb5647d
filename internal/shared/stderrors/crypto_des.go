//go:build go1.22

package stderrors

import (
	"crypto/des"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[des.KeySizeError]()
}

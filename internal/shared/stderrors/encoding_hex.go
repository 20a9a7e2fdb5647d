//go:build go1.22

package stderrors

import (
	"encoding/hex"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("encoding/hex.ErrLength", hex.ErrLength)
	codec.RegisterError[hex.InvalidByteError]()
}

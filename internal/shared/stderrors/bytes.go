//go:build go1.22

package stderrors

import (
	"bytes"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("bytes.ErrTooLarge", bytes.ErrTooLarge)
}

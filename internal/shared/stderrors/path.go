//go:build go1.22

package stderrors

import (
	"path"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("path.ErrBadPattern", path.ErrBadPattern)
}

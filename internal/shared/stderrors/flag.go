//go:build go1.22

package stderrors

import (
	"flag"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("flag.ErrHelp", flag.ErrHelp)
}

//go:build go1.22

package stderrors

import (
	"net/url"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*url.Error]()
	codec.RegisterError[url.EscapeError]()
	codec.RegisterError[url.InvalidHostError]()
}

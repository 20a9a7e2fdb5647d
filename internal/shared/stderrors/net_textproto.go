//go:build go1.22

package stderrors

import (
	"net/textproto"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*textproto.Error]()
	codec.RegisterError[textproto.ProtocolError]()
}

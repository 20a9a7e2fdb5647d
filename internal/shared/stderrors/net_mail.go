//go:build go1.22

package stderrors

import (
	"net/mail"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("net/mail.ErrHeaderNotPresent", mail.ErrHeaderNotPresent)
}

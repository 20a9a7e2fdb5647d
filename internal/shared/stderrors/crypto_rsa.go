//go:build go1.22

package stderrors

import (
	"crypto/rsa"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("crypto/rsa.ErrDecryption", rsa.ErrDecryption)
	codec.RegisterSentinel("crypto/rsa.ErrMessageTooLong", rsa.ErrMessageTooLong)
	codec.RegisterSentinel("crypto/rsa.ErrVerification", rsa.ErrVerification)
}

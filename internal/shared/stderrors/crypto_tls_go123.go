//go:build go1.22 && go1.23

package stderrors

import (
	"crypto/tls"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() { codec.RegisterError[*tls.ECHRejectionError]() }

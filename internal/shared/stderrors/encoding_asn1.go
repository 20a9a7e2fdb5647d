//go:build go1.22

package stderrors

import (
	"encoding/asn1"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[asn1.StructuralError]()
	codec.RegisterError[asn1.SyntaxError]()
}

//go:build go1.22

package stderrors

import (
	"encoding/csv"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSentinel("encoding/csv.ErrBareQuote", csv.ErrBareQuote)
	codec.RegisterSentinel("encoding/csv.ErrFieldCount", csv.ErrFieldCount)
	codec.RegisterSentinel("encoding/csv.ErrQuote", csv.ErrQuote)
	codec.RegisterSentinel("encoding/csv.ErrTrailingComma", csv.ErrTrailingComma)
	codec.RegisterError[*csv.ParseError]()
}

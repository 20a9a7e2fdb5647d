//go:build go1.22

package stderrors

import (
	"go/build/constraint"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*constraint.SyntaxError]()
}

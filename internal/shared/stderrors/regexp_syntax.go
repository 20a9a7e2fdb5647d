//go:build go1.22

package stderrors

import (
	"regexp/syntax"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*syntax.Error]()
}

//go:build go1.22

package stderrors

import (
	"go/scanner"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[scanner.Error]()
	codec.RegisterError[scanner.ErrorList]()
}

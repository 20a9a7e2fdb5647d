//go:build go1.22

package stderrors

import (
	"text/template"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() { codec.RegisterError[template.ExecError]() }

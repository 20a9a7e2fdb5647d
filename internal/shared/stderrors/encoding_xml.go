//go:build go1.22

package stderrors

import (
	"encoding/xml"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*xml.SyntaxError]()
	codec.RegisterError[xml.UnmarshalError]()
	codec.RegisterErrorAs(packUnsupportedXML, unpackUnsupportedXML)
	codec.RegisterErrorAs(packPath, unpackPath)
}

// An unsupportedXML is the surrogate of an *xml.UnsupportedTypeError.
type unsupportedXML struct{ Type codec.TypeText }

func packUnsupportedXML(e *xml.UnsupportedTypeError, scope codec.Scope) (unsupportedXML, bool) {
	return unsupportedXML{codec.PackType(e.Type, scope)}, true
}

func unpackUnsupportedXML(s unsupportedXML, _ string, scope codec.Scope) (*xml.UnsupportedTypeError, bool) {
	return &xml.UnsupportedTypeError{Type: codec.UnpackType(s.Type, scope)}, true
}

// A tagPath is the surrogate of an *xml.TagPathError.
type tagPath struct {
	Struct                     codec.TypeText
	Field1, Tag1, Field2, Tag2 string
}

func packPath(e *xml.TagPathError, scope codec.Scope) (tagPath, bool) {
	return tagPath{codec.PackType(e.Struct, scope), e.Field1, e.Tag1, e.Field2, e.Tag2}, true
}

func unpackPath(s tagPath, _ string, scope codec.Scope) (*xml.TagPathError, bool) {
	return &xml.TagPathError{Struct: codec.UnpackType(s.Struct, scope), Field1: s.Field1, Tag1: s.Tag1, Field2: s.Field2, Tag2: s.Tag2}, true
}

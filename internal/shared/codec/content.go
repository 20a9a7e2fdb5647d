//go:build go1.22

package codec

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A strings.Builder or a bytes.Buffer in a field has no exported fields, but a content, which is
// copied. A pointer to one is an object.

var (
	builderType = reflect.TypeFor[strings.Builder]()
	bufferType  = reflect.TypeFor[bytes.Buffer]()
)

func hasContent(t reflect.Type) bool { return t == builderType || t == bufferType }

// setContent sets dst to the content of src, if one of them is a builder or a buffer. done is false
// if neither is, or if src has no content.
func (a *Assigner) setContent(dst, src reflect.Value) (done bool) {
	switch {
	case hasContent(dst.Type()) && dst.CanAddr():
		text, ok := contentOf(src, dst.Type())
		if !ok {
			return false
		}
		switch to := dst.Addr().Interface().(type) {
		case *strings.Builder:
			// One that has been written to panics if it is written to after it was copied.
			if to.Reset(); !SetField(to, "buf", []byte(text)) {
				to.WriteString(text)
			}
		case *bytes.Buffer:
			to.Reset()
			to.WriteString(text)
		}
		return true
	case a.Copying && dst.Kind() == reflect.String && hasContent(src.Type()):
		text, _ := contentOf(src, src.Type())
		dst.SetString(text)
		return true
	}
	return false
}

// contentOf returns what a builder or a buffer of type t gets from a value: a text, or the content
// of one of these types or of its twin of the host.
func contentOf(src reflect.Value, t reflect.Type) (text string, ok bool) {
	switch {
	case src.Kind() == reflect.String:
		return src.String(), true
	case src.Kind() == reflect.Slice && src.Type().Elem().Kind() == reflect.Uint8:
		return string(src.Bytes()), true
	case src.Kind() == reflect.Pointer && !src.IsNil():
		src = src.Elem()
	}
	if src.Kind() != reflect.Struct || src.Type().String() != t.String() && !hasContent(src.Type()) {
		return "", false
	}
	s, ok := addressed[fmt.Stringer](src)
	if !ok {
		return "", false
	}
	return s.String(), true
}

// ContentType returns a type like t, a struct, in which builders and buffers in fields are texts,
// or nil if there are none. Package codec copies such a text to the field.
func ContentType(t reflect.Type) reflect.Type { return contentType(t, nil) }

func contentType(t reflect.Type, outer []reflect.Type) reflect.Type {
	if slices.Contains(outer, t) {
		return nil
	}
	outer = append(outer, t)
	switch {
	case hasContent(t):
		return stringType
	case t.Kind() == reflect.Slice:
		if elem := contentType(t.Elem(), outer); elem != nil {
			return reflect.SliceOf(elem)
		}
	case t.Kind() == reflect.Struct:
		var fields []reflect.StructField
		found := false
		for i := range t.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue
			}
			if as := contentType(f.Type, outer); as != nil {
				f.Type, found = as, true
			}
			fields = append(fields, reflect.StructField{Name: f.Name, Type: f.Type})
		}
		if found {
			return reflect.StructOf(fields)
		}
	}
	return nil
}

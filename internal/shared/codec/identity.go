//go:build go1.22

package codec

import (
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A keeper is the Scope of the plugin, whose values keep their identity in values of dynamic
// type. It sends values of declared types with methods, and pointers to declared types, by
// reference, unless the host always has the type.
type keeper interface {
	// TypeText returns the text of a type with full names, as the manifest has it.
	TypeText(t reflect.Type) string
}

// keeperOf returns the scope as a keeper, or nil if it is none.
func keeperOf(scope Scope) keeper {
	if referencesOf(scope) == nil {
		return nil
	}
	k, _ := scope.(keeper)
	return k
}

// HostTypes are the declared types that the host always has, by their full names. Their
// values are copied.
var HostTypes = map[string]bool{
	"encoding/json.Number":     true,
	"encoding/json.RawMessage": true,
	"image.Alpha":              true,
	"image.Alpha16":            true,
	"image.CMYK":               true,
	"image.Gray":               true,
	"image.Gray16":             true,
	"image.NRGBA":              true,
	"image.NRGBA64":            true,
	"image.NYCbCrA":            true,
	"image.Point":              true,
	"image.RGBA":               true,
	"image.RGBA64":             true,
	"image.Rectangle":          true,
	"image.YCbCr":              true,
	"image/color.Alpha":        true,
	"image/color.Alpha16":      true,
	"image/color.CMYK":         true,
	"image/color.Gray":         true,
	"image/color.Gray16":       true,
	"image/color.NRGBA":        true,
	"image/color.NRGBA64":      true,
	"image/color.NYCbCrA":      true,
	"image/color.RGBA":         true,
	"image/color.RGBA64":       true,
	"image/color.YCbCr":        true,
	"io/fs.FileMode":           true,
	"log/slog.Level":           true,
	"math/big.Float":           true,
	"math/big.Int":             true,
	"math/big.Rat":             true,
	"net/netip.Addr":           true,
	"net/netip.AddrPort":       true,
	"net/netip.Prefix":         true,
	"net/url.URL":              true,
	"net/url.Values":           true,
	"regexp.Regexp":            true,
	"time.Duration":            true,
	"time.Month":               true,
	"time.Time":                true,
	"time.Weekday":             true,
}

// HostFuncs are the func types with methods that the host always has, by their full names. Their
// values are funcs in the host, if a known type is registered for them in the plugin: see
// [RegisterFunc].
var HostFuncs = map[string]bool{"net/http.HandlerFunc": true}

// declared reports whether t is a declared type of a package that the host lacks.
func declared(t reflect.Type) bool {
	if t.PkgPath() == "" || t.Name() == "" {
		return false
	}
	return !HostTypes[t.PkgPath()+"."+t.Name()] && !ofSurrogates(t) && !isKnownFunc(t)
}

// Keeps reports whether a plugin sends values of type t by reference in values of dynamic type.
func Keeps(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer:
		return declared(t.Elem()) && t.Elem().Kind() != reflect.Interface
	case reflect.Interface, reflect.Chan, reflect.UnsafePointer:
		return false // known types have rules of their own
	}
	return declared(t) && (t.NumMethod() > 0 || reflect.PointerTo(t).NumMethod() > 0)
}

// putKnownFunc appends a func of a type that is registered for a known type, as an object that
// becomes a func of this type again.
func putKnownFunc(e *wire.Encoder, references *ReferenceCodec, v any) {
	t := reflect.TypeOf(v)
	e.PutUint8(anyDescribed)
	e.PutString(objectPrefix + t.PkgPath() + "." + t.Name() + ")")
	e.Enter()
	exportObject(e, references, v)
	e.Leave()
}

// Unnamed returns a func type without its name.
func Unnamed(t reflect.Type) (reflect.Type, error) {
	var in, out []reflect.Type
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return FuncOf(in, out, t.IsVariadic())
}

// holdsKept reports whether values of type t contain some that a keeper sends by
// reference.
func holdsKept(t reflect.Type, seen map[reflect.Type]bool) bool {
	if Keeps(t) {
		return true
	}
	if seen[t] || t.PkgPath() != "" && !declared(t) {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Array, reflect.Slice, reflect.Pointer:
		return holdsKept(t.Elem(), seen)
	case reflect.Map:
		return holdsKept(t.Key(), seen) || holdsKept(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && holdsKept(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// objectPrefix begins the description of a type whose values are sent by reference. The
// text of the type and a parenthesis follow.
const objectPrefix = "object("

// referred describes a type whose values are sent by reference, and returns its codec.
func (c *composer) referred(t reflect.Type) *Codec {
	if k := keeperOf(c.scope); k != nil && c.typed {
		c.text.WriteString(objectPrefix + k.TypeText(t) + ")")
	} else {
		c.text.WriteString("any")
	}
	return asAny(t)
}

// parseObject parses a description of referred, after its first parenthesis.
func parseObject(p *parser, references *ReferenceCodec) *Codec {
	end, open := 0, 1
	for ; end < len(p.text) && open > 0; end++ {
		switch p.text[end] {
		case '(':
			open++
		case ')':
			open--
		}
	}
	if open > 0 {
		return p.fail(") is missing")
	}
	// The text is kept, and must not keep the description.
	text := strings.Clone(p.text[:end-1])
	p.text = p.text[end:]
	c := asAny(references.ObjectType(text))
	c.static = text
	return c
}

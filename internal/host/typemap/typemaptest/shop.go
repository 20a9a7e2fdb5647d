// Package typemaptest has a manifest for tests of conversions.
package typemaptest

import (
	"go/types"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Shop is the manifest of a plugin for which no library exists.
var Shop = &manifest.Manifest{
	Package: "shop", ImportPath: "example.com/shop",
	Types: manifest.Types{
		"example.com/shop.Celsius": {Type: manifest.Type{Kind: manifest.Float64}},
		"example.com/shop.Flag":    {Type: manifest.Type{Kind: manifest.Bool}},
		"example.com/shop.IDs":     {Type: manifest.Type{Kind: manifest.Slice, Elem: Type("int64")}},
		"example.com/shop.Key":     Struct("A", "int", "B", "string"),
		"example.com/shop.Line":    Struct("SKU", "string", "Qty", "int32", "Price", "float64"),
		"example.com/shop.Order": Struct("ID", "int64", "Customer", "string", "Lines", "[]Line",
			"Tags", "map[string]string", "Paid", "bool"),
		"example.com/shop.Node":    Struct("Value", "int", "Next", "*Node"),
		"example.com/shop.Tree":    Struct("Name", "string", "Kids", "[]Tree", "Index", "map[string]*Tree"),
		"example.com/shop.Husband": Struct("Wife", "*Wife"),
		"example.com/shop.Wife":    Struct("Husband", "*Husband", "Home", "Key"),
		"example.com/shop.Nest":    {Type: manifest.Type{Kind: manifest.Slice, Elem: Type("Nest")}},
		"example.com/shop.Point":   Struct("X", "int", "_", "int", "Y", "int"),
		"example.com/shop.Base":    Struct("ID", "int64"),
		"example.com/shop.Derived": Struct("+Base", "Base", "Name", "string"),
		"example.com/shop.Secret":  Marshaled("text"),
		"example.com/shop.Blob":    Marshaled("binary"),
		"example.com/shop.Event": Struct("At", "time.Time", "For", "time.Duration", "Sum", "*math/big.Int",
			"Link", "net/url.URL", "Secret", "Secret", "Blob", "Blob", "Data", "any", "Err", "error"),
		"example.com/shop.Tagged": {Type: manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{
			{Name: "SKU", Type: *Type("string"), Tag: `json:"sku,omitempty"`, Exported: true},
			{Name: "Qty", Type: *Type("int"), Tag: `json:"-"`, Exported: true},
		}}},
		"time.Time":     Marshaled("time"),
		"time.Duration": {Type: manifest.Type{Kind: manifest.Int64}},
		"math/big.Int":  Marshaled("text"),
		"net/url.URL":   Marshaled("binary"),
		"net/url.Values": {Type: manifest.Type{Kind: manifest.Map, Key: Type("string"),
			Elem: &manifest.Type{Kind: manifest.Slice, Elem: Type("string")}}},
		"net/netip.Addr":           Marshaled("binary"),
		"encoding/json.RawMessage": {Type: manifest.Type{Kind: manifest.Slice, Elem: Type("uint8")}},
		"encoding/json.Number":     {Type: manifest.Type{Kind: manifest.String}},
	},
	Variables: []manifest.Variable{
		{Name: "ErrEmpty", Type: manifest.Type{Kind: manifest.Interface, Name: "error"}},
		{Name: "Limit", Type: manifest.Type{Kind: manifest.Int}},
	},
}

// Types are some types, for fuzz tests.
var Types = []string{
	"int", "int8", "uint16", "uint64", "float32", "float64", "complex64", "bool", "string", "Celsius", "[]byte", "[]int8", "[3]int",
	"*int", "**uint8", "map[int8]string", "map[any]any", "map[string]Order", "any", "error", "Order", "*Line", "Node", "*Node", "Tree",
	"Husband", "Nest", "Point", "Derived", "Event", "time.Time", "time.Duration", "*math/big.Int", "net/url.URL", "net/url.Values",
	"Secret", "Blob", "encoding/json.RawMessage", "encoding/json.Number", "map[Key][]Key", "map[Blob]Secret", "Tagged", "[]map[bool]*any",
}

// Struct returns a struct type with the given names and types of fields. A name with a
// plus sign is that of an embedded field.
func Struct(fields ...string) manifest.Decl {
	t := manifest.Type{Kind: manifest.Struct}
	for i := 0; i < len(fields); i += 2 {
		name, embedded := strings.CutPrefix(fields[i], "+")
		t.Fields = append(t.Fields, manifest.Field{Name: name, Type: *Type(fields[i+1]), Exported: name != "_", Embedded: embedded})
	}
	return manifest.Decl{Type: t}
}

// Marshaled returns a struct type whose own methods encode values.
func Marshaled(marshal string) manifest.Decl {
	return manifest.Decl{Marshal: marshal, Type: manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{
		{Name: "hidden", Type: manifest.Type{Kind: manifest.Int}},
	}}}
}

// kinds are those of the declared types, which Type needs before Shop is made.
var kinds = map[string]manifest.Kind{
	"Celsius": manifest.Float64, "Flag": manifest.Bool, "IDs": manifest.Slice, "Nest": manifest.Slice, "time.Duration": manifest.Int64,
	"net/url.Values": manifest.Map, "encoding/json.RawMessage": manifest.Slice, "encoding/json.Number": manifest.String,
}

// Type reads a type: Go's syntax, with full names but for those of Shop.
func Type(s string) *manifest.Type {
	if elem, ok := strings.CutPrefix(s, "[]"); ok {
		return &manifest.Type{Kind: manifest.Slice, Elem: Type(elem)}
	}
	if elem, ok := strings.CutPrefix(s, "*"); ok {
		return &manifest.Type{Kind: manifest.Pointer, Elem: Type(elem)}
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		n, elem, _ := strings.Cut(rest, "]")
		length, _ := strconv.ParseInt(n, 10, 64)
		return &manifest.Type{Kind: manifest.Array, Len: length, Elem: Type(elem)}
	}
	if rest, ok := strings.CutPrefix(s, "map["); ok {
		key, elem, _ := strings.Cut(rest, "]")
		return &manifest.Type{Kind: manifest.Map, Key: Type(key), Elem: Type(elem)}
	}
	switch s {
	case "error":
		return &manifest.Type{Kind: manifest.Interface, Name: "error"}
	case "any":
		return &manifest.Type{Kind: manifest.Interface}
	case "byte":
		return &manifest.Type{Kind: manifest.Uint8}
	case "struct":
		return &manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{{Name: "A", Type: *Type("int"), Exported: true}}}
	}
	if types.Universe.Lookup(s) != nil {
		return &manifest.Type{Kind: manifest.Kind(s)}
	}
	k, ok := kinds[s]
	if !ok {
		k = manifest.Struct
	}
	if !strings.Contains(s, ".") {
		s = "example.com/shop." + s
	}
	return &manifest.Type{Kind: k, Name: s}
}

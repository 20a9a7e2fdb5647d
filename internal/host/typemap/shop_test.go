package typemap

import (
	"go/types"
	"strconv"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// shop is the manifest of a plugin that the tests have no library of.
var shop = &manifest.Manifest{
	Package: "shop", ImportPath: "example.com/shop",
	Types: manifest.Types{
		"example.com/shop.Celsius": {Type: manifest.Type{Kind: manifest.Float64}},
		"example.com/shop.Flag":    {Type: manifest.Type{Kind: manifest.Bool}},
		"example.com/shop.IDs":     {Type: manifest.Type{Kind: manifest.Slice, Elem: typ("int64")}},
		"example.com/shop.Key":     structure("A", "int", "B", "string"),
		"example.com/shop.Line":    structure("SKU", "string", "Qty", "int32", "Price", "float64"),
		"example.com/shop.Order": structure("ID", "int64", "Customer", "string", "Lines", "[]Line",
			"Tags", "map[string]string", "Paid", "bool"),
		"example.com/shop.Node":    structure("Value", "int", "Next", "*Node"),
		"example.com/shop.Tree":    structure("Name", "string", "Kids", "[]Tree", "Index", "map[string]*Tree"),
		"example.com/shop.Husband": structure("Wife", "*Wife"),
		"example.com/shop.Wife":    structure("Husband", "*Husband", "Home", "Key"),
		"example.com/shop.Nest":    {Type: manifest.Type{Kind: manifest.Slice, Elem: typ("Nest")}},
		"example.com/shop.Point":   structure("X", "int", "_", "int", "Y", "int"),
		"example.com/shop.Base":    structure("ID", "int64"),
		"example.com/shop.Derived": structure("+Base", "Base", "Name", "string"),
		"example.com/shop.Secret":  marshaled("text"),
		"example.com/shop.Blob":    marshaled("binary"),
		"example.com/shop.Event": structure("At", "time.Time", "For", "time.Duration", "Sum", "*math/big.Int",
			"Link", "net/url.URL", "Secret", "Secret", "Blob", "Blob", "Data", "any", "Err", "error"),
		"example.com/shop.Tagged": {Type: manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{
			{Name: "SKU", Type: *typ("string"), Tag: `json:"sku,omitempty"`, Exported: true},
			{Name: "Qty", Type: *typ("int"), Tag: `json:"-"`, Exported: true},
		}}},
		"time.Time":     marshaled("time"),
		"time.Duration": {Type: manifest.Type{Kind: manifest.Int64}},
		"math/big.Int":  marshaled("text"),
		"net/url.URL":   marshaled("binary"),
		"net/url.Values": {Type: manifest.Type{Kind: manifest.Map, Key: typ("string"),
			Elem: &manifest.Type{Kind: manifest.Slice, Elem: typ("string")}}},
		"net/netip.Addr":           marshaled("binary"),
		"encoding/json.RawMessage": {Type: manifest.Type{Kind: manifest.Slice, Elem: typ("uint8")}},
		"encoding/json.Number":     {Type: manifest.Type{Kind: manifest.String}},
	},
	Variables: []manifest.Variable{
		{Name: "ErrEmpty", Type: manifest.Type{Kind: manifest.Interface, Name: "error"}},
		{Name: "Limit", Type: manifest.Type{Kind: manifest.Int}},
	},
}

func structure(fields ...string) manifest.Decl {
	t := manifest.Type{Kind: manifest.Struct}
	for i := 0; i < len(fields); i += 2 {
		name, embedded := strings.CutPrefix(fields[i], "+")
		t.Fields = append(t.Fields, manifest.Field{Name: name, Type: *typ(fields[i+1]), Exported: name != "_", Embedded: embedded})
	}
	return manifest.Decl{Type: t}
}

func marshaled(marshal string) manifest.Decl {
	return manifest.Decl{Marshal: marshal, Type: manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{
		{Name: "hidden", Type: manifest.Type{Kind: manifest.Int}},
	}}}
}

// kinds are those of the declared types, which typ needs before shop is made.
var kinds = map[string]manifest.Kind{
	"Celsius": manifest.Float64, "Flag": manifest.Bool, "IDs": manifest.Slice, "Nest": manifest.Slice, "time.Duration": manifest.Int64,
	"net/url.Values": manifest.Map, "encoding/json.RawMessage": manifest.Slice, "encoding/json.Number": manifest.String,
}

// typ reads a type: Go's syntax, with full names but for those of shop.
func typ(s string) *manifest.Type {
	if elem, ok := strings.CutPrefix(s, "[]"); ok {
		return &manifest.Type{Kind: manifest.Slice, Elem: typ(elem)}
	}
	if elem, ok := strings.CutPrefix(s, "*"); ok {
		return &manifest.Type{Kind: manifest.Pointer, Elem: typ(elem)}
	}
	if rest, ok := strings.CutPrefix(s, "["); ok {
		n, elem, _ := strings.Cut(rest, "]")
		length, _ := strconv.ParseInt(n, 10, 64)
		return &manifest.Type{Kind: manifest.Array, Len: length, Elem: typ(elem)}
	}
	if rest, ok := strings.CutPrefix(s, "map["); ok {
		key, elem, _ := strings.Cut(rest, "]")
		return &manifest.Type{Kind: manifest.Map, Key: typ(key), Elem: typ(elem)}
	}
	switch s {
	case "error":
		return &manifest.Type{Kind: manifest.Interface, Name: "error"}
	case "any":
		return &manifest.Type{Kind: manifest.Interface}
	case "byte":
		return &manifest.Type{Kind: manifest.Uint8}
	case "struct":
		return &manifest.Type{Kind: manifest.Struct, Fields: []manifest.Field{{Name: "A", Type: *typ("int"), Exported: true}}}
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

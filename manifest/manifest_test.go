package manifest

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func sample() *Manifest {
	return &Manifest{
		Format: Format, Bridge: Bridge{Kind: "cgo", Version: 1}, Package: "calc", ImportPath: "example.com/calc",
		GoVersion: "go1.26.0", GOOS: "linux", GOARCH: "amd64", SourceHash: "00",
		Dependencies: []Module{{Path: "example.com/x", Version: "v1.2.3"}},
		Functions: []Function{
			{Name: "Add", Doc: "Add adds.\n", Symbol: "go_plugin_calc_Add",
				Params: []Param{{Name: "a", Type: Type{Kind: Int}}, {Name: "b", Type: Type{Kind: Int}}}, Results: []Param{{Type: Type{Kind: Int}}}},
			{Name: "Note", Params: []Param{{Name: "o", Type: Type{Kind: Pointer, Elem: &Type{Kind: Struct, Name: "example.com/calc.Order"}}}}},
		},
		Skipped: []Skipped{{Name: "Map", Reason: "generic", Position: "a.go:1:1"}},
		Types: map[string]Decl{"example.com/calc.Order": {Type: Type{Kind: Struct, Fields: []Field{
			{Name: "Next", Type: Type{Kind: Pointer, Elem: &Type{Kind: Struct, Name: "example.com/calc.Order"}}, Exported: true},
		}}}},
	}
}

func TestRoundTrip(t *testing.T) {
	want := sample()
	b, err := want.Encode()
	if err != nil {
		t.Fatal(err)
	}
	// A section is padded with zeros.
	got, err := Decode(append(b, 0, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	again, err := got.Encode()
	if err != nil || string(again) != string(b) {
		t.Errorf("encoding again: got %s, %v, want %s", again, err, b)
	}
	if f, i := got.Lookup("Note"); i != 1 || f.Name != "Note" {
		t.Errorf("Lookup: got %v, %d, want Note, 1", f, i)
	}
	if _, i := got.Lookup("none"); i != -1 {
		t.Errorf("Lookup of nothing: got %d, want -1", i)
	}
}

func TestDecodeRefuses(t *testing.T) {
	deep := `{"kind":"int"}`
	for range 300 {
		deep = `{"kind":"pointer","elem":` + deep + `}`
	}
	valid := `"format":1,"package":"p","goos":"linux","goarch":"amd64","bridge":{"kind":"cgo","version":1}`
	for name, text := range map[string]string{
		"empty":          "",
		"zeros":          "\x00\x00",
		"no JSON":        "MZ",
		"cut":            `{` + valid,
		"trailing":       `{` + valid + `} x`,
		"no package":     `{"format":1}`,
		"unnamed":        `{` + valid + `,"functions":[{}]}`,
		"twice":          `{` + valid + `,"functions":[{"name":"A"},{"name":"A"}]}`,
		"no kind":        `{` + valid + `,"functions":[{"name":"A","params":[{"type":{}}]}]}`,
		"slice of what":  `{` + valid + `,"functions":[{"name":"A","params":[{"type":{"kind":"slice"}}]}]}`,
		"map of what":    `{` + valid + `,"functions":[{"name":"A","params":[{"type":{"kind":"map","elem":{"kind":"int"}}}]}]}`,
		"too deep":       `{` + valid + `,"functions":[{"name":"A","params":[{"type":` + deep + `}]}]}`,
		"bad named type": `{` + valid + `,"types":{"a.B":{"type":{"kind":""}}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			if m, err := Decode([]byte(text)); err == nil {
				t.Errorf("%s: got %+v, want an error", name, m)
			}
		})
	}
	_, err := Decode([]byte(`{"format":99,"functions":"of another kind"}`))
	var format *FormatError
	if !errors.As(err, &format) || format.Got != 99 {
		t.Errorf("another format: got %v, want a %T and 99", err, format)
	}
}

func TestTypeString(t *testing.T) {
	integer := Type{Kind: Int}
	for want, typ := range map[string]Type{
		"int":                    integer,
		"error":                  {Kind: Interface, Name: "error"},
		"any":                    {Kind: Interface},
		"[]byte":                 {Kind: Slice, Elem: &Type{Kind: Uint8}},
		"[3]*int":                {Kind: Array, Len: 3, Elem: &Type{Kind: Pointer, Elem: &integer}},
		"map[string]big.Int":     {Kind: Map, Key: &Type{Kind: String}, Elem: &Type{Kind: Struct, Name: "math/big.Int"}},
		"a.Pair[ex.com/b.T,int]": {Kind: Struct, Name: "ex.com/a.Pair[ex.com/b.T,int]"},
		"<-chan int":             {Kind: Chan, Dir: "recv", Elem: &integer},
		"chan<- int":             {Kind: Chan, Dir: "send", Elem: &integer},
		"chan int":               {Kind: Chan, Elem: &integer},
		"func(a int, ...int)":    {Kind: Func, Variadic: true, Params: []Param{{Name: "a", Type: integer}, {Type: Type{Kind: Slice, Elem: &integer}}}},
		"func() (n int)":         {Kind: Func, Results: []Param{{Name: "n", Type: integer}}},
		"struct{X int; int}":     {Kind: Struct, Fields: []Field{{Name: "X", Type: integer}, {Name: "int", Embedded: true, Type: integer}}},
		"interface{M(int) int}":  {Kind: Interface, Methods: []Method{{Name: "M", Params: []Param{{Type: integer}}, Results: []Param{{Type: integer}}}}},
	} {
		t.Run(want, func(t *testing.T) {
			if got := typ.String(); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
	f := Function{Name: "Div", Params: []Param{{Name: "a", Type: integer}, {Name: "b", Type: integer}},
		Results: []Param{{Type: integer}, {Type: Type{Kind: Interface, Name: "error"}}}}
	if got, want := f.Signature(), "Div(a int, b int) (int, error)"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestSymbol(t *testing.T) {
	seen := make(map[string]string)
	for _, test := range []struct{ pkg, function, want string }{
		{"example", "Execute", "go_plugin_example_Execute"},
		{"example", "Ärger", "go_plugin_example__u00c4rger"},
		{"größe", "X1_y", "go_plugin_gr_u00f6_u00dfe_X1_y"},
		{"p", "Ω𝒳", "go_plugin_p__u03a9_u1d4b3"},
	} {
		t.Run(test.pkg, func(t *testing.T) {
			got := Symbol(test.pkg, test.function)
			if got != test.want {
				t.Errorf("Symbol(%s, %s) = %s, want %s", test.pkg, test.function, got, test.want)
			}
			if strings.Trim(got, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") != "" {
				t.Errorf("got %s, want a name in C", got)
			}
			if other := seen[got]; other != "" {
				t.Errorf("got %s for %s and %s, want two names", got, other, test.function)
			}
			seen[got] = test.function
		})
	}
}

package manifest

import (
	"strings"
	"testing"
)

func TestObjects(t *testing.T) {
	field := func(name string, t Type) Field { return Field{Name: name, Type: t, Exported: true} }
	pointer := func(t Type) Type { return Type{Kind: Pointer, Elem: &t} }
	slice := func(t Type) Type { return Type{Kind: Slice, Elem: &t} }
	named := func(k Kind, name string) Type { return Type{Kind: k, Name: name} }
	locked, plain := named(Struct, "p.Locked"), named(Struct, "p.Plain")
	url, hooks := named(Struct, "p.URL"), named(Struct, "p.Hooks")
	f := Type{Kind: Func, Params: []Param{{Name: "n", Type: Type{Kind: Int}}, {Type: slice(locked)}}, Variadic: true}
	types := Types{
		"p.Locked": {Type: Type{Kind: Struct}, Object: true},
		"p.Plain":  {Type: Type{Kind: Struct, Fields: []Field{field("X", Type{Kind: Int})}}},
		"p.URL":    {Type: Type{Kind: Struct, Fields: []Field{field("User", pointer(locked))}}, Marshal: MarshalBinary},
		"p.Hooks":  {Type: Type{Kind: Struct, Fields: []Field{field("F", f), field("Next", pointer(hooks))}}},
		"p.Node":   {Type: Type{Kind: Interface, Methods: []Method{{Name: "Next"}}}, Object: true},
		"p.Any":    {Type: Type{Kind: Interface}},
	}
	for _, test := range []struct {
		t     Type
		form  Form
		plain bool
		text  string
	}{
		{locked, FormObject, false, "p.Locked"},
		{pointer(locked), FormObject, false, "*p.Locked"},
		{pointer(pointer(locked)), FormMessage, false, "**p.Locked"},
		{slice(locked), FormMessage, false, "[]p.Locked"},
		{pointer(plain), FormMessage, true, "*p.Plain"},
		{url, FormMessage, true, "p.URL"},
		{hooks, FormMessage, false, "p.Hooks"},
		{f, FormObject, false, "func(int, ...p.Locked)"},
		{Type{Kind: Func, Results: []Param{{Type: f}, {Type: url}}}, FormObject, false, "func() (func(int, ...p.Locked), p.URL)"},
		{Type{Kind: Chan, Dir: "recv", Elem: &Type{Kind: Int}}, FormObject, false, "<-chan int"},
		{named(Interface, "p.Node"), FormObject, false, "p.Node"},
		{named(Interface, "p.Any"), FormMessage, true, "p.Any"},
		{named(Interface, "error"), FormMessage, true, "error"},
		{named(Interface, "context.Context"), FormContext, false, "context.Context"},
		{Type{Kind: Interface, Methods: []Method{{Name: "M", Results: []Param{{Name: "n", Type: plain}}}}}, FormObject, false, "interface{M() p.Plain}"},
		{Type{Kind: Struct, Fields: []Field{field("X", pointer(locked))}}, FormMessage, false, "struct{X *p.Locked}"},
		{Type{Kind: Struct, Fields: []Field{field("X", locked)}}, FormNone, false, "struct{X p.Locked}"},
		{slice(named(Interface, "context.Context")), FormNone, false, "[]context.Context"},
		{slice(Type{Kind: UnsafePointer}), FormNone, false, "[]unsafe.Pointer"},
	} {
		t.Run(test.text, func(t *testing.T) {
			form, reason := types.Form(&test.t)
			if form != test.form || (reason == "") != (form != FormNone) || types.Plain(&test.t) != test.plain || test.t.Text() != test.text {
				t.Errorf("%s: got form %d with reason %q, plain %t, text %s, want form %d, plain %t", test.text, form, reason, types.Plain(&test.t), test.t.Text(), test.form, test.plain)
			}
			if form == FormObject != types.IsObject(&test.t) {
				t.Errorf("%s: got IsObject %t, want %t", test.text, types.IsObject(&test.t), form != FormObject)
			}
		})
	}
	m := &Manifest{Package: "p", GOOS: "linux", GOARCH: "amd64", Bridge: Bridge{Kind: CGO}, Methods: []Function{{Name: "M", Receiver: "p.T"}}}
	if _, err := m.Encode(); err == nil || !strings.Contains(err.Error(), "has no receiver") {
		t.Error(err)
	}
}

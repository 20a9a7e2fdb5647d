package manifest

import (
	"strconv"
	"strings"
)

// Text returns the type in Go's syntax like String, but with full names and without
// the names of parameters: types that are identical have the same one.
func (t *Type) Text() string {
	var b strings.Builder
	t.text(&b)
	return b.String()
}

func (t *Type) text(b *strings.Builder) {
	if t == nil {
		b.WriteByte('?')
		return
	}
	if t.Name != "" {
		b.WriteString(t.Name)
		return
	}
	switch t.Kind {
	case Array:
		b.WriteString("[" + strconv.FormatInt(t.Len, 10) + "]")
		t.Elem.text(b)
	case Slice:
		b.WriteString("[]")
		t.Elem.text(b)
	case Pointer:
		b.WriteByte('*')
		t.Elem.text(b)
	case Map:
		b.WriteString("map[")
		t.Key.text(b)
		b.WriteByte(']')
		t.Elem.text(b)
	case Chan:
		b.WriteString(map[string]string{"send": "chan<- ", "recv": "<-chan "}[t.Dir])
		if t.Dir == "" {
			b.WriteString("chan ")
		}
		if t.Elem != nil && t.Elem.Kind == Chan && t.Elem.Dir == "recv" && t.Elem.Name == "" {
			b.WriteByte('(')
			t.Elem.text(b)
			b.WriteByte(')')
			return
		}
		t.Elem.text(b)
	case Struct:
		b.WriteString("struct{")
		for i := range t.Fields {
			f := &t.Fields[i]
			if i > 0 {
				b.WriteString("; ")
			}
			if !f.Embedded {
				b.WriteString(f.Name + " ")
			}
			f.Type.text(b)
			if f.Tag != "" {
				b.WriteString(" " + strconv.Quote(f.Tag))
			}
		}
		b.WriteByte('}')
	case Interface:
		b.WriteString("interface{")
		for i := range t.Methods {
			m := &t.Methods[i]
			if i > 0 {
				b.WriteString("; ")
			}
			b.WriteString(m.Name)
			signatureText(b, m.Params, m.Results, m.Variadic)
		}
		b.WriteByte('}')
	case Func:
		b.WriteString("func")
		signatureText(b, t.Params, t.Results, t.Variadic)
	default:
		b.WriteString(string(t.Kind))
	}
}

func signatureText(b *strings.Builder, params, results []Param, variadic bool) {
	list := func(list []Param, variadic bool) {
		b.WriteByte('(')
		for i := range list {
			t := &list[i].Type
			if i > 0 {
				b.WriteString(", ")
			}
			if variadic && i == len(list)-1 && t.Elem != nil {
				b.WriteString("...")
				t = t.Elem
			}
			t.text(b)
		}
		b.WriteByte(')')
	}
	list(params, variadic)
	switch len(results) {
	case 0:
	case 1:
		b.WriteByte(' ')
		results[0].Type.text(b)
	default:
		b.WriteByte(' ')
		list(results, false)
	}
}

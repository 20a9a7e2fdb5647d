package manifest

import (
	"strconv"
	"strings"
)

// String returns the type in Go's syntax; declared types appear as pkg.Name.
func (t Type) String() string {
	var w typeWriter
	w.typ(&t)
	return w.String()
}

// Text returns the type in Go's syntax like String, but with full names and the tags of
// fields, and without the names of parameters. Identical types have the same text.
func (t *Type) Text() string {
	w := typeWriter{full: true}
	w.typ(t)
	return w.String()
}

// Signature returns the function in Go's syntax, from its name on:
// "Execute(a int, b int) (int, error)".
func (f *Function) Signature() string {
	var w typeWriter
	w.WriteString(f.Name)
	w.signature(f.Params, f.Results, f.Variadic)
	return w.String()
}

// A typeWriter writes types in Go's syntax.
type typeWriter struct {
	strings.Builder
	full bool // as Type.Text
}

func (w *typeWriter) typ(t *Type) {
	switch {
	case t == nil:
		w.WriteByte('?')
		return
	case t.Name != "" && w.full:
		w.WriteString(t.Name)
		return
	case t.Name != "":
		// Type arguments keep their paths: the name ends where they begin.
		name, arguments := t.Name, ""
		if i := strings.IndexByte(name, '['); i >= 0 {
			name, arguments = name[:i], name[i:]
		}
		w.WriteString(name[strings.LastIndexByte(name, '/')+1:] + arguments)
		return
	}
	switch t.Kind {
	case Array:
		w.WriteString("[" + strconv.FormatInt(t.Len, 10) + "]")
		w.typ(t.Elem)
	case Slice:
		if t.IsBytes() && !w.full {
			w.WriteString("[]byte")
			return
		}
		w.WriteString("[]")
		w.typ(t.Elem)
	case Pointer:
		w.WriteByte('*')
		w.typ(t.Elem)
	case Map:
		w.WriteString("map[")
		w.typ(t.Key)
		w.WriteByte(']')
		w.typ(t.Elem)
	case Chan:
		w.channel(t)
	case Struct:
		w.WriteString("struct{")
		for i := range t.Fields {
			f := &t.Fields[i]
			if i > 0 {
				w.WriteString("; ")
			}
			if !f.Embedded {
				w.WriteString(f.Name + " ")
			}
			w.typ(&f.Type)
			if f.Tag != "" && w.full {
				w.WriteString(" " + strconv.Quote(f.Tag))
			}
		}
		w.WriteByte('}')
	case Interface:
		if len(t.Methods) == 0 && !w.full {
			w.WriteString("any")
			return
		}
		w.WriteString("interface{")
		for i := range t.Methods {
			m := &t.Methods[i]
			if i > 0 {
				w.WriteString("; ")
			}
			w.WriteString(m.Name)
			w.signature(m.Params, m.Results, m.Variadic)
		}
		w.WriteByte('}')
	case Func:
		w.WriteString("func")
		w.signature(t.Params, t.Results, t.Variadic)
	default:
		w.WriteString(string(t.Kind))
	}
}

// channel writes a channel. chan (<-chan int) needs its parentheses.
func (w *typeWriter) channel(t *Type) {
	switch t.Dir {
	case "send":
		w.WriteString("chan<- ")
	case "recv":
		w.WriteString("<-chan ")
	default:
		w.WriteString("chan ")
	}
	if e := t.Elem; e != nil && e.Kind == Chan && e.Dir == "recv" && e.Name == "" {
		w.WriteByte('(')
		w.typ(e)
		w.WriteByte(')')
		return
	}
	w.typ(t.Elem)
}

func (w *typeWriter) signature(params, results []Param, variadic bool) {
	w.list(params, variadic)
	switch {
	case len(results) == 0:
	case len(results) == 1 && (w.full || results[0].Name == ""):
		w.WriteByte(' ')
		w.typ(&results[0].Type)
	default:
		w.WriteByte(' ')
		w.list(results, false)
	}
}

func (w *typeWriter) list(list []Param, variadic bool) {
	w.WriteByte('(')
	for i := range list {
		t := &list[i].Type
		if i > 0 {
			w.WriteString(", ")
		}
		if name := list[i].Name; name != "" && !w.full {
			w.WriteString(name + " ")
		}
		if variadic && i == len(list)-1 && t.Elem != nil {
			w.WriteString("...")
			t = t.Elem
		}
		w.typ(t)
	}
	w.WriteByte(')')
}

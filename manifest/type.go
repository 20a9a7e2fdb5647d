package manifest

import (
	"fmt"
	"strconv"
	"strings"
)

// A Kind is the kind of a type's structure, as reflect.Kind is.
type Kind string

// The kinds. The scalar ones have the names of Go's predeclared types.
const (
	Bool       Kind = "bool"
	Int        Kind = "int"
	Int8       Kind = "int8"
	Int16      Kind = "int16"
	Int32      Kind = "int32"
	Int64      Kind = "int64"
	Uint       Kind = "uint"
	Uint8      Kind = "uint8"
	Uint16     Kind = "uint16"
	Uint32     Kind = "uint32"
	Uint64     Kind = "uint64"
	Uintptr    Kind = "uintptr"
	Float32    Kind = "float32"
	Float64    Kind = "float64"
	Complex64  Kind = "complex64"
	Complex128 Kind = "complex128"
	String     Kind = "string"

	Array     Kind = "array"     // Elem, Len
	Slice     Kind = "slice"     // Elem
	Map       Kind = "map"       // Key, Elem
	Pointer   Kind = "pointer"   // Elem
	Struct    Kind = "struct"    // Fields
	Interface Kind = "interface" // Methods; the predeclared error has the name "error"
	Func      Kind = "func"      // Params, Results, Variadic
	Chan      Kind = "chan"      // Elem, Dir

	UnsafePointer Kind = "unsafe.Pointer"
	TypeParam     Kind = "type parameter"
)

// A Type is the structure of a Go type.
//
// A declared type has a Name, "import/path.Name" or "error". If it is neither a
// scalar nor the predeclared error, its structure is in [Manifest.Types] under that name,
// and only Name and Kind are set here. So recursive types are finite.
type Type struct {
	Kind     Kind     `json:"kind"`
	Name     string   `json:"name,omitempty"`
	Key      *Type    `json:"key,omitempty"`
	Elem     *Type    `json:"elem,omitempty"`
	Len      int64    `json:"len,omitempty"`
	Dir      string   `json:"dir,omitempty"` // of a chan: "", "send" or "recv"
	Fields   []Field  `json:"fields,omitempty"`
	Methods  []Method `json:"methods,omitempty"` // of an interface
	Params   []Param  `json:"params,omitempty"`
	Results  []Param  `json:"results,omitempty"`
	Variadic bool     `json:"variadic,omitempty"`
}

// A Field is a field of a struct, in declaration order.
type Field struct {
	Name     string `json:"name"`
	Type     Type   `json:"type"`
	Tag      string `json:"tag,omitempty"`
	Embedded bool   `json:"embedded,omitempty"`
	Exported bool   `json:"exported,omitempty"`
}

// A Method is an exported method of a declared type, or any method of an interface.
type Method struct {
	Name     string  `json:"name"`
	Doc      string  `json:"doc,omitempty"`
	Pointer  bool    `json:"pointer,omitempty"` // has a pointer receiver
	Params   []Param `json:"params,omitempty"`
	Results  []Param `json:"results,omitempty"`
	Variadic bool    `json:"variadic,omitempty"`
}

// A Decl is a declared type: its structure without its name, and its methods.
type Decl struct {
	Doc     string   `json:"doc,omitempty"`
	Type    Type     `json:"type"`
	Methods []Method `json:"methods,omitempty"`
	Marshal string   `json:"marshal,omitempty"` // one of the Marshal constants, if the type has such methods of its own

	// Object says that values cross by reference, because they cannot be copied. The
	// manifest may leave out types that only their fields and methods mention.
	Object bool `json:"object,omitempty"`

	// Known says that both sides have the type and send its values, or pointers to them,
	// by a surrogate: see [Types.IsKnown].
	Known bool `json:"known,omitempty"`
}

// IsScalar reports whether values of the kind fit one 64-bit word of a frame.
func (k Kind) IsScalar() bool {
	switch k {
	case Bool, Int, Int8, Int16, Int32, Int64, Uint, Uint8, Uint16, Uint32, Uint64, Uintptr, Float32, Float64:
		return true
	}
	return false
}

// IsError reports whether t is the predeclared error.
func (t *Type) IsError() bool { return t.Kind == Interface && t.Name == "error" }

// IsContext reports whether t is context.Context.
func (t *Type) IsContext() bool { return t.Kind == Interface && t.Name == "context.Context" }

// IsBytes reports whether t is a slice of bytes without a name of its own.
func (t *Type) IsBytes() bool {
	return t.Kind == Slice && t.Name == "" && t.Elem != nil && t.Elem.Kind == Uint8 && t.Elem.Name == ""
}

// maxDepth bounds how deep a type without names may nest.
const maxDepth = 200

func (t *Type) check() error { return t.checkDepth(0) }

func (t *Type) checkDepth(depth int) error {
	if depth > maxDepth {
		return fmt.Errorf("type nests deeper than %d", maxDepth)
	}
	switch t.Kind {
	case "":
		return fmt.Errorf("type %q has no kind", t.Name)
	case Array, Slice, Pointer, Chan:
		if t.Name == "" && t.Elem == nil {
			return fmt.Errorf("%s has no element type", t.Kind)
		}
	case Map:
		if t.Name == "" && (t.Elem == nil || t.Key == nil) {
			return fmt.Errorf("map has no key or element type")
		}
	}
	for _, sub := range []*Type{t.Key, t.Elem} {
		if sub != nil {
			if err := sub.checkDepth(depth + 1); err != nil {
				return err
			}
		}
	}
	for i := range t.Fields {
		if err := t.Fields[i].Type.checkDepth(depth + 1); err != nil {
			return err
		}
	}
	for _, list := range [][]Param{t.Params, t.Results} {
		for i := range list {
			if err := list[i].Type.checkDepth(depth + 1); err != nil {
				return err
			}
		}
	}
	return nil
}

// String returns the type in Go's syntax; declared types appear as pkg.Name.
func (t Type) String() string {
	if t.Name != "" {
		// Type arguments keep their paths: the name ends where they begin.
		name, arguments := t.Name, ""
		if i := strings.IndexByte(name, '['); i >= 0 {
			name, arguments = name[:i], name[i:]
		}
		return name[strings.LastIndexByte(name, '/')+1:] + arguments
	}
	switch t.Kind {
	case Array:
		return "[" + strconv.FormatInt(t.Len, 10) + "]" + t.elem()
	case Slice:
		if t.IsBytes() {
			return "[]byte"
		}
		return "[]" + t.elem()
	case Pointer:
		return "*" + t.elem()
	case Map:
		key := "?"
		if t.Key != nil {
			key = t.Key.String()
		}
		return "map[" + key + "]" + t.elem()
	case Chan:
		switch t.Dir {
		case "send":
			return "chan<- " + t.elem()
		case "recv":
			return "<-chan " + t.elem()
		}
		return "chan " + t.elem()
	case Struct:
		fields := make([]string, len(t.Fields))
		for i, f := range t.Fields {
			fields[i] = f.Name + " " + f.Type.String()
			if f.Embedded {
				fields[i] = f.Type.String()
			}
		}
		return "struct{" + strings.Join(fields, "; ") + "}"
	case Interface:
		if len(t.Methods) == 0 {
			return "any"
		}
		methods := make([]string, len(t.Methods))
		for i, m := range t.Methods {
			methods[i] = m.Name + signature(m.Params, m.Results, m.Variadic)
		}
		return "interface{" + strings.Join(methods, "; ") + "}"
	case Func:
		return "func" + signature(t.Params, t.Results, t.Variadic)
	}
	return string(t.Kind)
}

func (t *Type) elem() string {
	if t.Elem == nil {
		return "?"
	}
	return t.Elem.String()
}

// Signature returns the function in Go's syntax, from its name on:
// "Execute(a int, b int) (int, error)".
func (f *Function) Signature() string {
	return f.Name + signature(f.Params, f.Results, f.Variadic)
}

func signature(params, results []Param, variadic bool) string {
	s := "(" + join(params, variadic) + ")"
	switch {
	case len(results) == 0:
		return s
	case len(results) == 1 && results[0].Name == "":
		return s + " " + results[0].Type.String()
	}
	return s + " (" + join(results, false) + ")"
}

func join(list []Param, variadic bool) string {
	parts := make([]string, len(list))
	for i, p := range list {
		s := p.Type.String()
		if variadic && i == len(list)-1 && p.Type.Elem != nil {
			s = "..." + p.Type.Elem.String()
		}
		if p.Name != "" {
			s = p.Name + " " + s
		}
		parts[i] = s
	}
	return strings.Join(parts, ", ")
}

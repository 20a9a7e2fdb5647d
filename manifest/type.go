package manifest

import "fmt"

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

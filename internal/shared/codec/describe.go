//go:build go1.22

package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Describe returns the description of a type for the other side. It is Go's syntax without
// spaces. A declared type appears by the full name that scope gives it. A type without such a
// name appears as its structure, without tags and blank fields, and with embedded fields as
// plain ones, or as a string if it is encoded as text. Without a scope, only the names that
// both sides have anyway are used. The error says why there is no description, as the end of
// a sentence that begins with a type.
func Describe(t reflect.Type, scope Scope) (string, error) {
	return describeWith(describer{b: new(strings.Builder), scope: scope}, t)
}

// describeCopy is Describe for a copy of a value of the other side. A type that is encoded by
// its MarshalBinary and has no name there appears as Binary.
func describeCopy(t reflect.Type, scope Scope) (string, error) {
	return describeWith(describer{b: new(strings.Builder), scope: scope, copying: true}, t)
}

func describeWith(d describer, t reflect.Type) (string, error) {
	if err := d.describe(t, nil); err != nil {
		return "", err
	}
	if d.b.Len() > maxDescription {
		return "", fmt.Errorf("%s takes more than %d bytes to describe", t, maxDescription)
	}
	return d.b.String(), nil
}

type describer struct {
	b       *strings.Builder
	scope   Scope
	copying bool
}

// maxDescription bounds a description in bytes, maxNesting how deep it nests.
const (
	maxDescription = 1 << 16
	maxNesting     = 100
)

func (d describer) describe(t reflect.Type, outer []reflect.Type) error {
	b := d.b
	if name := nameOf(t, d.scope); name != "" {
		b.WriteString(name)
		return nil
	}
	if len(outer) > maxNesting || b.Len() > maxDescription {
		return fmt.Errorf("%s is too complex to be described", t)
	}
	for _, o := range outer {
		if o == t {
			return fmt.Errorf("%s contains itself, and the other side does not know it by name", t)
		}
	}
	outer = append(outer, t)
	switch t.Kind() {
	case reflect.Array:
		b.WriteString("[" + strconv.Itoa(t.Len()) + "]")
	case reflect.Slice:
		b.WriteString("[]")
	case reflect.Pointer:
		b.WriteByte('*')
	case reflect.Map:
		b.WriteString("map[")
		if err := d.describe(t.Key(), outer); err != nil {
			return err
		}
		b.WriteByte(']')
	case reflect.Struct:
		return d.fields(t, outer)
	case reflect.Interface:
		if t.NumMethod() > 0 {
			return fmt.Errorf("%s is an interface with methods", t)
		}
		b.WriteString("any")
		return nil
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return fmt.Errorf("%s does not cross", t)
	default:
		b.WriteString(t.Kind().String())
		return nil
	}
	return d.describe(t.Elem(), outer)
}

func (d describer) fields(t reflect.Type, outer []reflect.Type) error {
	b := d.b
	switch marshalerKind(t) {
	case "text":
		b.WriteString("string")
		return nil
	case "binary":
		if d.copying {
			b.WriteString("binary")
			return nil
		}
		return fmt.Errorf("%s is not known to the other side, and has unexported fields", t)
	}
	b.WriteString("struct{")
	first := true
	for i := range t.NumField() {
		f := t.Field(i)
		if f.Name == "_" {
			continue
		}
		if !f.IsExported() {
			return fmt.Errorf("%s does not cross: its field %s is unexported", t, f.Name)
		}
		if !first {
			b.WriteByte(';')
		}
		first = false
		b.WriteString(f.Name + " ")
		if err := d.describe(f.Type, outer); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return nil
}

// common are the declared types that both sides know, by name.
var common = map[string]reflect.Type{
	"error":         errorType,
	"any":           anyType,
	"binary":        binaryType,
	"time.Time":     timeType,
	"time.Duration": durationType,
	"bool":          reflect.TypeFor[bool](),
	"int":           reflect.TypeFor[int](),
	"int8":          reflect.TypeFor[int8](),
	"int16":         reflect.TypeFor[int16](),
	"int32":         reflect.TypeFor[int32](),
	"int64":         reflect.TypeFor[int64](),
	"uint":          reflect.TypeFor[uint](),
	"uint8":         reflect.TypeFor[uint8](),
	"uint16":        reflect.TypeFor[uint16](),
	"uint32":        reflect.TypeFor[uint32](),
	"uint64":        reflect.TypeFor[uint64](),
	"uintptr":       reflect.TypeFor[uintptr](),
	"float32":       reflect.TypeFor[float32](),
	"float64":       reflect.TypeFor[float64](),
	"complex64":     reflect.TypeFor[complex64](),
	"complex128":    reflect.TypeFor[complex128](),
	"string":        stringType,
}

// Predeclared returns the predeclared type whose kind has the name, or nil.
func Predeclared(kind string) reflect.Type {
	if t := common[kind]; t != nil && t.Kind().String() == kind {
		return t
	}
	return nil
}

// nameOf returns the name of a type on the other side, "" if it has none there.
func nameOf(t reflect.Type, scope Scope) string {
	if made := madeOf(scope, t); made != nil {
		return made.name()
	}
	switch {
	case t == binaryType:
		return "binary"
	case t == timeType:
		return "time.Time"
	case t == durationType:
		return "time.Duration"
	case t.Name() != "" && t.PkgPath() == "" && t.Kind() != reflect.UnsafePointer:
		return t.Name()
	case scope != nil && (t.Name() != "" || t.Kind() == reflect.Struct):
		return scope.Name(t) // a struct without a name may stand for a type that one side only has
	}
	return ""
}

// A description is the description of a type of values in interfaces, with its codec.
type description struct {
	text   string
	codec  *Codec
	refers bool   // something in it crosses by reference
	object bool   // the whole value crosses by reference; text and codec are not set
	proxy  bool   // values may stand for objects of the other side's
	number uint64 // of a type of the host's, see shape

	// Set by complete.
	typ      reflect.Type
	prefix   []byte // what comes before a value
	copied   bool   // see isCopied
	indirect bool   // values are behind the second word of an interface
}

// newDescription makes the description of a type. It uses the scope's own codec if the scope
// has one for exactly this type, because only that codec knows which parts are boxed.
func newDescription(t reflect.Type, scope Scope) (*description, error) {
	references := referencesOf(scope)
	if made := madeOf(scope, t); made != nil {
		return &description{text: made.name(), codec: made.codec, proxy: true, number: made.shape.number}, nil
	}
	if madeOf(scope, pointed(t)) != nil {
		return compose(t, scope, references)
	}
	keep := keeperOf(scope) != nil
	if references != nil && (byReference(t) || keep && Keeps(t)) {
		return &description{object: true, proxy: true}, nil
	}
	_, reason := unsupported(t, map[reflect.Type]bool{})
	switch {
	case references == nil:
	case reason != "":
		return references.compose(t, scope, references)
	case keep && holdsKept(t, map[reflect.Type]bool{}):
		if d, err := references.compose(t, scope, references); err == nil {
			return d, nil
		} // a type that contains itself is copied
	}
	text, err := Describe(t, scope)
	if err != nil {
		if references != nil && (t.Kind() == reflect.Pointer && marshalerKind(t.Elem()) == "binary" || marshalerKind(t) == "binary") {
			return &description{object: true, proxy: true}, nil // the other side does not have it
		}
		return nil, err
	}
	if c, err := resolve([]byte(text), scope); err == nil && c.typ == t {
		return &description{text: text, codec: c, proxy: mayBeProxy(t)}, nil
	}
	c, err := For(t)
	if err != nil {
		return nil, err
	}
	return &description{text: text, codec: c, proxy: mayBeProxy(t)}, nil
}

// mayBeProxy reports whether values of a type may stand for values of the other side.
func mayBeProxy(t reflect.Type) bool { return t.NumMethod() > 0 || t.Kind() == reflect.Pointer }

// pointed returns the type that pointers to pointers of a type lead to.
func pointed(t reflect.Type) reflect.Type {
	for t.Kind() == reflect.Pointer && t.Name() == "" {
		t = t.Elem()
	}
	return t
}

//go:build go1.22

package codec

import "reflect"

// A TypeText stands for a [reflect.Type] in the surrogate of an error.
type TypeText struct {
	Text               string // its description; "" if it has none
	String, Name, Path string
	Kind               uint
}

// PackType returns what is sent for a type.
func PackType(t reflect.Type, scope Scope) TypeText {
	if t == nil {
		return TypeText{}
	}
	if in, ok := t.(*typeStandIn); ok {
		return in.text
	}
	text, _ := Describe(t, scope) // "" if there is none
	return TypeText{text, t.String(), t.Name(), t.PkgPath(), uint(t.Kind())}
}

// UnpackType returns the type that both sides have. If they have none, it returns a type that
// prints as the other side's and has its name and kind. Package reflect does not make values of it.
func UnpackType(s TypeText, scope Scope) reflect.Type {
	if s.String == "" {
		return nil
	}
	if s.Text != "" {
		if c, err := resolve([]byte(s.Text), scope); err == nil && c.typ.String() == s.String && c.typ.PkgPath() == s.Path {
			return c.typ
		}
	}
	return &typeStandIn{reflect.TypeFor[struct{}](), s}
}

// A typeStandIn stands for a type that only the other side has.
type typeStandIn struct {
	reflect.Type
	text TypeText
}

func (t *typeStandIn) String() string     { return t.text.String }
func (t *typeStandIn) Name() string       { return t.text.Name }
func (t *typeStandIn) PkgPath() string    { return t.text.Path }
func (t *typeStandIn) Kind() reflect.Kind { return reflect.Kind(t.text.Kind) }

package winplugin

import (
	"fmt"
	"reflect"
)

// Get returns the value of an exported field of the struct that the object is or points
// to, one of an embedded struct too. A field that is a struct comes as an Object that
// stands for the field itself.
func (o *Object) Get(field string) (any, error) {
	v, err := o.object.Get(field)
	return v, public(err)
}

// Set sets an exported field. The value is converted to the field's type as the arguments
// of [Plugin.Call] are.
func (o *Object) Set(field string, value any) error {
	return public(o.object.Set(field, value))
}

// Fields returns the names of the exported fields, those of embedded structs too. It
// returns nil for a value that is no struct, and after Close.
func (o *Object) Fields() []string { return o.object.Fields() }

// Copy copies the value, or the value that it points to, to the variable that dst points to. A
// struct receives the fields that it has, by their names, and copies of the values behind
// pointers. A string receives the result of the method MarshalText.
func (o *Object) Copy(dst any) error { return public(o.object.Copy(dst)) }

// As returns an object as a T. If T is an interface, it is one of the standard library or
// of [WithProxy], and its methods are the object's. Else it is a copy, see [Object.Copy].
func As[T any](o *Object) (T, error) {
	var v T
	if o == nil {
		return v, fmt.Errorf("a nil object is no %s", reflect.TypeFor[T]())
	}
	t := reflect.TypeFor[T]()
	if t.Kind() == reflect.Interface && t.NumMethod() > 0 {
		p, err := o.object.As(t)
		if err != nil {
			return v, public(err)
		}
		return p.(T), nil
	}
	err := o.Copy(&v)
	return v, err
}

// New returns an object of an exported type of the plugin, named as in its package. It has
// the zero value if fields is nil. For a struct, fields is a map with string keys or another
// struct, and sets the fields that it names; the object is a pointer to the struct. For any
// other type, fields is the value:
//
//	cmd, err := p.New("Command", map[string]any{"Use": "serve"})
//	three, err := p.New("LNumber", 3)
func (p *Plugin) New(typeName string, fields any) (*Object, error) {
	x, err := p.backend.Attachment().New(typeName, fields)
	if err != nil {
		return nil, public(err)
	}
	return x.Public().(*Object), nil
}

// Format implements [fmt.Formatter]: the plugin formats the value.
func (o *Object) Format(s fmt.State, verb rune) {
	if o == nil {
		fmt.Fprint(s, "<nil>")
		return
	}
	text, err := o.object.Sprintf(fmt.FormatString(s, verb))
	if err != nil {
		text = "%!" + string(verb) + "(" + err.Error() + ")"
	}
	fmt.Fprint(s, text)
}

// String returns what [fmt.Sprint] returns for the value in the plugin.
func (o *Object) String() string { return fmt.Sprint(o) }

// Error returns the same as String: for an error that is its text.
func (o *Object) Error() string { return fmt.Sprint(o) }

// MarshalText returns what the value's method MarshalText returns.
func (o *Object) MarshalText() ([]byte, error) {
	b, err := o.object.MarshalText()
	return b, public(err)
}

// MarshalJSON returns what [encoding/json.Marshal] returns for the value in the plugin.
func (o *Object) MarshalJSON() ([]byte, error) {
	b, err := o.object.MarshalJSON()
	return b, public(err)
}

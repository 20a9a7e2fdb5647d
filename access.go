package winplugin

import (
	"fmt"
	"reflect"
)

// Get returns the value of an exported field of the struct that the object is or points
// to. The field may belong to an embedded struct. A field that is a struct is returned as an
// Object that stands for the field itself.
func (o *Object) Get(field string) (any, error) {
	v, err := o.object.Get(field)
	return v, public(err)
}

// Set sets an exported field. The value is converted to the field's type as the arguments
// of [Plugin.Call] are.
func (o *Object) Set(field string, value any) error {
	return public(o.object.Set(field, value))
}

// Fields returns the names of the exported fields, including those of embedded structs. It
// returns nil for a value that is not a struct, and after Close.
func (o *Object) Fields() []string { return o.object.Fields() }

// Copy copies the value, or the value that it points to, to the variable that dst points to. A
// struct receives the fields that it has, by their names, and copies of the values behind
// pointers. A string receives the result of the method MarshalText.
func (o *Object) Copy(dst any) error { return public(o.object.Copy(dst)) }

// As returns the value of an object as a T. If T is an interface with methods, the result
// calls the methods of the object; T must be an interface of the standard library for which
// the host has a proxy, or one of [WithProxy]. If T is a channel, the object is one of the
// plugin, a field of another object for instance, and the result is fed by it; call As once for
// each channel. Any other T is a copy, as [Object.Copy] makes it.
func As[T any](o *Object) (T, error) {
	var v T
	if o == nil {
		return v, fmt.Errorf("a nil object is no %s", reflect.TypeFor[T]())
	}
	t := reflect.TypeFor[T]()
	if t.Kind() == reflect.Interface && t.NumMethod() > 0 || t.Kind() == reflect.Chan {
		p, err := o.object.As(t)
		if err != nil {
			return v, public(err)
		}
		return p.(T), nil
	}
	err := o.Copy(&v)
	return v, err
}

// New makes a value of an exported type of the plugin and returns an object for it. typeName
// is the type's name in its package. If fields is nil, the value is zero. For a struct, fields
// is a map with string keys or another struct, and sets the fields that it names; the object is
// a pointer to the struct. For any other type, fields is the value:
//
//	cmd, err := p.New("Command", map[string]any{"Use": "serve"})
//	three, err := p.New("LNumber", 3)
func (p *Plugin) New(typeName string, fields any) (*Object, error) {
	current, err := p.ready()
	if err != nil {
		return nil, err
	}
	x, err := current.Attachment().New(typeName, fields)
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

// Error returns the same as String, which is the message if the value is an error.
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

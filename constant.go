package winplugin

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
)

// Const returns the value of an exported constant of the plugin: a value of the
// predeclared type that underlies the constant's type, or of a type of the standard library
// such as [time.Duration]. An untyped constant has its default type; an integer that is too
// large for an int is a uint64 or a float64. The error of an unknown name wraps
// [ErrNotFound].
//
// Where a parameter has a named numeric type, [Plugin.Call] takes the name of a constant of
// that type: p.Call(ctx, "Paint", "Green").
//
// [Manifest].Constants lists all constants, those of one type together.
func (p *Plugin) Const(name string) (any, error) {
	c, err := p.backend.Constant(name)
	if err != nil {
		return nil, err
	}
	return typemap.Constant(c)
}

// constant returns an exported constant as a variable that cannot be set.
func constant[T any](p *Plugin, name string) (*Variable[T], error) {
	c, err := p.backend.Constant(name)
	if err != nil {
		return nil, err
	}
	v, err := typemap.Constant(c)
	if err != nil {
		return nil, err
	}
	var value T
	to, from := reflect.ValueOf(&value).Elem(), reflect.ValueOf(v)
	if to.Kind() != from.Kind() {
		return nil, fmt.Errorf("plugin %s: constant %s is a %s, not a %s", p.Manifest().Package, name, from.Type(), to.Type())
	}
	to.Set(from.Convert(to.Type()))
	return &Variable[T]{
		get: func() (T, error) { return value, nil },
		set: func(T) error {
			return fmt.Errorf("plugin %s: %s is a constant, which cannot be set", p.Manifest().Package, name)
		},
	}, nil
}

package winplugin

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// Const returns the value of an exported constant of the plugin: a value of the
// predeclared type that underlies the constant's type, or of a type of the standard library
// such as [time.Duration]. An untyped constant has its default type; an integer that is too
// large for an int is a uint64 or a float64. A constant of a declared type with methods is an
// [*Object], like a result of such a type. The error of an unknown name wraps [ErrNotFound].
//
// Where a parameter has a named numeric type, [Plugin.Call] takes the name of a constant of
// that type: p.Call(ctx, "Paint", "Green").
//
// [Manifest].Constants lists all constants, those of one type together.
func (p *Plugin) Const(name string) (any, error) {
	c, err := p.current().Constant(name)
	if err != nil {
		return nil, err
	}
	v, err := typemap.Constant(c)
	if err != nil {
		return nil, err
	}
	current, err := p.ready()
	if err != nil {
		return nil, err
	}
	v, err = current.Attachment().Const(&c.Type, v)
	return v, public(err)
}

// constant returns an exported constant as a variable that cannot be set.
func constant[T any](p *Plugin, name string) (*Variable[T], error) {
	v, err := p.Const(name)
	if err != nil {
		return nil, err
	}
	value, ok := v.(T)
	if o, is := v.(*Object); is {
		if ok && isErrorType[T]() {
			var e error
			e, err = o.object.Err()
			value, _ = any(e).(T)
		} else if !ok {
			err = o.Copy(&value)
		}
	} else if !ok {
		err = new(codec.Assigner).Assign(reflect.ValueOf(&value).Elem(), v)
	}
	if err != nil {
		return nil, fmt.Errorf("plugin %s: constant %s: %w", p.Manifest().Package, name, err)
	}
	return &Variable[T]{
		get: func() (T, error) { return value, nil },
		set: func(T) error {
			return fmt.Errorf("plugin %s: %s is a constant, which cannot be set", p.Manifest().Package, name)
		},
	}, nil
}

package winplugin

import (
	"reflect"
)

// A Variable is an exported package variable of a plugin. Its methods are safe for
// concurrent use as far as the plugin's own use of the variable is.
type Variable[T any] struct {
	get func() (T, error)
	set func(T) error
}

// Var binds an exported package variable of the plugin. T must have the same structure as the
// variable's type, as with [Func]; otherwise the error is a [*SignatureError]. The error of an
// unknown name wraps [ErrNotFound].
//
// The name may also be that of a constant: see [Plugin.Const]. Get then returns its value, and
// Set fails.
//
// A variable of type error can be a sentinel: if the plugin returns an error that is or
// wraps the variable's value, [errors.Is] finds the result of Get in it.
func Var[T any](p *Plugin, name string) (*Variable[T], error) {
	get, set, err := p.current().Variable(name, reflect.TypeFor[T]())
	if err != nil {
		if v, err := constant[T](p, name); err == nil {
			return v, nil
		}
		return nil, err
	}
	return &Variable[T]{
		get: get.Make().Interface().(func() (T, error)),
		set: set.Make().Interface().(func(T) error),
	}, nil
}

// Get returns a copy of the variable's value. It fails with [ErrClosed] once the plugin is
// closed, and so does Set.
func (v *Variable[T]) Get() (T, error) { return v.get() }

// Set sets the variable to a copy of the value.
func (v *Variable[T]) Set(value T) error { return v.set(value) }

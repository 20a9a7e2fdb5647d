package winplugin

import (
	"errors"
	"fmt"
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
// wraps the variable's value, [errors.Is] finds the result of Get in it. So it does for a
// variable or a constant of a type that has the method Error, and then the result is the very error.
func Var[T any](p *Plugin, name string) (*Variable[T], error) {
	get, set, err := p.current().Variable(name, reflect.TypeFor[T]())
	if err != nil {
		if v, cerr := constant[T](p, name); cerr == nil {
			return v, nil
		} else if !errors.Is(cerr, ErrNotFound) {
			return nil, cerr
		}
		if v := errorVariable[T](p, name); v != nil {
			return v, nil
		}
		return nil, err
	}
	return &Variable[T]{
		get: get.Make().Interface().(func() (T, error)),
		set: set.Make().Interface().(func(T) error),
	}, nil
}

// errorVariable returns a variable of a declared type as one of type error, which T must be.
func errorVariable[T any](p *Plugin, name string) *Variable[T] {
	if !isErrorType[T]() {
		return nil
	}
	v, err := Var[*Object](p, name)
	if err != nil {
		return nil
	}
	return &Variable[T]{
		get: func() (value T, err error) {
			o, err := v.Get()
			if err != nil || o == nil {
				return value, err
			}
			e, err := o.object.Err()
			if err != nil {
				return value, fmt.Errorf("plugin %s: variable %s: %w; use Var[*winplugin.Object]", p.Manifest().Package, name, err)
			}
			return any(e).(T), nil
		},
		set: func(T) error {
			return fmt.Errorf("plugin %s: variable %s is of no interface type; use Var[*winplugin.Object] to set it", p.Manifest().Package, name)
		},
	}
}

func isErrorType[T any]() bool { return reflect.TypeFor[T]() == reflect.TypeFor[error]() }

// Get returns a copy of the variable's value. It fails with [ErrClosed] once the plugin is
// closed, and so does Set.
func (v *Variable[T]) Get() (T, error) { return v.get() }

// Set sets the variable to a copy of the value.
func (v *Variable[T]) Set(value T) error { return v.set(value) }

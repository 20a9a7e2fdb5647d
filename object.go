package winplugin

import (
	"context"
	"fmt"
	"maps"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/object"
)

// An Object stands for a value of a plugin that stays there: one of a declared type that
// has methods, a pointer to a declared type, a struct with unexported fields, or a value
// behind an interface. The host calls its methods, and gets and sets its fields. An Object
// that is passed to a function of the same plugin arrives there as the value itself.
//
// Two Objects of a plugin that stand for the same value are equal (==). Package fmt and
// encoders of text and JSON print an Object as they print the value in the plugin.
//
// An Object is safe for concurrent use as far as the plugin's value is. Its calls fail
// with [ErrReleased] after Close, with [ErrClosed] after the plugin was closed, and with a
// [*CrashError] after it has ended fatally, also if [WithRestart] has opened it again.
type Object struct{ object *object.Object }

// Call calls a method of the object, as [Plugin.Call] calls a function. If the object is a
// func, the method "" calls it.
func (o *Object) Call(ctx context.Context, method string, args ...any) ([]any, error) {
	return o.object.Call(orBackground(ctx), method, args...)
}

// Bind binds methods of the object to the func fields of the struct that methods points
// to, as [Plugin.Bind] binds functions. The funcs keep the object alive.
func (o *Object) Bind(methods any) error { return o.object.Bind(methods) }

// Type returns the type of the plugin's value with full import paths, as in
// "*example.com/shop.Cart". It returns "" after Close, and after the plugin was closed or has
// ended fatally.
func (o *Object) Type() string { return o.object.Type() }

// Value returns the host's own value if the Object holds one, which the plugin has returned. It
// returns nil for a value of the plugin.
func (o *Object) Value() any { return o.object.Value() }

// Close releases the object. Calls that have begun run to their end. The garbage
// collector closes an object that is no longer used. Closing again does nothing.
func (o *Object) Close() error { return o.object.Close() }

// Method binds a method of the object to the func type F, as [Func] does. The func keeps
// the object alive.
func Method[F any](o *Object, name string) (F, error) {
	var f F
	b, err := o.object.BindMethod(name, reflect.TypeFor[F]())
	if err != nil {
		return f, err
	}
	return b.Make().Interface().(F), nil
}

// WithProxy sets the function that makes a proxy for an object of the plugin wherever a func
// of the host takes or returns an I, an interface type of the host. Go cannot make types with
// methods at run time, so the host provides the type. It may bind the object's methods:
//
//	type store struct{ get func(key string) ([]byte, error) }
//
//	func (s *store) Get(key string) ([]byte, error) { return s.get(key) }
//
//	winplugin.WithProxy(func(o *winplugin.Object) (Store, error) {
//		get, err := winplugin.Method[func(string) ([]byte, error)](o, "Get")
//		return &store{get}, err
//	})
//
// These need no proxy: the interfaces of package io, the marshalers and unmarshalers of packages
// encoding and encoding/json, [hash.Hash], [hash.Hash32] and [hash.Hash64], [fmt.Stringer],
// [fmt.GoStringer], [flag.Value], [sort.Interface] and [context.Context].
//
// If a proxy has a method PluginObject() *Object, and the host passes the proxy to the plugin,
// the plugin gets the object itself.
func WithProxy[I any](proxy func(*Object) (I, error)) Option {
	return func(c *config) error {
		t := reflect.TypeFor[I]()
		if t.Kind() != reflect.Interface {
			return fmt.Errorf("%s is not an interface; a proxy can only be made for an interface", t)
		}
		c.proxies = maps.Clone(c.proxies)
		if c.proxies == nil {
			c.proxies = make(map[reflect.Type]func(*object.Object) (any, error))
		}
		c.proxies[t] = func(o *object.Object) (any, error) { return proxy(&Object{o}) }
		return nil
	}
}

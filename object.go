package winplugin

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/object"
)

// An Object is a value of a plugin that cannot be copied, a struct with unexported
// fields for one, or one behind an interface: it stays in the plugin, and the host
// calls its methods. Given to a function of the same plugin, it arrives as the very
// value that it stands for.
//
// Its methods are Call, as [Plugin.Call] calls a function; Bind, as [Plugin.Bind] does;
// Type; Close, which releases it, as the garbage collector does in the end; and Value:
// where the host names no type for what a plugin returns, a value of the host's own
// comes back in an Object, and Value returns it.
//
// An Object is safe for concurrent use as far as the plugin's value is. Its calls fail
// with [ErrReleased] once it was closed, and with [ErrClosed] once the plugin was.
type Object = object.Object

// Method binds a method of the object to the func type F, as [Func] does. The func keeps
// the object alive.
func Method[F any](o *Object, name string) (F, error) {
	var f F
	b, err := o.BindMethod(name, reflect.TypeFor[F]())
	if err != nil {
		return f, err
	}
	return b.Make().Interface().(F), nil
}

// WithProxy says how an object of the plugin becomes an I where a func of the host wants
// one: Go cannot make a type with methods at run time, so it is code of the host, which
// may bind the object's methods:
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
// No proxy is needed for the interfaces of package io, [fmt.Stringer] and
// [sort.Interface]. A proxy that has a method PluginObject() *Object arrives as the very
// object if it is given back to the plugin.
func WithProxy[I any](proxy func(*Object) (I, error)) Option {
	return func(c *config) error {
		t := reflect.TypeFor[I]()
		if t.Kind() != reflect.Interface {
			return fmt.Errorf("a proxy is for an interface, and %s is none", t)
		}
		proxies := make(map[reflect.Type]func(*Object) (any, error), len(c.proxies)+1)
		for t, p := range c.proxies {
			proxies[t] = p
		}
		proxies[t] = func(o *Object) (any, error) { return proxy(o) }
		c.proxies = proxies
		return nil
	}
}

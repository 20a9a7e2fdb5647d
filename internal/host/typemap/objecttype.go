package typemap

import (
	"net/http"
	"reflect"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// objectType returns the host's view of a type that crosses by reference: funcs and
// channels as such, interfaces if the host has them, and everything else as an object.
func (s *Scope) objectType(t *manifest.Type, within string) *Type {
	ty := &Type{scope: s, t: t, kind: s.manifest.Types.Under(t).Kind, object: true}
	if t.IsContext() {
		ty.rt, ty.codec = contextType, codec.Object(contextType, codec.Reference{})
		return ty
	}
	if s.objects == nil {
		panic(errNoObjects.Error())
	}
	ty.rt = s.objects.Type()
	if !s.recurs(t, within) {
		if t.Name != "" {
			within = t.Name
		}
		if rt := s.referent(t, within); rt != nil {
			if _, err := match(s.manifest.Types, s.objects, t, rt); err == nil {
				ty.rt = rt
			}
		}
	}
	c, err := s.reference(t, ty.rt)
	if err != nil {
		panic(err.Error())
	}
	ty.codec = c
	return ty
}

// HostFunc returns the host's type of that full name, one of codec.HostFuncs, or nil.
func HostFunc(name string) reflect.Type {
	if name == "net/http.HandlerFunc" {
		return HandlerFunc
	}
	return nil
}

// HandlerFunc is a func type with a method. Funcs of the host may come back as their signature.
var HandlerFunc = reflect.TypeFor[http.HandlerFunc]()

// referent returns the host's type for a func, channel or interface, or nil if there is none.
func (s *Scope) referent(t *manifest.Type, within string) reflect.Type {
	u := s.manifest.Types.Under(t)
	list := func(params []manifest.Param) []reflect.Type {
		types := make([]reflect.Type, len(params))
		for i := range params {
			types[i] = s.build(&params[i].Type, within).rt
		}
		return types
	}
	switch u.Kind {
	case manifest.Func:
		if rt := HostFunc(t.Name); rt != nil {
			return rt
		}
		t, err := codec.FuncOf(list(u.Params), list(u.Results), u.Variadic)
		if err != nil {
			panic(err.Error())
		}
		return t
	case manifest.Chan:
		return reflect.ChanOf(direction(u), s.build(u.Elem, within).rt)
	case manifest.Interface:
		return s.objects.Interface(t.Name)
	}
	return nil
}

// setObject sets a value that crosses by reference within another value.
func setObject(t *Type, dst, src reflect.Value) error {
	rt := src.Type()
	if rt.AssignableTo(dst.Type()) {
		dst.Set(src)
		return nil
	}
	if t.t.IsContext() {
		return cannotUse(src, dst.Type())
	}
	if _, err := t.scope.Match(t.t, rt); err != nil {
		return t.dynamic(src.Interface(), err)
	}
	switch {
	case dst.Type() == t.scope.objects.Type():
		dst.Set(reflect.ValueOf(t.scope.objects.Wrap(src.Interface())))
	case rt.ConvertibleTo(dst.Type()):
		dst.Set(src.Convert(dst.Type()))
	default:
		return cannotUse(src, dst.Type())
	}
	return nil
}

// dynamic returns err, which says that v does not match t, or an error that is ErrObject as well
// if v crosses as in an any: a func or a channel of the plugin itself, whose type only the plugin
// knows in full, and a value with methods of all names that t, an interface, has. The plugin may
// look for them with the signatures that they have, see [codec.Ask].
func (t *Type) dynamic(v any, err error) error {
	switch rt := reflect.TypeOf(v); {
	case t.scope.objects == nil:
	case rt.Kind() == reflect.Func, rt.Kind() == reflect.Chan:
		if ref, _ := t.scope.objects.Owner(v); ref != 0 {
			return ErrObject
		}
	case t.kind == manifest.Interface && rt != t.scope.objects.Type():
		u := t.scope.Under(t.t)
		if !slices.ContainsFunc(u.Methods, func(m manifest.Method) bool { _, has := rt.MethodByName(m.Name); return !has }) {
			return &askedError{err}
		}
	}
	return err
}

// An askedError is an ErrObject with the text of another error.
type askedError struct{ error }

func (*askedError) Is(target error) bool { return target == ErrObject }

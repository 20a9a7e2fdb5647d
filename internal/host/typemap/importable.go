package typemap

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Direction is where a value goes.
type Direction bool

const (
	ToHost   Direction = true
	ToPlugin Direction = false
)

// Importable reports why the host cannot take objects of the plugin for values of its
// type rt, which matches t and whose values go in the direction: an interface may have no
// proxy. A func that goes to the plugin brings its arguments to the host. For these it lets
// types pass that the plugin also takes, because values of the host's own may come back.
func (s *Scope) Importable(t *manifest.Type, rt reflect.Type, to Direction) error {
	if s.objects == nil || s.manifest.Types.Plain(t) {
		return nil
	}
	return importability{s, to, make(map[passage]bool)}.check(t, rt, to)
}

// Takes reports whether the func type f has a parameter of the type rt. A result of that
// type may then be the caller's own value.
func Takes(f, rt reflect.Type) bool {
	for i := range f.NumIn() {
		if f.In(i) == rt {
			return true
		}
	}
	return false
}

type importability struct {
	*Scope
	begin Direction // of the value that all others are parts, arguments or results of
	seen  map[passage]bool
}

// A passage is a host's type whose values go somewhere.
type passage struct {
	rt reflect.Type
	to Direction
}

func (s importability) check(t *manifest.Type, rt reflect.Type, to Direction) error {
	if t.IsContext() || s.manifest.Types.IsKnown(t) || s.seen[passage{rt, to}] {
		return nil
	}
	s.seen[passage{rt, to}] = true
	u := s.manifest.Types.Under(t)
	switch {
	case u.Kind == manifest.Func && rt.Kind() == reflect.Func:
		return s.function(u.Params, u.Results, rt, 0, to)
	case u.Kind == manifest.Chan && rt.Kind() == reflect.Chan:
		return s.channel(u, rt, to)
	case s.manifest.Types.IsObject(t) && to == ToHost:
		if s.begin == ToPlugin && s.taken()[t.Text()] {
			return nil
		}
		return s.objects.Importable(rt)
	case u.Kind == manifest.Interface:
		return s.methods(u, rt, to)
	}
	return s.parts(u, rt, to)
}

func (s importability) part(what string, t *manifest.Type, rt reflect.Type, to Direction) error {
	if err := s.check(t, rt, to); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// parts checks what values are composed of.
func (s importability) parts(u *manifest.Type, rt reflect.Type, to Direction) error {
	switch u.Kind {
	case manifest.Array, manifest.Slice, manifest.Pointer:
		if u.Elem != nil && (rt.Kind() == reflect.Array || rt.Kind() == reflect.Slice || rt.Kind() == reflect.Pointer) {
			return s.part("its elements", u.Elem, rt.Elem(), to)
		}
	case manifest.Map:
		if rt.Kind() != reflect.Map {
			return nil
		}
		if err := s.part("its keys", u.Key, rt.Key(), to); err != nil {
			return err
		}
		return s.part("its elements", u.Elem, rt.Elem(), to)
	case manifest.Struct:
		if rt.Kind() != reflect.Struct || rt.NumField() != len(u.Fields) {
			return nil
		}
		for i := range u.Fields {
			if f := &u.Fields[i]; f.Name != "_" {
				if err := s.part("field "+f.Name, &f.Type, rt.Field(i).Type, to); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// channel checks what is received from a channel that goes somewhere, and what comes back
// because it is sent there.
func (s importability) channel(u *manifest.Type, rt reflect.Type, to Direction) error {
	if u.Dir != "send" {
		if err := s.part("its elements", u.Elem, rt.Elem(), to); err != nil {
			return err
		}
	}
	if u.Dir != "recv" {
		return s.part("its elements", u.Elem, rt.Elem(), !to)
	}
	return nil
}

// function checks a func that goes somewhere. Its arguments come back. The first skip
// parameters of the host's are not the plugin's.
func (s importability) function(params, results []manifest.Param, rt reflect.Type, skip int, to Direction) error {
	if rt.NumIn()-skip == len(params)+1 && rt.In(skip) == contextType {
		skip++
	}
	for i := range params {
		if skip+i < rt.NumIn() {
			if err := s.part(fmt.Sprintf("its parameter %d", i+1), &params[i].Type, rt.In(skip+i), !to); err != nil {
				return err
			}
		}
	}
	for i := range results {
		if i < rt.NumOut() && !Takes(rt, rt.Out(i)) {
			if err := s.part(fmt.Sprintf("its result %d", i+1), &results[i].Type, rt.Out(i), to); err != nil {
				return err
			}
		}
	}
	return nil
}

// methods checks those of an interface's values that go to the plugin, where they are
// called.
func (s importability) methods(u *manifest.Type, rt reflect.Type, to Direction) error {
	for i := range u.Methods {
		m, ok := rt.MethodByName(u.Methods[i].Name)
		if !ok {
			continue
		}
		skip := 1 // the receiver
		if rt.Kind() == reflect.Interface {
			skip = 0
		}
		if err := s.function(u.Methods[i].Params, u.Methods[i].Results, m.Type, skip, to); err != nil {
			return fmt.Errorf("its method %s: %w", m.Name, err)
		}
	}
	return nil
}

package typemap

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Direction says to which side a value goes.
type Direction bool

const (
	ToHost   Direction = true
	ToPlugin Direction = false
)

// Importable returns an error if the host would get objects of the plugin for which its type rt
// cannot stand, as when rt is an interface without a proxy. rt matches t, and its values go to
// the given side. If a func goes to the plugin, its arguments come to the host. A type of such
// an argument is allowed if the plugin also takes values of the type, because then the
// arguments may be the host's own values.
func (s *Scope) Importable(t *manifest.Type, rt reflect.Type, to Direction) error {
	if s.objects == nil || s.manifest.Types.Plain(t) {
		return nil
	}
	return importability{s, to, make(map[passage]bool)}.check(t, rt, to)
}

// Takes reports whether the func type f has a parameter of type rt. If so, a result of type rt
// may be the caller's own value.
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
	begin Direction // of the outermost value
	seen  map[passage]bool
}

// A passage is a type of the host and the direction of its values.
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

// channel checks the elements of a channel, in the direction of the channel if they are
// received there, and in the other one if they are sent.
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

// function checks the results of a func in the func's direction, and its arguments in the other
// one. The plugin's func lacks the first skip parameters of the host's.
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

// methods checks the methods of an interface whose values go to the plugin, which calls them.
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

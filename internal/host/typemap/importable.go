package typemap

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Importable reports why the host cannot take objects of the plugin within values of its
// type rt, which matches t: an interface may have no proxy. It lets types pass that the
// plugin also takes, because values of the host's own may come back.
func (s *Scope) Importable(t *manifest.Type, rt reflect.Type) error {
	if s.objects == nil || s.manifest.Types.Plain(t) {
		return nil
	}
	return s.importable(t, rt, make(map[reflect.Type]bool))
}

func (s *Scope) importable(t *manifest.Type, rt reflect.Type, seen map[reflect.Type]bool) error {
	if t.IsContext() || s.manifest.Types.IsKnown(t) || seen[rt] {
		return nil
	}
	seen[rt] = true
	if s.manifest.Types.IsObject(t) {
		if s.taken()[t.Text()] {
			return nil
		}
		return s.objects.Importable(rt)
	}
	part := func(what string, t *manifest.Type, rt reflect.Type) error {
		if err := s.importable(t, rt, seen); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
		return nil
	}
	switch u := s.manifest.Types.Under(t); u.Kind {
	case manifest.Array, manifest.Slice, manifest.Pointer:
		if u.Elem != nil && (rt.Kind() == reflect.Array || rt.Kind() == reflect.Slice || rt.Kind() == reflect.Pointer) {
			return part("its elements", u.Elem, rt.Elem())
		}
	case manifest.Map:
		if rt.Kind() != reflect.Map {
			return nil
		}
		if err := part("its keys", u.Key, rt.Key()); err != nil {
			return err
		}
		return part("its elements", u.Elem, rt.Elem())
	case manifest.Struct:
		if rt.Kind() != reflect.Struct || rt.NumField() != len(u.Fields) {
			return nil
		}
		for i := range u.Fields {
			if f := &u.Fields[i]; f.Name != "_" {
				if err := part("field "+f.Name, &f.Type, rt.Field(i).Type); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// findTaken returns the types, by their texts, that the plugin takes from the host: in
// parameters, in variables and in results of callbacks.
func (s *Scope) findTaken() map[string]bool {
	taken := make(map[string]bool)
	m := s.manifest
	for _, list := range [][]manifest.Function{m.Functions, m.Methods} {
		for i := range list {
			params := list[i].Params
			if list[i].Receiver != "" && len(params) > 0 {
				params = params[1:]
			}
			s.take(taken, params)
		}
	}
	for i := range m.Callbacks {
		s.take(taken, m.Callbacks[i].Results)
	}
	for i := range m.Variables {
		s.takeType(taken, &m.Variables[i].Type)
	}
	return taken
}

func (s *Scope) take(taken map[string]bool, params []manifest.Param) {
	for i := range params {
		s.takeType(taken, &params[i].Type)
	}
}

func (s *Scope) takeType(taken map[string]bool, t *manifest.Type) {
	text := t.Text()
	if taken[text] {
		return
	}
	taken[text] = true
	u := s.manifest.Types.Under(t)
	for _, part := range []*manifest.Type{u.Key, u.Elem} {
		if part != nil {
			s.takeType(taken, part)
		}
	}
	for i := range u.Fields {
		s.takeType(taken, &u.Fields[i].Type)
	}
	s.take(taken, u.Params)
	s.take(taken, u.Results)
}

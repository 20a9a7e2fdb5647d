package typemap

import (
	"errors"
	"reflect"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Under returns the structure of a type of the plugin.
func (s *Scope) Under(t *manifest.Type) *manifest.Type { return s.manifest.Types.Under(t) }

// IsObject reports whether values of a type cross by reference.
func (s *Scope) IsObject(t *manifest.Type) bool { return s.manifest.Types.IsObject(t) }

// Keeps reports whether values of a type contain values that keep their identity in calls of
// dynamic type, although they could be copied: values of declared types with methods, and
// pointers to declared types, except for types that the host always has.
func (s *Scope) Keeps(t *manifest.Type) bool {
	return s.keeps(t, make(map[string]bool))
}

// IsLive reports whether a type is a pointer to anything but a struct, such as *int. What a
// function returns as one is a place that the plugin writes to later, so calls of dynamic type
// return an object.
func (s *Scope) IsLive(t *manifest.Type) bool {
	return s.manifest.Types.IsLive(t)
}

func (s *Scope) keeps(t *manifest.Type, seen map[string]bool) bool {
	types := s.manifest.Types
	u := types.Under(t)
	switch {
	case t.IsError(), t.IsContext(), types.IsKnown(t), codec.HostTypes[t.Name], codec.HostFuncs[t.Name]:
		return false
	case u.Kind == manifest.Func && len(types[t.Name].Methods) > 0:
		return true
	case u.Kind == manifest.Pointer && u.Elem != nil && u.Elem.Name != "":
		return u.Elem.Kind != manifest.Interface && !codec.HostTypes[u.Elem.Name] && !types.IsObject(t)
	case u.Kind == manifest.Interface, u.Kind == manifest.Chan:
		return false
	case t.Name != "" && u.Kind != manifest.Func:
		if types.IsObject(t) || seen[t.Name] {
			return false
		}
		seen[t.Name] = true
		if len(types[t.Name].Methods) > 0 {
			return true
		}
	}
	if u.Key != nil && s.keeps(u.Key, seen) || u.Elem != nil && s.keeps(u.Elem, seen) {
		return true
	}
	for i := range u.Fields {
		if f := &u.Fields[i]; f.Exported && s.keeps(&f.Type, seen) {
			return true
		}
	}
	for _, list := range [][]manifest.Param{u.Params, u.Results} {
		for i := range list {
			if s.keeps(&list[i].Type, seen) {
				return true
			}
		}
	}
	return false
}

// Marshals reports whether values of a type contain values that are encoded by their own
// methods.
func (s *Scope) Marshals(t *manifest.Type) bool {
	return s.marshals(t, make(map[string]bool))
}

func (s *Scope) marshals(t *manifest.Type, seen map[string]bool) bool {
	types := s.manifest.Types
	if t.Name != "" {
		if seen[t.Name] || types.IsKnown(t) || types.IsObject(t) {
			return false
		}
		seen[t.Name] = true
	}
	if types.MarshalerKind(t) != "" && !codec.HostTypes[t.Name] {
		return true
	}
	u := types.Under(t)
	if u.Kind == manifest.Func || u.Kind == manifest.Chan {
		return false
	}
	if u.Key != nil && s.marshals(u.Key, seen) || u.Elem != nil && s.marshals(u.Elem, seen) {
		return true
	}
	return slices.ContainsFunc(u.Fields, func(f manifest.Field) bool { return s.marshals(&f.Type, seen) })
}

// Marshaled returns v, which is an argument of a type that Marshals, with text or bytes in
// place of the values that are encoded by their methods. If v contains objects of the plugin,
// it is returned unchanged.
func (t *Type) Marshaled(v any) (any, error) {
	converted, err := t.Convert(v)
	if errors.Is(err, ErrObject) {
		return v, nil
	}
	return converted, err
}

// MatchDynamic returns a *MismatchError with the places where the host's type rt cannot stand
// for the plugin's type t in a call of dynamic type. It allows more than Match: the type of
// objects for each declared type, pointer, and any; an interface that has proxies; and,
// for a struct that is not copied, a struct with some of its exported fields.
func (s *Scope) MatchDynamic(t *manifest.Type, rt reflect.Type) error {
	m := &matcher{types: s.manifest.Types, objects: s.objects, dynamic: true, seen: make(map[pair]bool)}
	m.match(place{t: t, rt: rt}, t, rt)
	if len(m.found) > 0 {
		return &MismatchError{Differences: m.found}
	}
	return nil
}

// asDynamic reports whether rt can stand for t only in a call of dynamic type.
func (m *matcher) asDynamic(at place, t *manifest.Type, rt reflect.Type) bool {
	if !m.dynamic || m.objects == nil || t.IsError() || t.IsContext() {
		return false
	}
	u := m.types.Under(t)
	declared := t.Name != "" || u.Kind == manifest.Pointer && u.Elem != nil && u.Elem.Name != ""
	switch {
	case rt == m.objects.Type():
		return declared || u.Kind == manifest.Interface || u.Kind == manifest.Pointer || m.types.IsObject(t)
	case rt.Kind() == reflect.Interface && rt.NumMethod() > 0 && rt != errorType:
		return declared && u.Kind != manifest.Interface && m.objects.Importable(rt) == nil
	case !m.types.IsObject(t):
		return false
	case u.Kind == manifest.Struct && rt.Kind() == reflect.Struct:
		m.some(at, t, rt)
		return true
	case u.Kind == manifest.Pointer && rt.Kind() == reflect.Pointer && rt.Elem().Kind() == reflect.Struct && u.Elem.Kind == manifest.Struct:
		m.some(at, u.Elem, rt.Elem())
		return true
	}
	return false
}

// some compares the host's fields with those of a struct that is not copied.
func (m *matcher) some(at place, t *manifest.Type, rt reflect.Type) {
	u := m.types.Under(t)
	if len(codec.FieldNames(rt)) == 0 {
		m.unlike(at) // no field would cross
		return
	}
	if u.Fields == nil {
		return // of another package; the plugin checks the fields in each call
	}
	if at.path == "" {
		at.path = shortName(t.Name)
	}
	for i := range rt.NumField() {
		h := rt.Field(i)
		if !h.IsExported() {
			continue
		}
		found := false
		for j := range u.Fields {
			if f := &u.Fields[j]; f.Name == h.Name && f.Exported {
				found = true
				if m.types.Plain(&f.Type) {
					m.match(place{path: at.path + "." + f.Name, t: &f.Type, rt: h.Type}, &f.Type, h.Type)
				}
			}
		}
		if !found {
			m.differ(at, "plugin lacks field "+h.Name+" "+HostType(h.Type))
		}
	}
}

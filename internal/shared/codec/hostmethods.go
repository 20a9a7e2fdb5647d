package codec

import (
	"reflect"
	"strings"
)

// The methods of the host's types that the plugin calls.

// describeMethods adds the methods of the declared types to their definitions.
func (s *shaper) describeMethods() {
	for i := 0; i < len(s.list); i++ {
		made := s.list[i]
		t := made.codec.typ
		p := reflect.PointerTo(t)
		if made.shape.kind == reflect.Invalid || made.shape.kind == reflect.Pointer || made.shape.text != "" {
			continue
		}
		if _, ok := p.MethodByName("Format"); !ok && IsStateful(t) {
			// Package fmt prints the fields that do not cross as well, which only the host has.
			made.methods = append(made.methods, HostMethod{Name: "Format", Format: true})
			made.shape.methods = append(made.shape.methods, shapeMethod{name: "Format", flags: methodFormat})
		}
		if t.Name() == "" {
			continue
		}
		for j := range p.NumMethod() {
			if len(made.methods) == maxMethods {
				break
			}
			m := p.Method(j)
			_, own := t.MethodByName(m.Name)
			if described, sm, ok := s.method(m, t, !own); ok {
				made.methods = append(made.methods, described)
				made.shape.methods = append(made.shape.methods, sm)
			}
		}
	}
}

// maxMethods bounds the methods in the definition of a type.
const maxMethods = 48

func (s *shaper) method(m reflect.Method, t reflect.Type, pointer bool) (made HostMethod, sm shapeMethod, ok bool) {
	made = HostMethod{Name: m.Name, Pointer: pointer, Variadic: m.Type.IsVariadic()}
	sm.name = m.Name
	if pointer {
		sm.flags |= methodPointer
	}
	if made.Variadic {
		sm.flags |= methodVariadic
	}
	if m.Name == "Format" && strings.HasSuffix(m.Type.String(), ", fmt.State, int32)") {
		made.Format = true
		sm.flags |= methodFormat
		return made, sm, true
	}
	if made.Fills = fills(m.Name, m.Type, 1); made.Fills {
		sm.flags |= methodFills
	}
	return made, sm, s.signature(m.Type, 1, t, &made, &sm)
}

// signature describes the parameters, from the first on, and the results of a method of t.
func (s *shaper) signature(ft reflect.Type, first int, t reflect.Type, made *HostMethod, sm *shapeMethod) bool {
	take := func(in reflect.Type, codecs *[]*Codec, numbers *[]uint64) bool {
		if c, text := signatureCodec(in); c != nil {
			n := s.all.last.Add(1)
			s.list = append(s.list, &HostType{number: n, codec: c, shape: &shape{number: n, text: text}})
			*codecs, *numbers = append(*codecs, c), append(*numbers, n)
			return true
		}
		if !s.same(in, t) {
			return false
		}
		part, err := s.node(in)
		if err != nil {
			return false
		}
		*codecs, *numbers = append(*codecs, part.codec), append(*numbers, part.number)
		return true
	}
	for i := first; i < ft.NumIn(); i++ {
		if around := aroundOf(ft.In(i)); around != nil {
			made.around = around
		}
		if !take(ft.In(i), &made.Params, &sm.params) {
			return false
		}
	}
	for i := range ft.NumOut() {
		if !take(ft.Out(i), &made.Results, &sm.results) {
			return false
		}
	}
	return true
}

// same reports whether a type in the signature of a method of type t is the same on both
// sides.
func (s *shaper) same(in, t reflect.Type) bool {
	if in == t || nameOf(in, s.scope) != "" {
		return true
	}
	switch in.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return in.Name() == "" && s.same(in.Elem(), t)
	case reflect.Map:
		return in.Name() == "" && s.same(in.Key(), t) && s.same(in.Elem(), t)
	case reflect.Interface:
		return in.NumMethod() == 0
	case reflect.Func:
		if in.Name() != "" {
			return false
		}
		for i := range in.NumIn() {
			if !s.same(in.In(i), nil) {
				return false
			}
		}
		for i := range in.NumOut() {
			if !s.same(in.Out(i), nil) {
				return false
			}
		}
		return true
	}
	return false
}

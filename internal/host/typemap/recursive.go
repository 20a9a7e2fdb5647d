package typemap

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Package reflect cannot make a recursive type. So the host's type is cut where a declared type
// mentions itself, or a declared type that contains it. There the host has an any, the box,
// which holds a value of the mentioned type. So
//
//	type Node struct { Value int; Next *Node }
//
// is struct{ Value int; Next any } on the host, and Next holds nil or a pointer to
// another such struct. The place of the cut does not depend on which type is made first.

// recurs reports whether the host's type is cut at t, which is mentioned within the declaration
// of the type within.
func (s *Scope) recurs(t *manifest.Type, within string) bool {
	if within == "" {
		return false
	}
	if t.Kind == manifest.Pointer && t.Name == "" {
		t = t.Elem // the box holds the pointer
	}
	return t.Name != "" && !t.IsError() && slices.Contains(s.mentions(t.Name), within)
}

// mentions returns the declared types that values of a declared type may contain.
func (s *Scope) mentions(name string) []string {
	if list, ok := s.parts[name]; ok {
		return list
	}
	var list []string
	var walk func(t *manifest.Type)
	walk = func(t *manifest.Type) {
		u := t
		if t.Name != "" && !t.IsError() {
			if slices.Contains(list, t.Name) {
				return
			}
			list = append(list, t.Name)
			u = s.manifest.Types.Under(t)
		}
		if s.manifest.Types.MarshalerKind(t) != "" || u.Kind == manifest.Struct && s.manifest.Types.IsObject(t) {
			return
		}
		for _, list := range [][]manifest.Param{u.Params, u.Results} {
			for i := range list {
				walk(&list[i].Type)
			}
		}
		for _, part := range []*manifest.Type{u.Key, u.Elem} {
			if part != nil {
				walk(part)
			}
		}
		for i := range u.Fields {
			walk(&u.Fields[i].Type)
		}
	}
	d := s.manifest.Types[name]
	walk(&d.Type)
	s.parts[name] = list
	return list
}

// boxed returns the type of a box for values of type t. The type of its content is built after
// the type that the box is part of.
func (s *Scope) boxed(t *manifest.Type) *Type {
	key := t.Name
	if t.Name == "" {
		key = "*" + t.Elem.Name
	}
	if ty, ok := s.boxes[key]; ok {
		return ty
	}
	ty := &Type{scope: s, t: t, kind: t.Kind, rt: anyType}
	ty.codec = codec.Boxed(func() *codec.Codec { return ty.inner.codec })
	s.boxes[key] = ty
	s.empty = append(s.empty, ty)
	return ty
}

// fill builds the types of the contents of boxes.
func (s *Scope) fill() {
	for len(s.empty) > 0 {
		ty := s.empty[0]
		s.empty = s.empty[1:]
		ty.inner = s.build(ty.t, "")
	}
}

// compose returns the codec of a type whose parts have codecs. There is one codec for each
// type, because codecs tell pointers of different types apart: a pointer that is shared
// between two places of a value must have the same codec in both.
func (s *Scope) compose(t *Type) *codec.Codec {
	if t.plain {
		return mustCodec(t.rt)
	}
	key := fmt.Sprint(t.rt.Kind())
	parts := make([]*codec.Codec, len(t.fields))
	for i := range t.fields {
		parts[i] = t.fields[i].codec
		key += fmt.Sprintf(" %s:%p", t.fields[i].name, parts[i])
	}
	for _, part := range []*Type{t.key, t.elem} {
		if part != nil {
			key += fmt.Sprintf(" %p", part.codec)
		}
	}
	if t.kind == manifest.Array {
		key += fmt.Sprint(t.rt.Len())
	}
	c := s.composed[key]
	if c != nil && c.Type() == t.rt { // tags are not in the key
		return c
	}
	switch t.kind {
	case manifest.Array:
		c = codec.Array(t.rt.Len(), t.elem.codec)
	case manifest.Slice:
		c = codec.Slice(t.elem.codec)
	case manifest.Map:
		c = codec.Map(t.key.codec, t.elem.codec)
	case manifest.Pointer:
		c = codec.Pointer(t.elem.codec)
	default:
		c = codec.Struct(t.rt, parts)
	}
	s.composed[key] = c
	return c
}

// mustCodec returns the codec of a type. It panics if the type does not cross, and make turns
// the panic into an error.
func mustCodec(rt reflect.Type) *codec.Codec {
	c, err := codec.For(rt)
	if err != nil {
		panic(err)
	}
	return c
}

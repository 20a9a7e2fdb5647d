package typemap

import (
	"fmt"
	"reflect"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Type is the type that stands for a type of the plugin in the host, where the host's code
// names no type of its own. It is safe for concurrent use.
//
// A declared type is the host's own if the host always has it, such as time.Time, and otherwise
// its underlying type. A struct has the plugin's fields without blank ones, and no methods. A
// type that is encoded by its own methods is a string with the result of MarshalText, or
// [Binary]. Where a declared type contains itself, the host has an any that holds a value of
// the inner type, because package reflect cannot make a recursive type.
type Type struct {
	scope *Scope
	t     *manifest.Type // as it is mentioned
	kind  manifest.Kind  // of its underlying type
	rt    reflect.Type

	marshal   string // see manifest.Types.MarshalerKind
	key, elem *Type
	fields    []field
	plain     bool  // any value of rt will do
	inner     *Type // of a box: rt is any and holds a value of this type
	object    bool  // crosses by reference
	known     bool  // by a surrogate, see package codec

	codec   *codec.Codec
	others  sync.Map // reflect.Type of a value of the host → *codec.Codec, nil if it does not match
	layouts sync.Map // reflect.Type of a struct of the host → []*field, see layout
}

type field struct {
	name  string
	index int // in rt
	*Type
}

// Binary is a value of a type that the host does not have, as its method MarshalBinary has
// encoded it.
type Binary = codec.Binary

// Go returns the type that values have on the host.
func (t *Type) Go() reflect.Type { return t.rt }

// Codec returns the codec of that type.
func (t *Type) Codec() *codec.Codec { return t.codec }

// Mention returns the type of the plugin, as the manifest mentions it.
func (t *Type) Mention() *manifest.Type { return t.t }

// Elem returns the type of the elements of a slice, which a variadic parameter is.
func (t *Type) Elem() *Type { return t.elem }

func (t *Type) String() string { return t.t.String() }

var (
	anyType    = reflect.TypeFor[any]()
	errorType  = reflect.TypeFor[error]()
	stringType = reflect.TypeFor[string]()
	binaryType = reflect.TypeFor[Binary]()
)

// A TypeError reports a type of the plugin that the host cannot make.
type TypeError struct {
	Type   string
	Reason string
}

func (e *TypeError) Error() string {
	return fmt.Sprintf("the host cannot make type %s: %s", e.Type, e.Reason)
}

// Type returns the host's view of t, a type that the scope's manifest mentions and
// whose values cross. The error is a *TypeError.
func (s *Scope) Type(t *manifest.Type) (*Type, error) {
	if ty, ok := s.types.Load(t); ok {
		return ty.(*Type), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ty, err := s.make(t)
	if err != nil {
		return nil, err
	}
	s.types.Store(t, ty)
	return ty, nil
}

// make builds a Type. s.mu is held.
func (s *Scope) make(t *manifest.Type) (ty *Type, err error) {
	if _, reason := s.manifest.Types.Form(t); reason != "" {
		return nil, &TypeError{t.String(), reason}
	}
	// Package reflect panics if it cannot make a type. A damaged manifest may ask for a field
	// without a name, or for an array that is larger than the address space.
	defer func() {
		if v := recover(); v != nil {
			s.forget()
			ty, err = nil, &TypeError{t.String(), fmt.Sprint(v)}
		}
	}()
	ty = s.build(t, "")
	s.fill()
	return ty, nil
}

// build returns the type for t, mentioned within the declaration of the type within.
func (s *Scope) build(t *manifest.Type, within string) *Type {
	if s.manifest.Types.IsKnown(t) {
		return s.knownType(t)
	}
	if t.IsContext() || s.manifest.Types.IsObject(t) {
		return s.objectType(t, within)
	}
	if s.recurs(t, within) {
		return s.boxed(t)
	}
	if t.Name == "" || t.IsError() {
		return s.structure(t, t, within)
	}
	if ty, ok := s.named[t.Name]; ok {
		return ty
	}
	var ty *Type
	switch real := known[t.Name]; {
	case real != nil && Match(s.manifest.Types, t, real) == nil:
		ty = s.real(t, real)
	default:
		ty = s.structure(t, s.manifest.Types.Under(t), t.Name)
	}
	s.named[t.Name] = ty
	return ty
}

// real returns the Type for t if the host has the type rt itself.
func (s *Scope) real(t *manifest.Type, rt reflect.Type) *Type {
	u := s.manifest.Types.Under(t)
	ty := &Type{scope: s, t: t, kind: u.Kind, rt: rt, plain: true, marshal: s.manifest.Types.MarshalerKind(t)}
	if ty.marshal == "" {
		// The known types have no parts of declared types, so their parts are those of
		// their structure.
		parts := s.structure(u, u, t.Name)
		ty.key, ty.elem = parts.key, parts.elem
	}
	ty.codec = mustCodec(rt)
	return ty
}

// structure returns the Type for t that is made of its structure u.
func (s *Scope) structure(t, u *manifest.Type, within string) *Type {
	ty := &Type{scope: s, t: t, kind: u.Kind, plain: true}
	switch ty.marshal = s.manifest.Types.MarshalerKind(t); ty.marshal {
	case "":
	case manifest.MarshalText:
		ty.rt, ty.codec = stringType, mustCodec(stringType)
		return ty
	default:
		ty.rt, ty.codec = binaryType, mustCodec(binaryType)
		return ty
	}
	part := func(t *manifest.Type) *Type {
		p := s.build(t, within)
		ty.plain = ty.plain && p.plain
		return p
	}
	switch u.Kind {
	case manifest.Array:
		ty.elem = part(u.Elem)
		ty.rt = reflect.ArrayOf(int(u.Len), ty.elem.rt)
	case manifest.Slice:
		ty.elem = part(u.Elem)
		ty.rt = reflect.SliceOf(ty.elem.rt)
	case manifest.Map:
		ty.key, ty.elem = part(u.Key), part(u.Elem)
		ty.rt = reflect.MapOf(ty.key.rt, ty.elem.rt)
	case manifest.Pointer:
		ty.elem = part(u.Elem)
		ty.rt = reflect.PointerTo(ty.elem.rt)
	case manifest.Struct:
		var fields []reflect.StructField
		for i := range u.Fields {
			f := &u.Fields[i]
			if f.Name == "_" {
				continue
			}
			p := part(&f.Type)
			ty.fields = append(ty.fields, field{f.Name, len(fields), p})
			fields = append(fields, reflect.StructField{Name: f.Name, Type: p.rt, Tag: reflect.StructTag(f.Tag)})
		}
		ty.rt = reflect.StructOf(fields)
	case manifest.Interface:
		ty.rt = anyType
		if t.IsError() {
			ty.rt = errorType
		}
	default:
		ty.rt = codec.Predeclared(string(u.Kind))
	}
	if ty.rt == nil {
		panic(fmt.Sprintf("its kind is %s", u.Kind))
	}
	ty.codec = s.compose(ty)
	return ty
}

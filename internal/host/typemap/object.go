package typemap

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Objects exports and imports the values of a scope that cross by reference. It is safe for
// concurrent use.
type Objects interface {
	codec.References
	// Reference returns how values of the host's type rt, which matches the plugin's t,
	// are exported and imported.
	Reference(t *manifest.Type, rt reflect.Type) (codec.Reference, error)
	// Assign sets dst, of a type that matches t in a call of dynamic type, to a value that
	// came from the plugin. t may be nil.
	Assign(dst reflect.Value, v any, t *manifest.Type) error
	// Importable returns an error if the host's type rt cannot stand for objects of the
	// plugin.
	Importable(rt reflect.Type) error
	// Interface returns the interface of the standard library that has the full name, or nil
	// if the host has no proxy for it.
	Interface(name string) reflect.Type
	// Type returns the host's type of objects, which is a pointer.
	Type() reflect.Type
	// Wrap returns an object for a value of the host. For a proxy it returns the plugin's
	// object.
	Wrap(v any) any
	// Const returns what a call of dynamic type gives for a value of the plugin's type t: an object
	// if the type has methods, and otherwise v, which has the type's structure.
	Const(t *manifest.Type, v any) (any, error)
	// IsError reports whether the plugin's error is, or wraps, target: an object that stands for an
	// error, or an error of the plugin.
	IsError(e *codec.Error, target error) bool
	// AsError sets target to an object that stands for the plugin's error, and reports
	// whether target is of that type and the plugin still has the error.
	AsError(e *codec.Error, target any) bool
	// Release releases a reference that was exported for a call that was not made.
	Release(ref wire.Ref)
	// ExportContext returns a reference to a context: see manifest.FormContext.
	ExportContext(ctx context.Context) (ref wire.Ref, deadline int64)
	// ImportContext returns the context of a reference and deadline of ExportContext.
	ImportContext(ref wire.Ref, deadline int64) (context.Context, error)
}

// SetObjects sets how objects cross. It must be called before the scope is used.
func (s *Scope) SetObjects(o Objects) { s.objects, s.references = o, codec.NewReferenceCodec(o) }

// References returns how values within an any cross by reference: see codec.Scope.
func (s *Scope) References() *codec.ReferenceCodec { return s.references }

// OwnError returns the host's error that the plugin has passed back: see codec.TakeError.
func (s *Scope) OwnError(ref wire.Ref) (error, error) {
	v, err := s.objects.Import(ref, "")
	if err != nil {
		return nil, err
	}
	own, ok := v.(error)
	if !ok {
		return nil, fmt.Errorf("a %T was given for an error, and has no method Error", v)
	}
	return own, nil
}

// Objects returns the argument of SetObjects.
func (s *Scope) Objects() Objects { return s.objects }

var contextType = reflect.TypeFor[context.Context]()

var errNoObjects = errors.New("objects do not cross here")

// pair returns the codec of rt, which matches t.
func (s *Scope) pair(t *manifest.Type, rt reflect.Type) (*codec.Codec, error) {
	if t.IsContext() {
		return codec.Object(rt, codec.Reference{}), nil // contexts cross only in frames
	}
	if s.manifest.Types.Plain(t) {
		return codec.For(rt)
	}
	s.pairs.Lock()
	defer s.pairs.Unlock()
	if s.pairs.known == nil {
		s.pairs.known = make(map[mention]*codec.Codec)
	}
	b := pairing{s, make(map[mention]*codec.Codec)}
	c, err := b.codec(t, rt)
	if err != nil {
		return nil, err
	}
	maps.Copy(s.pairs.known, b.new)
	return c, nil
}

// A pairing composes codecs of host types for types of the plugin that contain objects.
type pairing struct {
	*Scope
	new map[mention]*codec.Codec
}

func (b pairing) codec(t *manifest.Type, rt reflect.Type) (*codec.Codec, error) {
	types := b.manifest.Types
	switch {
	case types.IsKnown(t):
		return codec.KnownCodec(knownType(t), rt), nil
	case types.IsObject(t):
		return b.reference(t, rt)
	case types.Plain(t):
		return codec.For(rt)
	}
	u := types.Under(t)
	key := mention{u, rt} // a declared type has another t wherever it is mentioned, but one u
	if t.Name != "" {
		key.t = b.declared(t.Name)
	}
	if c, ok := b.pairs.known[key]; ok {
		return c, nil
	}
	if c, ok := b.new[key]; ok {
		return c, nil
	}
	return codec.Compose(rt, func(c *codec.Codec) (parts codec.Parts, err error) {
		b.new[key] = c
		switch u.Kind {
		case manifest.Array, manifest.Slice, manifest.Pointer:
			parts.Elem, err = b.codec(u.Elem, rt.Elem())
		case manifest.Map:
			if parts.Key, err = b.codec(u.Key, rt.Key()); err == nil {
				parts.Elem, err = b.codec(u.Elem, rt.Elem())
			}
		case manifest.Struct:
			parts.Fields = make([]*codec.Codec, len(u.Fields))
			for i := range u.Fields {
				if f := &u.Fields[i]; f.Name != "_" && err == nil {
					parts.Fields[i], err = b.codec(&f.Type, rt.Field(i).Type)
				}
			}
		default:
			err = fmt.Errorf("%s contains no objects", t)
		}
		return parts, err
	})
}

// declared returns one mention for all of a declared type.
func (s *Scope) declared(name string) *manifest.Type {
	t, _ := s.mentioned.LoadOrStore(name, &manifest.Type{Kind: s.manifest.Types[name].Type.Kind, Name: name})
	return t.(*manifest.Type)
}

func (s *Scope) reference(t *manifest.Type, rt reflect.Type) (*codec.Codec, error) {
	if s.objects == nil {
		return nil, errNoObjects
	}
	r, err := s.objects.Reference(t, rt)
	if err != nil {
		return nil, err
	}
	return codec.Object(rt, r), nil
}

// object compares types that cross by reference. The host's type may have more methods, and a
// channel of the host more directions, than the plugin asks for.
func (m *matcher) object(at place, t *manifest.Type, rt reflect.Type) {
	if m.objects != nil && rt == m.objects.Type() {
		return
	}
	u := m.types.Under(t)
	switch {
	case u.Kind == manifest.Func && rt.Kind() == reflect.Func:
		m.signature("", u.Params, u.Results, u.Variadic, rt, 0)
	case u.Kind == manifest.Chan && rt.Kind() == reflect.Chan:
		if have := rt.ChanDir(); have&direction(u) != direction(u) {
			m.unlike(at)
			return
		}
		m.match(at.element("[]"), u.Elem, rt.Elem())
	case u.Kind == manifest.Interface && (rt.Kind() != reflect.Func && len(u.Methods) > 0 || rt.NumMethod() > 0):
		m.methods(u, rt)
	case u.Kind == manifest.Struct || u.Kind == manifest.Pointer:
		m.differ(at, "plugin has "+pluginType(m.types, at.t)+", which stays in the plugin; host has "+HostType(at.rt)+", use *winplugin.Object")
	default:
		m.unlike(at)
	}
}

func direction(u *manifest.Type) reflect.ChanDir {
	switch u.Dir {
	case "send":
		return reflect.SendDir
	case "recv":
		return reflect.RecvDir
	}
	return reflect.BothDir
}

// methods compares the methods of a plugin's interface with those of a type of the
// host.
func (m *matcher) methods(u *manifest.Type, rt reflect.Type) {
	for i := range u.Methods {
		want := &u.Methods[i]
		have, ok := rt.MethodByName(want.Name)
		if !ok {
			text := fmt.Sprintf("host's %s lacks method %s", spell(rt.String()), want.Name)
			if _, ok := reflect.PointerTo(rt).MethodByName(want.Name); ok && rt.Kind() != reflect.Interface {
				text += ", which its pointer has"
			}
			m.differ(place{}, text)
			continue
		}
		receiver := 1
		if rt.Kind() == reflect.Interface {
			receiver = 0
		}
		m.signature("method "+want.Name, want.Params, want.Results, want.Variadic, have.Type, receiver)
	}
}

// signature compares parameters and results, of a method without the receiver.
func (m *matcher) signature(of string, params, results []manifest.Param, variadic bool, ft reflect.Type, receiver int) {
	path := func(what string) string {
		switch {
		case of == "":
			return what
		case what == "":
			return of
		}
		return of + ": " + what
	}
	count := func(what string, plugin, host int) bool {
		if plugin != host {
			m.differ(place{path: path("")}, fmt.Sprintf("plugin has %d %s, host has %d", plugin, what, host))
		}
		return plugin == host
	}
	if !count("parameters", len(params), ft.NumIn()-receiver) || !count("results", len(results), ft.NumOut()) {
		return
	}
	if variadic != ft.IsVariadic() {
		m.differ(place{path: path("")}, "the last parameter is variadic on one side only")
		return
	}
	for i := range params {
		m.inside(path(fmt.Sprintf("parameter %d", i+1)), &params[i].Type, ft.In(i+receiver))
	}
	for i := range results {
		m.inside(path(fmt.Sprintf("result %d", i+1)), &results[i].Type, ft.Out(i))
	}
}

// inside compares types within a func, channel or interface, and prefixes differences with
// their place.
func (m *matcher) inside(path string, t *manifest.Type, rt reflect.Type) {
	before := len(m.found)
	m.match(place{t: t, rt: rt}, t, rt)
	for i := before; i < len(m.found); i++ {
		d := &m.found[i]
		if d.Place != "" {
			d.Place = ": " + d.Place
		}
		d.Place = path + d.Place
	}
}

// Package typemap relates the types of a plugin, as its manifest describes them, to the types
// of the host: it compares them, makes types that the host does not have, and converts values.
package typemap

import (
	"go/token"
	"reflect"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Scope has the types and sentinel errors of one library. It is the [codec.Scope] of the
// library's messages, and safe for concurrent use.
type Scope struct {
	codec.ErrorMemory
	budget     codec.Budget // for types that the plugin describes
	manifest   *manifest.Manifest
	objects    Objects                               // nil: there are none
	as         func(e *codec.Error, target any) bool // see SetErrors; may be nil
	origin     func(err error) error                 // see SetErrors; may be nil
	references *codec.ReferenceCodec
	host       *codec.HostTable // see SetHostTable; may be nil

	types     sync.Map // *manifest.Type → *Type
	matches   sync.Map // mention → *codec.Codec or error
	names     sync.Map // reflect.Type of the host → the plugin's full name, "" if it has none
	codecs    sync.Map // the plugin's full name → *codec.Codec, for values of dynamic type
	mentioned sync.Map // the plugin's full name → *manifest.Type, see declared

	sentinels  []*Sentinel
	hostErrors []error                        // see SetErrors
	structs    func() map[reflect.Type]string // see madeStructs
	taken      func() map[string]bool         // see findTaken

	pairs struct { // codecs of types that contain objects
		sync.Mutex
		known map[mention]*codec.Codec
	}

	mu       sync.Mutex // guards what follows: types under construction
	named    map[string]*Type
	boxes    map[string]*Type
	empty    []*Type // boxes with nothing in them yet
	composed map[string]*codec.Codec
	parts    map[string][]string // see mentions
}

// mention is a key of Scope.matches.
type mention struct {
	t  *manifest.Type
	rt reflect.Type
}

var _ codec.Scope = (*Scope)(nil)

// NewScope returns the scope of a library. Values cross by reference only after SetObjects was
// called.
func NewScope(m *manifest.Manifest) *Scope {
	s := &Scope{manifest: m, parts: make(map[string][]string), composed: make(map[string]*codec.Codec)}
	s.structs, s.taken = sync.OnceValue(s.madeStructs), sync.OnceValue(s.findTaken)
	s.forget()
	for i := range m.Variables {
		if v := &m.Variables[i]; v.Type.IsError() {
			s.sentinels = append(s.sentinels, &Sentinel{plugin: m.Package, name: v.Name})
		}
	}
	return s
}

// SetErrors sets how errors.As finds further types in errors of the plugin, and how to get from
// these back to the plugin's errors: see codec.Scope. values are errors of the host that come
// back through the plugin as the same values. SetErrors must be called before the scope is
// used.
func (s *Scope) SetErrors(as func(e *codec.Error, target any) bool, origin func(error) error, values []error) {
	s.as, s.origin, s.hostErrors = as, origin, values
}

// Origin returns the plugin's error that err was made from, or err itself.
func (s *Scope) Origin(err error) error {
	if s.origin == nil {
		return err
	}
	return s.origin(err)
}

// As sets target, by the function that SetErrors was given, or to an object that stands for the
// plugin's error. It reports whether it has set target.
func (s *Scope) As(e *codec.Error, target any) bool {
	return s.as != nil && s.as(e, target) || s.objects != nil && s.objects.AsError(e, target)
}

// Is reports whether target is an object, or an error of the same plugin, that errors.Is finds in the
// plugin's error.
func (s *Scope) Is(e *codec.Error, target error) bool {
	return s.objects != nil && (reflect.TypeOf(target) == s.objects.Type() || e.IsBeside(target)) && s.objects.IsError(e, target)
}

// forget drops types under construction, and keeps those that are complete.
func (s *Scope) forget() {
	s.named = make(map[string]*Type)
	s.boxes = make(map[string]*Type)
	s.empty = nil
}

// Match returns the codec of the host's type rt for values of the plugin's type t,
// which the scope's manifest mentions. If their structure differs the error is a
// *MismatchError. Types that host and plugin have under one name are recorded, so that
// values of dynamic type arrive as such.
func (s *Scope) Match(t *manifest.Type, rt reflect.Type) (*codec.Codec, error) {
	key := mention{t, rt}
	if found, ok := s.matches.Load(key); ok {
		if err, ok := found.(error); ok {
			return nil, err
		}
		return found.(*codec.Codec), nil
	}
	c, err := s.match(t, rt)
	if err != nil {
		s.matches.Store(key, err)
		return nil, err
	}
	s.matches.Store(key, c)
	return c, nil
}

func (s *Scope) match(t *manifest.Type, rt reflect.Type) (*codec.Codec, error) {
	shared, err := match(s.manifest.Types, s.objects, t, rt)
	if err != nil {
		return nil, err
	}
	c, err := s.pair(t, rt)
	if err != nil {
		return nil, err
	}
	for name, rt := range shared {
		if c, err := codec.For(rt); err == nil {
			s.codecs.LoadOrStore(name, c)
		}
	}
	return c, nil
}

// Name returns the plugin's full name of a type of the host, "" if the plugin has no
// such type.
func (s *Scope) Name(rt reflect.Type) string {
	if name, ok := s.names.Load(rt); ok {
		return name.(string)
	}
	name := s.name(rt)
	s.names.Store(rt, name)
	return name
}

func (s *Scope) name(rt reflect.Type) string {
	name := fullName(rt)
	if name == "" {
		if rt.Kind() != reflect.Struct {
			return ""
		}
		return s.structs()[rt]
	}
	d, ok := s.manifest.Types[name]
	if !ok || !nameable(name) {
		return ""
	}
	if _, err := s.match(&manifest.Type{Kind: d.Type.Kind, Name: name}, rt); err != nil {
		return ""
	}
	return name
}

// nameable reports whether the plugin's generated code can name a declared type.
func nameable(name string) bool { return token.IsExported(shortName(name)) }

// madeStructs returns the plugin's types for which the structs that the host makes stand. If two
// types of the plugin have the same fields, their struct stands for neither.
func (s *Scope) madeStructs() map[reflect.Type]string {
	names := make(map[reflect.Type]string)
	for name, d := range s.manifest.Types {
		if d.Type.Kind != manifest.Struct || !nameable(name) {
			continue
		}
		ty, err := s.Type(&manifest.Type{Kind: d.Type.Kind, Name: name})
		if err != nil || ty.rt.Name() != "" {
			continue
		}
		// Only the type's own codec knows what boxes hold.
		if !ty.plain && s.Codec(name) != ty.codec {
			continue
		}
		if _, ok := names[ty.rt]; ok {
			name = ""
		}
		names[ty.rt] = name
	}
	return names
}

// Codec returns the codec for values of the plugin's type of the given full name. It is the codec
// of the host's type of that name, if Match has found it, or of a type that is made. It is nil
// if the plugin has no such type.
func (s *Scope) Codec(name string) *codec.Codec {
	if c, ok := s.codecs.Load(name); ok {
		return c.(*codec.Codec)
	}
	d, ok := s.manifest.Types[name]
	if !ok {
		return nil
	}
	ty, err := s.Type(&manifest.Type{Kind: d.Type.Kind, Name: name})
	if err != nil {
		return nil
	}
	c, _ := s.codecs.LoadOrStore(name, ty.codec)
	return c.(*codec.Codec)
}

// HostType returns the host's own type of the given full name, if Match has found it, or nil.
func (s *Scope) HostType(name string) reflect.Type {
	if c, ok := s.codecs.Load(name); ok {
		if rt := c.(*codec.Codec).Type(); fullName(rt) == name {
			return rt
		}
	}
	return nil
}

// SetHostTable sets the table of the host's types that the plugin knows.
func (s *Scope) SetHostTable(h *codec.HostTable) { s.host = h }

// HostTable returns the argument of SetHostTable.
func (s *Scope) HostTable() *codec.HostTable { return s.host }

// Common returns the codec of a type that both sides have.
func (s *Scope) Common(t reflect.Type) *codec.Codec {
	c, err := codec.For(t)
	if err != nil {
		panic(err)
	}
	return c
}

// Budget bounds the types that the plugin describes: see [codec.Budget].
func (s *Scope) Budget() *codec.Budget { return &s.budget }

//go:build go1.22

package pluginrt

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Names of predeclared types, for generated code: a plugin may give the names
// themselves another meaning.
type (
	Error      = error
	Complex64  = complex64
	Complex128 = complex128
)

// A Type is a declared type that the manifest describes.
type Type struct {
	Name string // as in the manifest
	Type reflect.Type
}

// TypeOf returns T under its name in the manifest.
func TypeOf[T any](name string) Type { return Type{name, reflect.TypeFor[T]()} }

// A Sentinel is an exported variable that holds an error.
type Sentinel struct {
	Name  string // with a dot before it, to tell it from well-known ones
	Value *error
}

// A NamedError is an exported constant, or an exported variable, of a declared type that is an error.
type NamedError struct {
	Name string
	Get  func() Error
}

// A scope knows the plugin's declared types and sentinels, for values in an any
// and for errors. It implements [codec.Scope].
type scope struct {
	codec.ErrorMemory
	names      map[reflect.Type]string
	types      map[string]reflect.Type
	sentinels  []Sentinel
	errors     []NamedError
	path       string // the plugin's import path
	references *codec.ReferenceCodec
	importers  map[reflect.Type]func(wire.Ref) any
	makes      map[string]reflect.Type
	made       *codec.MadeTypes
	funcs      []codec.AskedFunc
}

// pluginScope is the plugin's scope. It is written once, by Start.
var pluginScope *scope

func newScope(l *Library) *scope {
	s := &scope{names: make(map[reflect.Type]string), types: make(map[string]reflect.Type), sentinels: l.Sentinels, errors: l.Errors, path: l.Path, references: l.References}
	s.importers, s.makes = make(map[reflect.Type]func(wire.Ref) any), make(map[string]reflect.Type)
	for _, i := range l.Importers {
		s.importers[i.Type] = i.Import
	}
	for _, t := range l.Makes {
		s.makes[t.Name] = t.Type
	}
	for _, t := range l.Types {
		s.names[t.Type], s.types[t.Name] = t.Name, t.Type
	}
	if l.References != nil {
		s.made, s.funcs = codec.NewMadeTypes(s, callMethod, l.Asks), l.Funcs
	}
	return s
}

// Name returns the name of a type in the manifest, or "".
func (s *scope) Name(t reflect.Type) string { return s.names[t] }

// TypeText returns the text of a type: values of the plugin keep their identity in an any.
func (s *scope) TypeText(t reflect.Type) string { return s.text(t) }

// AskedFuncs returns the func types that the plugin may look for in values of the host.
func (s *scope) AskedFuncs() []codec.AskedFunc { return s.funcs }

// OwnError returns the error that an object is, which the host passes back for an error.
func (s *scope) OwnError(ref wire.Ref) (error, error) {
	v := owned(ref)
	if err, ok := withMethods[error](v); ok {
		return err, nil
	}
	return nil, fmt.Errorf("a %s was given for an error, and has no method Error", typeText(v))
}

// References returns how objects in values in an any cross: see [codec.Scope].
func (s *scope) References() *codec.ReferenceCodec { return s.references }

// Codec returns the codec of the type of that name, or nil.
func (s *scope) Codec(name string) *codec.Codec {
	t := s.types[name]
	if t == nil {
		return nil
	}
	c, err := codec.For(t)
	if err != nil {
		return nil
	}
	return c
}

// Sentinel returns the error that the variable of that name holds, or nil.
func (s *scope) Sentinel(name string) error {
	for _, v := range s.sentinels {
		if v.Name == name {
			return *v.Value
		}
	}
	return nil
}

// SentinelName returns the name of the variable that holds the error, or "".
func (s *scope) SentinelName(err error) string {
	if !reflect.ValueOf(err).Comparable() {
		return "" // an error of such a type is equal to none
	}
	for _, v := range s.sentinels {
		if *v.Value == err {
			return v.Name
		}
	}
	return ""
}

// ErrorName returns the name of the constant or variable that is equal to the error, or "".
func (s *scope) ErrorName(err error) string {
	for _, v := range s.errors {
		if codec.SameError(v.Get(), err) {
			return v.Name
		}
	}
	return ""
}

// NamedError returns the error that a constant is, or that a variable holds, if the plugin has the
// error that the host passes back no longer.
func (s *scope) NamedError(name string, err error) error {
	if !codec.Remote(err) {
		return err
	}
	for _, v := range s.errors {
		if v.Name == name {
			return v.Get()
		}
	}
	return err
}

// MadeTypes are the types that were made for the host's: see [codec.Scope].
func (s *scope) MadeTypes() *codec.MadeTypes { return s.made }

// define is the operation OpTypes.
func (s *scope) define(b []byte) error {
	if s == nil || s.made == nil {
		return errors.New("the plugin takes no values of dynamic type")
	}
	return s.made.Define(b)
}

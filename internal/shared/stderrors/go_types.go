//go:build go1.22

package stderrors

import (
	"go/token"
	"go/types"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterError[*types.ArgumentError]()
	codec.RegisterErrorAs(packTypes, unpackTypes)
}

// A typesError is the surrogate of a types.Error. Of the set of files it has the one with the
// position.
type typesError struct {
	Msg              string
	Pos              int
	Soft             bool
	Code, Start, End int // of unexported fields
	File             *sourceFile
}

// A sourceFile is a file of a token.FileSet.
type sourceFile struct {
	Name       string
	Base, Size int
	Lines      []int
	At         token.Position // as a line directive says
}

func packTypes(e types.Error, _ codec.Scope) (s typesError, ok bool) {
	s = typesError{Msg: e.Msg, Pos: int(e.Pos), Soft: e.Soft}
	v := reflect.ValueOf(e)
	for name, to := range s.hidden() {
		f := v.FieldByName(name)
		if !f.IsValid() || !f.CanInt() {
			return s, false
		}
		*to = int(f.Int())
	}
	if e.Fset == nil {
		return s, true
	}
	s.File = new(sourceFile)
	if f := e.Fset.File(e.Pos); f != nil {
		*s.File = sourceFile{f.Name(), f.Base(), f.Size(), f.Lines(), f.PositionFor(e.Pos, true)}
	}
	return s, true
}

// hidden returns where the unexported fields are, by their names.
func (s *typesError) hidden() map[string]*int {
	return map[string]*int{"go116code": &s.Code, "go116start": &s.Start, "go116end": &s.End}
}

func unpackTypes(s typesError, _ string, _ codec.Scope) (e types.Error, ok bool) {
	e = types.Error{Msg: s.Msg, Pos: token.Pos(s.Pos), Soft: s.Soft}
	v := reflect.ValueOf(&e).Elem()
	for name, from := range s.hidden() {
		f := v.FieldByName(name)
		if !f.IsValid() || !f.CanInt() {
			return e, false
		}
		reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().SetInt(int64(*from))
	}
	if s.File == nil {
		return e, true
	}
	e.Fset = token.NewFileSet()
	if s.File.Base == 0 {
		return e, true
	}
	f := e.Fset.AddFile(s.File.Name, s.File.Base, s.File.Size)
	if len(s.File.Lines) > 0 && !f.SetLines(s.File.Lines) {
		return e, false
	}
	if at := f.PositionFor(e.Pos, false); s.File.At != at {
		f.AddLineColumnInfo(f.Offset(e.Pos), s.File.At.Filename, s.File.At.Line, s.File.At.Column)
	}
	return e, true
}

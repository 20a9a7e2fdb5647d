//go:build go1.22

package stderrors

import (
	"html/template"
	"reflect"
	"text/template/parse"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterErrorAs(packTemplate, unpackTemplate)
}

// A templateError is the surrogate of a *template.Error.
type templateError struct {
	Code              int
	Name, Description string
	Line              int
	Node              *templateNode
}

// A templateNode is a node of a template: the source that it was parsed from, and which node of it
// it is.
type templateNode struct {
	Name, ParseName string // of the tree
	Source          string
	Kind            string // the type as it is printed
	Position        int
	Text            string
}

func packTemplate(e *template.Error, _ codec.Scope) (s templateError, ok bool) {
	s = templateError{int(e.ErrorCode), e.Name, e.Description, e.Line, nil}
	if e.Node == nil {
		return s, true
	}
	tree := treeOf(e.Node)
	if tree == nil {
		return s, false
	}
	source := reflect.ValueOf(tree).Elem().FieldByName("text")
	if !source.IsValid() {
		return s, false
	}
	s.Node = &templateNode{tree.Name, tree.ParseName, source.String(), reflect.TypeOf(e.Node).String(), int(e.Node.Position()), e.Node.String()}
	return s, true
}

// treeOf returns the tree of a node, nil if it has none.
func treeOf(n parse.Node) *parse.Tree {
	f := reflect.ValueOf(n).Elem().FieldByName("tr")
	if !f.IsValid() {
		return nil
	}
	tree, _ := reflect.NewAt(f.Type(), f.Addr().UnsafePointer()).Elem().Interface().(*parse.Tree)
	return tree
}

func unpackTemplate(s templateError, _ string, _ codec.Scope) (*template.Error, bool) {
	e := &template.Error{ErrorCode: template.ErrorCode(s.Code), Name: s.Name, Description: s.Description, Line: s.Line}
	if s.Node == nil {
		return e, true
	}
	e.Node = s.Node.parsed()
	return e, e.Node != nil
}

// parsed returns the node of the template parsed again, or nil. It is not found in a template with
// delimiters of its own.
func (s *templateNode) parsed() parse.Node {
	tree, all := parse.New(s.ParseName), make(map[string]*parse.Tree)
	tree.Mode = parse.SkipFuncCheck
	if _, err := tree.Parse(s.Source, "", "", all); err != nil {
		return nil
	}
	if t := all[s.Name]; t != nil && t.Root != nil {
		return s.find(reflect.ValueOf(t.Root))
	}
	return nil
}

// find returns the node in a value of a tree.
func (s *templateNode) find(v reflect.Value) parse.Node {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() || v.Type() == reflect.TypeFor[*parse.Tree]() {
			return nil
		}
		return s.find(v.Elem())
	case reflect.Slice:
		for i := range v.Len() {
			if n := s.find(v.Index(i)); n != nil {
				return n
			}
		}
	case reflect.Struct:
		if n, ok := v.Addr().Interface().(parse.Node); ok && s.is(n) {
			return n
		}
		for i := range v.NumField() {
			if !v.Type().Field(i).IsExported() {
				continue
			}
			if n := s.find(v.Field(i)); n != nil {
				return n
			}
		}
	}
	return nil
}

func (s *templateNode) is(n parse.Node) bool {
	return reflect.TypeOf(n).String() == s.Kind && int(n.Position()) == s.Position && n.String() == s.Text
}

//go:build go1.22

package codec

import (
	"reflect"
	"slices"
	"strings"
)

// A package may look for a func in an any by its type, as in v.(func(*Context) error). A func of
// the host's has an object or an interface in the place of the plugin's types. It arrives with the
// type that the plugin looks for, if there is just one that fits.

// An AskedFunc is a func type that packages of the plugin may look for in values of dynamic type.
type AskedFunc struct {
	Type     reflect.Type
	Asserted bool // it is in a type assertion or a type switch
}

// objectName describes parameters and results of the host's funcs that are objects of the plugin.
const objectName = "object"

// isObject reports whether a parameter or result of a func of the host's is an object of the
// plugin, or an interface in its place. It is set in the host.
var isObject = func(Scope, reflect.Type) bool { return false }

// skipObject skips objectName, and reports whether it was there.
func (p *parser) skipObject() bool {
	rest, ok := strings.CutPrefix(p.text, objectName)
	if ok = ok && rest != "" && strings.IndexByte(",)", rest[0]) >= 0; ok {
		p.text = rest
	}
	return ok
}

// asked returns the func type that a description stands for.
func (p *parser) asked(s *FuncType, objects *funcObjects) *FuncType {
	if !slices.Contains(objects.params, true) && !slices.Contains(objects.results, true) {
		return s
	}
	s.objects, s.plain = objects, s
	scope, ok := p.scope.(interface{ AskedFuncs() []AskedFunc })
	if !ok {
		return s
	}
	for _, asserted := range []bool{true, false} {
		var found []*FuncType
		for _, f := range scope.AskedFuncs() {
			if f.Asserted != asserted {
				continue
			}
			if as := s.As(f.Type); as != nil {
				found = append(found, as)
			}
		}
		switch {
		case len(found) == 1:
			return found[0]
		case len(found) > 1:
			return s
		}
	}
	return s
}

// Plain returns the form of s in which objects have the type any, nil if there are none.
func (s *FuncType) Plain() *FuncType { return s.plain }

// As returns how a func of the host's crosses that has the type t in the plugin, with the plugin's
// types in the place of objects. It returns nil if the func cannot have this type.
func (s *FuncType) As(t reflect.Type) *FuncType {
	if s.plain == nil || t.Kind() != reflect.Func || t.IsVariadic() != s.Variadic || t.NumIn() != len(s.Params) || t.NumOut() != len(s.Results) {
		return nil
	}
	p := s.plain
	as := &FuncType{Type: t, Variadic: s.Variadic, objects: s.objects, plain: p}
	for i, c := range p.Params {
		in, object := t.In(i), s.objects.params[i]
		if object && s.Variadic && i == len(p.Params)-1 {
			if !stands(in.Elem()) {
				return nil
			}
			c = anyList(in)
			c.elem.object = true
		} else {
			c = c.standing(in, object)
		}
		as.Params = append(as.Params, c)
	}
	for i, c := range p.Results {
		as.Results = append(as.Results, c.standing(t.Out(i), s.objects.results[i]))
	}
	if slices.Contains(as.Params, nil) || slices.Contains(as.Results, nil) {
		return nil
	}
	return as
}

// standing returns the codec of the wanted type for values of a parameter or result, nil if they
// cannot have it.
func (c *Codec) standing(want reflect.Type, object bool) *Codec {
	switch {
	case object && stands(want):
		as := asAny(want)
		as.object = true
		return as
	case object:
		return nil
	case c.typ == want:
		return c
	case want.Kind() == c.typ.Kind() && declares(want) && c.typ.ConvertibleTo(want):
		as := *c // of the same structure
		as.typ = want
		return &as
	}
	return nil
}

// stands reports whether an object may stand for values of a type of the plugin.
func stands(t reflect.Type) bool {
	return declares(t) && t != contextType && t != errorType && (t.Kind() != reflect.Interface || t.NumMethod() > 0)
}

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
		if made.shape.kind == reflect.Invalid || made.shape.kind == reflect.Pointer || made.shape.text != "" {
			continue
		}
		t := made.codec.typ
		p := reflect.PointerTo(t)
		if _, ok := p.MethodByName("Format"); !ok && hides(t) {
			// Package fmt prints the fields that do not cross as well, which only the host has.
			made.methods = append(made.methods, HostMethod{Name: "Format", Format: true})
			made.shape.methods = append(made.shape.methods, shapeMethod{name: "Format", flags: methodFormat})
		}
		if t.Name() == "" {
			continue
		}
		passed := 0
		for j := 0; j < min(p.NumMethod(), maxListed) && passed < maxMethods; j++ {
			m := p.Method(j)
			_, own := t.MethodByName(m.Name)
			described, sm := s.method(m, t, !own)
			made.methods = append(made.methods, described)
			made.shape.methods = append(made.shape.methods, sm)
			if !described.lost {
				passed++
			}
		}
	}
}

// maxMethods bounds the methods of a type that cross, and maxListed those that the plugin is
// told of.
const (
	maxMethods = 48
	maxListed  = 256
)

func (s *shaper) method(m reflect.Method, t reflect.Type, pointer bool) (made HostMethod, sm shapeMethod) {
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
		return made, sm
	}
	if made.Fills = fills(m.Name, m.Type, 1); made.Fills {
		sm.flags |= methodFills
	}
	s.signature(m.Type, 1, t, &made, &sm)
	return made, sm
}

// signature describes the parameters, from the first on, and the results of a method of t.
func (s *shaper) signature(ft reflect.Type, first int, t reflect.Type, made *HostMethod, sm *shapeMethod) {
	for i := first; i < ft.NumIn(); i++ {
		if around := aroundOf(ft.In(i)); around != nil {
			made.around = around
		}
		part := s.part(ft.In(i), t)
		made.Params, sm.params = append(made.Params, part.codec), append(sm.params, part.number)
		made.lost = made.lost || part.codec == nil
	}
	for i := range ft.NumOut() {
		part := s.part(ft.Out(i), t)
		made.Results, sm.results = append(made.Results, part.codec), append(sm.results, part.number)
		made.lost = made.lost || part.codec == nil || part.codec.IsContext()
	}
}

// part describes the type of a parameter or result of a method of t. Values of a type without
// a codec do not cross.
func (s *shaper) part(in, t reflect.Type) *HostType {
	c, text := signatureCodec(in)
	refers := false
	switch {
	case c != nil:
	case in == contextType:
		c, text = aContext, contextName
	case in == s.object, in.Kind() == reflect.Interface && in.NumMethod() > 0 && nameOf(in, s.scope) == "":
		c, text, refers = asAny(in), "any", true
	case in.Kind() == reflect.Slice && in.Name() == "" && (in.Elem() == s.object || in.Elem() == anyType):
		c, text, refers = anyList(in), "[]any", in.Elem() == s.object
	case s.same(in, t) || s.own(in, t):
		if found, err := s.node(in); err == nil {
			return found
		}
		text = lostPrefix + fullText(in)
	case structural(in):
		text, _ = Describe(in, nil)
		c, _ = For(in)
	default:
		text = lostPrefix + fullText(in)
	}
	n := s.all.last.Add(1)
	made := &HostType{number: n, codec: c, shape: &shape{number: n, text: text, state: refers}}
	s.list = append(s.list, made)
	return made
}

// structural reports whether a type is one of another package, such as *url.Values, that the
// plugin gets by its structure.
func structural(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return structural(t.Elem())
	case reflect.Map:
		return structural(t.Key()) && structural(t.Elem())
	case reflect.Struct, reflect.Interface, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return false
	}
	return marshalerKind(t) == ""
}

// maxOwn bounds the types that are described only because methods mention them.
const maxOwn = 16

// own reports whether a type in the signature of a method of type t is, or refers to, one that
// the package of t declares.
func (s *shaper) own(in, t reflect.Type) bool {
	switch in.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		if in.Name() == "" {
			return s.own(in.Elem(), t)
		}
	case reflect.Map:
		if in.Name() == "" && s.same(in.Key(), t) {
			return s.own(in.Elem(), t)
		}
	}
	if t == nil || in.Name() == "" || in.PkgPath() != t.PkgPath() || in.Kind() == reflect.Interface {
		return false
	}
	if _, known := s.known.Load(in); known || s.pending[in] != nil {
		return true
	}
	s.mentioned++
	return s.mentioned <= maxOwn
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

//go:build go1.22

package codec

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// A FuncType is a func type whose parameters and results all cross in values of dynamic type.
// In a call, each argument and result is a message, except for contexts.
type FuncType struct {
	Type     reflect.Type
	Params   []*Codec // a variadic parameter is a slice
	Results  []*Codec
	Variadic bool

	// Of a func of the host's that has objects of the plugin among its parameters and results,
	// which are of type any in Type, and its form with Type: see As.
	objects *funcObjects
	plain   *FuncType
}

// funcObjects tells which parameters and results are objects.
type funcObjects struct{ params, results []bool }

var contextType = reflect.TypeFor[context.Context]()

// aContext is the codec of contexts, which may only be parameters of funcs.
var aContext = &Codec{typ: contextType, size: contextType.Size()}

// maxFunc is how many parameters and results reflect.FuncOf takes together.
const maxFunc = 128

// A FuncSizeError reports a func type that package reflect cannot make of a description on
// the other side.
type FuncSizeError struct{ N int } // parameters and results

func (e *FuncSizeError) Error() string {
	return fmt.Sprintf("a func has %d parameters and results, and a func type that is made at run time has at most %d; gather some of them in a struct", e.N, maxFunc)
}

// FuncOf is reflect.FuncOf, but returns a *FuncSizeError where that panics.
func FuncOf(in, out []reflect.Type, variadic bool) (reflect.Type, error) {
	if n := len(in) + len(out); n > maxFunc {
		return nil, &FuncSizeError{n}
	}
	return reflect.FuncOf(in, out, variadic), nil
}

// IsContext reports whether the codec stands for a parameter that is a context.
func (c *Codec) IsContext() bool { return c == aContext }

// FuncTypeOf describes a func type, or says why values of that type do
// not cross.
func FuncTypeOf(t reflect.Type, scope Scope) (*FuncType, error) {
	d, err := descriptionOf(t, scope)
	if err != nil {
		return nil, err
	}
	if d.codec == nil || d.codec.funcType == nil {
		return nil, fmt.Errorf("%s is no func that crosses", t)
	}
	return d.codec.funcType, nil
}

// function returns the codec of a func type.
func function(s *FuncType, references References) *Codec {
	c := Object(s.Type, references.Func(s))
	c.funcType = s
	return c
}

// A composer describes types with parts that are not copied, and composes their codecs. It
// describes such types by their structure, because names stand for types that are copied.
type composer struct {
	scope      Scope
	references *ReferenceCodec
	outer      []reflect.Type
	typed      bool // objects are described by their types, not as any
	text       strings.Builder
}

// compose is newDescription for types that are not copied as a whole.
func compose(t reflect.Type, scope Scope, references *ReferenceCodec) (*description, error) {
	c := composer{scope: scope, references: references}
	codec, err := c.add(t)
	if err != nil {
		return nil, err
	}
	if c.text.Len() > maxDescription {
		return nil, fmt.Errorf("%s takes more than %d bytes to describe", t, maxDescription)
	}
	return &description{text: c.text.String(), codec: codec, refers: true, proxy: true}, nil
}

// add describes t and returns its codec. The error is the end of a sentence that begins
// with a type.
func (c *composer) add(t reflect.Type) (*Codec, error) {
	if found := knownOf(t).add(c, t); found != nil {
		return found, nil
	}
	if made := madeOf(c.scope, t); made != nil {
		c.text.WriteString(made.name())
		return made.codec, nil
	}
	if isKnownFunc(t) && keeperOf(c.scope) != nil {
		return c.referred(t), nil
	}
	toMade := madeOf(c.scope, pointed(t)) != nil
	kept := keeperOf(c.scope) != nil && holdsKept(t, map[reflect.Type]bool{})
	if _, reason := unsupported(t, map[reflect.Type]bool{}); reason == "" && !kept && !toMade {
		d, err := descriptionOf(t, c.scope)
		switch {
		case err != nil:
			return nil, err
		case !d.object:
			c.text.WriteString(d.text)
			return d.codec, nil
		}
		return c.referred(t), nil
	}
	if !toMade && (byReference(t) || kept && Keeps(t)) {
		return c.referred(t), nil
	}
	if len(c.outer) > maxNesting || c.text.Len() > maxDescription {
		return nil, fmt.Errorf("%s is too complex to be described", t)
	}
	if slices.Contains(c.outer, t) {
		return nil, fmt.Errorf("%s contains itself, and functions", t)
	}
	c.outer = append(c.outer, t)
	defer func() { c.outer = c.outer[:len(c.outer)-1] }()
	made := composed(t)
	switch t.Kind() {
	case reflect.Func:
		s, err := c.funcType(t)
		if err != nil {
			return nil, fmt.Errorf("%s does not cross in an interface: %w", t, err)
		}
		return function(s, c.references), nil
	case reflect.Array:
		fmt.Fprintf(&c.text, "[%d]", t.Len())
	case reflect.Slice:
		c.text.WriteString("[]")
	case reflect.Pointer:
		c.text.WriteByte('*')
	case reflect.Map:
		c.text.WriteString("map[")
		key, err := c.add(t.Key())
		if err != nil {
			return nil, err
		}
		c.text.WriteByte(']')
		elem, err := c.add(t.Elem())
		if err != nil {
			return nil, err
		}
		made.mapped(key, elem)
		return made, nil
	case reflect.Struct:
		return made, c.structure(made)
	default:
		return nil, fmt.Errorf("%s does not cross", t)
	}
	elem, err := c.add(t.Elem())
	if err != nil {
		return nil, err
	}
	switch t.Kind() {
	case reflect.Array:
		made.array(elem, t.Len())
	case reflect.Slice:
		made.slice(elem)
	default:
		made.pointer(elem)
	}
	return made, nil
}

func (c *composer) structure(made *Codec) error {
	c.text.WriteString("struct{")
	fields := make([]*Codec, made.typ.NumField())
	first := true
	for i := range fields {
		f := made.typ.Field(i)
		if f.Name == "_" {
			continue
		}
		if !first {
			c.text.WriteByte(';')
		}
		first = false
		c.text.WriteString(f.Name + " ")
		var err error
		if fields[i], err = c.add(f.Type); err != nil {
			return err
		}
	}
	c.text.WriteByte('}')
	made.structure(fields)
	return nil
}

// funcType describes a func, as in "func(int,...any)(string,error)".
func (c *composer) funcType(t reflect.Type) (*FuncType, error) {
	if n := t.NumIn() + t.NumOut(); n > maxFunc {
		return nil, &FuncSizeError{n}
	}
	s := &FuncType{Type: t, Variadic: t.IsVariadic()}
	// Arguments are checked when the func is called.
	typed := c.typed
	c.typed = false
	defer func() { c.typed = typed }()
	c.text.WriteString("func(")
	for i := range t.NumIn() {
		if i > 0 {
			c.text.WriteByte(',')
		}
		in := t.In(i)
		if in == contextType {
			c.text.WriteString(contextName)
			s.Params = append(s.Params, aContext)
			continue
		}
		variadic := s.Variadic && i == t.NumIn()-1
		if variadic {
			c.text.WriteString("...")
			in = in.Elem()
		}
		p, err := c.part("parameter", i, in)
		if err != nil {
			return nil, err
		}
		if variadic {
			p = sliceOf(t.In(i), p)
		}
		s.Params = append(s.Params, p)
	}
	c.text.WriteString(")(")
	for i := range t.NumOut() {
		if i > 0 {
			c.text.WriteByte(',')
		}
		r, err := c.part("result", i, t.Out(i))
		if err != nil {
			return nil, err
		}
		s.Results = append(s.Results, r)
	}
	c.text.WriteByte(')')
	return s, nil
}

// contextName describes parameters that are contexts.
const contextName = "context.Context"

// part describes a parameter or result. It refuses channels: only a channel of the other side
// could be passed, and the error can name the parameter here.
func (c *composer) part(what string, i int, t reflect.Type) (*Codec, error) {
	if t.Kind() == reflect.Chan || t == contextType {
		return nil, fmt.Errorf("%s %d has type %s", what, i+1, t)
	}
	if isObject(c.scope, t) {
		c.text.WriteString(objectName)
		return asAny(t), nil
	}
	p, err := c.add(t)
	if err != nil {
		return nil, fmt.Errorf("%s %d: %w", what, i+1, err)
	}
	return p, nil
}

// sliceOf is Slice for a type that may have a name.
func sliceOf(t reflect.Type, elem *Codec) *Codec {
	if elem.plain {
		return must(t)
	}
	c := composed(t)
	c.slice(elem)
	return c
}

// parseFunc parses a description of funcType, after its first parenthesis.
func parseFunc(p *parser, depth int, references *ReferenceCodec) *Codec {
	s, objects := new(FuncType), new(funcObjects)
	var in, out []reflect.Type
	for !p.skip(")") {
		if len(in) > 0 && !p.skip(",") || s.Variadic {
			return p.fail(", or ) is missing")
		}
		s.Variadic = p.skip("...")
		c := aContext
		object := p.skipObject()
		if object {
			c = must(anyType)
		} else if s.Variadic || !p.skip(contextName) {
			c = p.parse(depth + 1)
		}
		if c == nil {
			return nil
		}
		objects.params = append(objects.params, object)
		if s.Variadic {
			c = Slice(c)
		}
		s.Params, in = append(s.Params, c), append(in, c.typ)
	}
	if !p.skip("(") {
		return p.fail("( is missing")
	}
	for !p.skip(")") {
		if len(out) > 0 && !p.skip(",") {
			return p.fail(", or ) is missing")
		}
		object := p.skipObject()
		c := must(anyType)
		if !object {
			c = p.parse(depth + 1)
		}
		if c == nil {
			return nil
		}
		objects.results = append(objects.results, object)
		s.Results, out = append(s.Results, c), append(out, c.typ)
	}
	var err error
	if s.Type, err = FuncOf(in, out, s.Variadic); err != nil {
		return p.fail("%w", err)
	}
	return function(p.asked(s, objects), references)
}

//go:build go1.22

package codec

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Ask is a method that packages of the plugin may look for in values of dynamic type. Its
// signature has types that the plugin declares, so a method of the host's has an object, an
// interface or an any in their place.
type Ask struct {
	Name string
	Type reflect.Type // the func type without the receiver
	With []string     // the other methods of the interface
}

var anyListType = reflect.TypeFor[[]any]()

// lostPrefix begins the text of a type whose values do not cross, in a signature.
const lostPrefix = "lost:"

// fullText returns a type as it is printed, with the import path of its package.
func fullText(t reflect.Type) string {
	switch {
	case t.Name() != "" && t.PkgPath() != "":
		return t.PkgPath() + "." + t.Name()
	case t.Name() != "":
		return t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + fullText(t.Elem())
	case reflect.Slice:
		return "[]" + fullText(t.Elem())
	}
	return t.String()
}

// signature sets the type of a method, and how its parameters and results cross. ok is false if
// the type of the host does not get the method in the plugin.
func (k *maker) signature(m *MadeMethod, sm shapeMethod, s *shape) (ok bool, err error) {
	if m.Format {
		m.Type = reflect.TypeFor[func(fmt.State, rune)]()
		return true, nil
	}
	variadic := sm.flags&methodVariadic != 0
	in, known := k.types(sm.params)
	out, knownOut := k.types(sm.results)
	if known = known && knownOut && len(in)+len(out) < maxFunc; known {
		m.Type = reflect.FuncOf(typesOf(in), typesOf(out), variadic)
		m.Params, m.Results = codecsOf(in), codecsOf(out)
	}
	var found, other reflect.Type
	var params, results []*Codec
	for _, ask := range k.asks[sm.name] {
		ft := ask.Type
		if known && ft == m.Type {
			return true, nil
		}
		if ft == found || !s.has(ask.With) {
			continue
		}
		p, r := fits(in, ft.NumIn(), ft.In), fits(out, ft.NumOut(), ft.Out)
		switch {
		case p == nil || r == nil || ft.IsVariadic() != variadic:
			if err == nil && meant(in, out, ft) {
				err = fmt.Errorf("has the signature %s here, and is looked for as %s; give it as many parameters and results, with *winplugin.Object, an interface or any in the place of the plugin's types", signatureText(in, out), ft)
			}
		case found != nil:
			other = ft
		default:
			found, params, results = ft, p, r
		}
	}
	switch {
	case found == nil:
		return known, err
	case other == nil:
		m.Type, m.Params, m.Results = found, params, results
	case meant(in, out, found):
		return false, fmt.Errorf("fits both %s and %s, which the plugin looks for; give it another name", found, other)
	}
	return true, nil
}

// has reports whether the type has methods of all these names.
func (s *shape) has(names []string) bool {
	for _, name := range names {
		found := false
		for _, m := range s.methods {
			found = found || m.name == name
		}
		if !found {
			return false
		}
	}
	return true
}

func (k *maker) types(numbers []uint64) (list []*madeType, known bool) {
	known = true
	for _, n := range numbers {
		t := k.find(n)
		known = known && t.err == nil
		list = append(list, t)
	}
	return list, known
}

func typesOf(list []*madeType) (types []reflect.Type) {
	for _, t := range list {
		types = append(types, t.typ)
	}
	return types
}

func codecsOf(list []*madeType) (codecs []*Codec) {
	for _, t := range list {
		codecs = append(codecs, t.codec)
	}
	return codecs
}

// fits returns codecs of the wanted types for parameters or results of the host's types, nil if
// they do not fit.
func fits(list []*madeType, n int, want func(int) reflect.Type) []*Codec {
	if len(list) != n {
		return nil
	}
	codecs := make([]*Codec, n)
	for i, t := range list {
		if codecs[i] = t.as(want(i)); codecs[i] == nil {
			return nil
		}
	}
	return codecs
}

// as returns the codec of the wanted type for values that have the type t in the host, nil if
// they cannot have it.
func (t *madeType) as(want reflect.Type) *Codec {
	switch {
	case t.err != nil:
		return nil
	case t.typ == want:
		return t.codec
	case t.typ == anyType && t.shape.kind == reflect.Invalid && want != contextType:
		c := asAny(want)
		c.object = t.shape.state
		return c
	case t.typ == anyListType && t.shape.kind == reflect.Invalid && want.Kind() == reflect.Slice && want.Name() == "":
		c := anyList(want)
		c.elem.object = t.shape.state
		return c
	case want.Kind() == t.typ.Kind() && declares(want) && t.typ.ConvertibleTo(want):
		c := *t.codec // of the same structure
		c.typ = want
		return &c
	}
	return nil
}

// declares reports whether a type, or what it points to, is one that a package declares.
func declares(t reflect.Type) bool {
	t = pointed(t)
	return t.PkgPath() != ""
}

// meant reports whether a method of the host was meant to be the one that the plugin looks for:
// it has an object, or a type of the name that the plugin's has.
func meant(in, out []*madeType, ft reflect.Type) bool {
	names := make(map[string]bool)
	for i := range ft.NumIn() {
		names[lostPrefix+fullText(ft.In(i))] = true
	}
	for i := range ft.NumOut() {
		names[lostPrefix+fullText(ft.Out(i))] = true
	}
	for _, list := range [][]*madeType{in, out} {
		for _, t := range list {
			if t.shape.kind == reflect.Invalid && t.shape.state || t.err != nil && names[t.shape.text] {
				return true
			}
		}
	}
	return false
}

// signatureText returns a signature of the host's.
func signatureText(in, out []*madeType) string {
	text := func(list []*madeType) string {
		var parts []string
		for _, t := range list {
			switch {
			case t.err != nil:
				parts = append(parts, "the host's "+strings.TrimPrefix(t.shape.text, lostPrefix))
			default:
				parts = append(parts, strings.ReplaceAll(t.typ.String(), "interface {}", "any"))
			}
		}
		return "(" + strings.Join(parts, ", ") + ")"
	}
	return "func" + text(in) + " " + text(out)
}

// encodeObject appends a value as an object, even if it could be copied, unless it is one of the
// host's.
func encodeObject(e *wire.Encoder, v any) {
	switch references := referencesOf(e.Scope); {
	case madeOf(scopeOf(e.Scope), pointed(reflect.TypeOf(v))) != nil, references == nil:
		PutAny(e, v)
	case !putOwner(e, v):
		exportObject(e, references, v)
	}
}

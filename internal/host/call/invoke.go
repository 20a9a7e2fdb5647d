package call

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Funcs in values of dynamic type are not in the manifest: their types are known from
// the values alone, and all arguments and results are messages. See wire.OpInvoke.

var (
	someType    = &manifest.Type{Kind: manifest.Interface}
	failureType = &manifest.Type{Kind: manifest.Interface, Name: "error"}
)

// invocation returns the signature for calls of funcs of that type.
func invocation(plugin string, s *codec.FuncType) *Signature {
	text := s.Type.String()
	return &Signature{
		Plugin: plugin, Name: text, text: text, Index: wire.OpInvoke, Variadic: s.Variadic,
		Words: max(1+2*len(s.Params), 2*len(s.Results)), Params: messageSlots(s.Params, 1), Results: messageSlots(s.Results, 0),
	}
}

func messageSlots(list []*codec.Codec, at int) []Slot {
	slots := make([]Slot, len(list))
	for i, c := range list {
		slots[i] = Slot{Type: someType, Form: manifest.FormMessage, At: at + 2*i}
		switch {
		case c.IsContext():
			slots[i].Form = manifest.FormContext
		case c.Type() == errorType:
			slots[i].Type = failureType
		}
	}
	return slots
}

func values(slots []Slot, codecs []*codec.Codec) []value {
	list := make([]value, len(slots))
	for i := range list {
		list[i] = newValue(slots[i], codecs[i])
	}
	return list
}

// Invocation returns the binding that calls funcs of the plugin that came in values of
// dynamic type: see Binding.On.
func (e *Exports) Invocation(s *codec.FuncType) *Binding {
	sig := invocation(e.manifest.Package, s)
	b := &Binding{target: &e.objects, sig: sig, in: s.Type, error: sig.Fails(), params: values(sig.Params, s.Params)}
	b.results = values(sig.Results, s.Results)
	if b.error {
		last := len(b.results) - 1
		b.failure, b.results = &b.results[last], b.results[:last]
	}
	return b
}

// BindInvoked returns the handler for calls of the host's funcs of type t that the plugin got
// in values of dynamic type.
func BindInvoked(plugin string, scope *typemap.Scope, t reflect.Type) (*Callback, error) {
	s, err := codec.FuncTypeOf(t, scope)
	if err != nil {
		return nil, err
	}
	sig := invocation(plugin, s)
	c := &Callback{sig: sig, scope: scope, method: -1, params: values(sig.Params, s.Params), results: values(sig.Results, s.Results)}
	for i, p := range s.Params {
		if t := p.Type(); t.Kind() == reflect.Interface && codec.KnownName(t) != "" {
			c.settled = append(c.settled, i)
		}
	}
	c.updateAll(0, len(s.Results))
	c.returnAll(len(s.Results))
	return c, nil
}

// returnAll lets the plugin write to the first n results, but errors: see putReturned.
func (a *Callback) returnAll(n int) {
	for i := range a.results[:n] {
		a.results[i].InOut = a.results[i].codec.Type() != errorType
	}
	a.returns = true
}

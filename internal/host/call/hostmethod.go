package call

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var bytesType = reflect.TypeFor[[]byte]()

// BindHostMethod returns the handler for calls of a method of the host's type t. The plugin
// makes them on its copies of the host's values: see wire.OpMethod.
func BindHostMethod(plugin string, scope *typemap.Scope, t *codec.HostType, m *codec.HostMethod) *Callback {
	params, results := m.Params, m.Results
	if m.Format {
		text := scope.Common(reflect.TypeFor[string]())
		params, results = []*codec.Codec{text, scope.Common(reflect.TypeFor[bool]())}, []*codec.Codec{text}
	}
	name := t.Name() + "." + m.Name
	sig := &Signature{
		Plugin: plugin, Name: name, text: name, Index: wire.OpMethod,
		Params: messageSlots(append([]*codec.Codec{t.Codec()}, params...), 3),
	}
	receiver := scope.Common(reflect.TypeFor[bool]()) // the plugin does not look at it
	if m.Changes() {
		receiver = t.Codec()
	}
	results = append(results[:len(results):len(results)], receiver)
	if m.Fills {
		results = append(results, scope.Common(reflect.TypeFor[int]()))
	}
	sig.Results = messageSlots(results, 0)
	if m.Fills {
		sig.Params[1].Form, sig.Params[1].InOut = manifest.FormBulk, true
		sig.Results[len(results)-1].Form = manifest.FormWord
	}
	sig.Words = max(3+2*len(sig.Params), 2*len(results))
	c := &Callback{sig: sig, scope: scope, method: -1}
	c.params, c.results = values(sig.Params, append([]*codec.Codec{t.Codec()}, params...)), values(sig.Results, results)
	if !m.Format {
		c.updateAll(1, len(results))
		if m.Fills {
			c.changes[0] = false
		}
	}
	if !m.Format {
		c.returnAll(len(m.Results))
		c.returns = m.Call == nil // otherwise the values belong to another plugin
	}
	c.run = func(pointer any, in []reflect.Value) []reflect.Value { return callHostMethod(m, pointer, in) }
	return c
}

// callHostMethod calls a method. in begins with the receiver as the plugin has it, which
// is what pointer points to if that is not nil.
func callHostMethod(m *codec.HostMethod, pointer any, in []reflect.Value) []reflect.Value {
	receiver := in[0].Addr()
	if m.Call != nil {
		if pointer == nil {
			pointer = receiver.Interface()
		}
		return withReceiver(m, m.Call(pointer, in[1:]), receiver, in)
	}
	if p := reflect.ValueOf(pointer); p.IsValid() && p.Type() == receiver.Type() {
		m := merge.Merger{Restored: true}
		_ = m.Value(p.Elem(), receiver.Elem()) // both have one type
		receiver = p
	}
	if m.Format {
		v := receiver
		if !in[2].Bool() {
			v = receiver.Elem()
		}
		text := fmt.Sprintf(in[1].String(), v.Interface())
		return withReceiver(m, []reflect.Value{reflect.ValueOf(text)}, receiver, in)
	}
	call := receiver.MethodByName(m.Name).Call
	if m.Variadic {
		call = receiver.MethodByName(m.Name).CallSlice
	}
	out := m.Around(call, in[1:])
	return withReceiver(m, out, receiver, in)
}

// withReceiver appends to the results of a method the values that the plugin gets in addition.
func withReceiver(m *codec.HostMethod, out []reflect.Value, receiver reflect.Value, in []reflect.Value) []reflect.Value {
	if m.Changes() {
		out = append(out, receiver.Elem())
	} else {
		out = append(out, reflect.ValueOf(false))
	}
	if m.Fills {
		out = append(out, reflect.ValueOf(filled(out, in[1].Len())))
	}
	return out
}

// filled returns how many of n bytes a method has filled. Its results say so first, if it is as Read of
// an io.Reader.
func filled(results []reflect.Value, n int) int {
	if results[0].Kind() == reflect.Int {
		return int(results[0].Int())
	}
	return n
}

// WriteBack writes a value that the plugin has changed to the memory that pointer points to.
// b is the encoding of the value.
func WriteBack(scope *typemap.Scope, pointer any, b []byte) error {
	to := reflect.ValueOf(pointer)
	if to.Kind() != reflect.Pointer {
		return fmt.Errorf("a %T is no pointer", pointer)
	}
	from := reflect.New(to.Type().Elem())
	if err := scope.HostTable().Unmarshal(b, from.Interface()); err != nil {
		return err
	}
	m := merge.Merger{Restored: true}
	return m.Value(to.Elem(), from.Elem())
}

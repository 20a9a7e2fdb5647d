package call

import (
	"bytes"
	"encoding"
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// BindEncoding returns what encodes objects of the host for the plugin, which has proxies for
// them, or decodes to them: see wire.OpEncode.
func BindEncoding(plugin string, scope *typemap.Scope, how uint64) *Callback {
	params := []*codec.Codec{scope.Common(bytesType)}
	results := []*codec.Codec{scope.Common(bytesType), scope.Common(errorType)}
	sig := &Signature{Plugin: plugin, Name: "encoding", text: "encoding", Index: wire.OpEncode, Words: 4}
	sig.Params, sig.Results = messageSlots(params, 2), messageSlots(results, 0)
	c := &Callback{sig: sig, scope: scope, method: -1, fails: true}
	c.params, c.results = values(sig.Params, params), values(sig.Results, results)
	c.run = func(o any, in []reflect.Value) []reflect.Value {
		data, err := encode(o.(Encodable), how, in[0].Bytes())
		return []reflect.Value{reflect.ValueOf(data), reflect.ValueOf(&err).Elem()}
	}
	return c
}

// JSON encodes a value for an encoder of the other side. It does not escape & and angle
// brackets, because that encoder decides whether to escape them.
func JSON(v any) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return text.Bytes(), err
}

// An Encodable is a value that the plugin encodes or decodes to.
type Encodable struct {
	Value any
	Has   func(method string) bool // whether the plugin may call the method; nil: it may do everything
}

func encode(v Encodable, how uint64, data []byte) ([]byte, error) {
	if v.Has != nil {
		return v.byMethods(how, data)
	}
	o := v.Value
	switch how {
	case wire.EncodeJSON:
		return JSON(o)
	case wire.EncodeFormat:
		return fmt.Appendf(nil, string(data), o), nil
	case wire.DecodeJSON:
		if reflect.TypeOf(o).Kind() != reflect.Pointer {
			return nil, fmt.Errorf("the host's %T cannot be decoded to; pass a pointer to it", o)
		}
		return nil, json.Unmarshal(data, o)
	case wire.DecodeText:
		if m, ok := o.(encoding.TextUnmarshaler); ok {
			return nil, m.UnmarshalText(data)
		}
		return nil, fmt.Errorf("the host's %T has no method UnmarshalText", o)
	}
	if m, ok := o.(encoding.TextMarshaler); ok {
		return m.MarshalText()
	}
	return nil, fmt.Errorf("the host's %T has no method MarshalText", o)
}

// byMethods is encode by the methods that the plugin may call. Encoders and package fmt would reach
// all fields.
func (v Encodable) byMethods(how uint64, data []byte) ([]byte, error) {
	lacks := ""
	switch how {
	case wire.EncodeJSON:
		if m, ok := v.Value.(json.Marshaler); ok && v.Has("MarshalJSON") {
			return JSON(m)
		}
		if m, ok := v.Value.(encoding.TextMarshaler); ok && v.Has("MarshalText") {
			text, err := m.MarshalText()
			if err != nil {
				return nil, err
			}
			return JSON(string(text))
		}
		lacks = "MarshalJSON"
	case wire.EncodeText:
		if m, ok := v.Value.(encoding.TextMarshaler); ok && v.Has("MarshalText") {
			return m.MarshalText()
		}
		lacks = "MarshalText"
	case wire.EncodeFormat:
		if m, ok := v.Value.(fmt.Formatter); ok && v.Has("Format") {
			return fmt.Appendf(nil, string(data), m), nil
		}
		if m, ok := v.Value.(error); ok && v.Has("Error") {
			return fmt.Appendf(nil, string(data), m.Error()), nil
		}
		if m, ok := v.Value.(fmt.Stringer); ok && v.Has("String") {
			return fmt.Appendf(nil, string(data), m.String()), nil
		}
		lacks = "String"
	case wire.DecodeJSON:
		if m, ok := v.Value.(json.Unmarshaler); ok && v.Has("UnmarshalJSON") {
			return nil, m.UnmarshalJSON(data)
		}
		lacks = "UnmarshalJSON"
	default:
		if m, ok := v.Value.(encoding.TextUnmarshaler); ok && v.Has("UnmarshalText") {
			return nil, m.UnmarshalText(data)
		}
		lacks = "UnmarshalText"
	}
	return nil, fmt.Errorf("the host's %T was not passed as an interface with the method %s, and a plugin in a process of its own reaches only what a value was passed as: pass a copy of it, or let the interface have that method", v.Value, lacks)
}

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
		data, err := encode(o, how, in[0].Bytes())
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

func encode(o any, how uint64, data []byte) ([]byte, error) {
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

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
// them: see wire.OpEncode.
func BindEncoding(plugin string, scope *typemap.Scope, how uint64) *Callback {
	results := []*codec.Codec{scope.Common(bytesType), scope.Common(errorType)}
	sig := &Signature{Plugin: plugin, Name: "encoding", text: "encoding", Index: wire.OpEncode, Words: 4}
	sig.Results = messageSlots(results, 0)
	c := &Callback{sig: sig, scope: scope, method: -1, fails: true}
	c.results = values(sig.Results, results)
	c.run = func(o any, _ []reflect.Value) []reflect.Value {
		data, err := encode(o, how)
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

func encode(o any, how uint64) ([]byte, error) {
	if how == wire.EncodeJSON {
		return JSON(o)
	}
	if m, ok := o.(encoding.TextMarshaler); ok {
		return m.MarshalText()
	}
	return nil, fmt.Errorf("the host's %T has no method MarshalText", o)
}

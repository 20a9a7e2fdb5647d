package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["msgpack"] = twin{path: "github.com/vmihailenco/msgpack/v5", module: "further", run: msgpackTwin}
	twins["zapobject"] = twin{path: "go.uber.org/zap", module: "further", more: []string{"go.uber.org/zap/zapcore"}, run: zapObjectTwin}
	twins["bson"] = twin{path: "go.mongodb.org/mongo-driver/v2/bson", module: "further", run: bsonTwin}
	twins["cbor"] = twin{path: "github.com/fxamacker/cbor/v2", module: "further", run: cborTwin}
	twins["query"] = twin{path: "github.com/google/go-querystring/query", module: "further", run: queryTwin}
}

// corpusPlugin is the plugin whose functions the methods of spot call.
var corpusPlugin *corpusRun

// spot encodes itself.
type spot struct{ X, Y int }

func (p spot) EncodeMsgpack(e *winplugin.Object) error {
	if p.X < 0 {
		return errors.New("negative")
	}
	_, err := e.Call(context.Background(), "EncodeString", fmt.Sprintf("%d/%d", p.X, p.Y))
	return err
}

func (p *spot) DecodeMsgpack(d *winplugin.Object) error {
	text, err := d.Call(context.Background(), "DecodeString")
	if err != nil {
		return err
	}
	_, err = fmt.Sscanf(text[0].(string), "%d/%d", &p.X, &p.Y)
	return err
}

func (p spot) MarshalLogObject(e *winplugin.Object) error {
	on(e, "AddInt", "x", p.X)
	_, err := tryOn(e, "AddReflected", "list", []int{p.X, p.Y})
	return err
}

func (p spot) MarshalBSONValue() (byte, []byte, error) {
	out := corpusPlugin.do("MarshalValue", fmt.Sprintf("%d;%d", p.X, p.Y)).([]any)
	t, err := winplugin.As[byte](out[0].(*winplugin.Object))
	return t, out[1].([]byte), err
}

func (p *spot) UnmarshalBSONValue(t byte, b []byte) error {
	var text string
	if _, err := tryOn(corpusPlugin.make("RawValue", map[string]any{"Type": t, "Value": b}), "Unmarshal", &text); err != nil {
		return err
	}
	_, err := fmt.Sscanf(text, "%d;%d", &p.X, &p.Y)
	return err
}

func (p spot) MarshalCBOR() ([]byte, error) {
	return corpusPlugin.do("Marshal", []int{p.X, p.Y}).([]byte), nil
}

func (p *spot) UnmarshalCBOR(b []byte) error {
	var list []int
	_, err := corpusPlugin.try("Unmarshal", b, &list)
	if err == nil {
		p.X, p.Y = list[0], list[1]
	}
	return err
}

func (p spot) EncodeValues(key string, v *url.Values) error {
	v.Set(key, fmt.Sprintf("%dx%d", p.X, p.Y))
	return nil
}

// spots log themselves.
type spots []spot

func (l spots) MarshalLogArray(e *winplugin.Object) error {
	for _, p := range l {
		if _, err := tryOn(e, "AppendObject", p); err != nil {
			return err
		}
	}
	return nil
}

// track has spots in fields.
type track struct {
	Name  string `msgpack:"n" bson:"n" cbor:"n" url:"n"`
	At    spot   `msgpack:"at" bson:"at" cbor:"at" url:"at"`
	Empty string `msgpack:"e,omitempty" bson:"e,omitempty" cbor:"e,omitempty" url:"e,omitempty"`
}

func msgpackTwin(r *corpusRun) {
	r.step("struct", func() any { return fmt.Sprintf("%x", r.do("Marshal", track{Name: "a", At: spot{1, 2}})) })
	r.step("pointer", func() any { return fmt.Sprintf("%x", r.do("Marshal", &spot{3, 4})) })
	r.step("decode", func() any {
		var t track
		_, err := r.try("Unmarshal", r.do("Marshal", track{Name: "b", At: spot{5, 6}}), &t)
		return fmt.Sprint(t, err)
	})
	r.step("fails", func() any { _, err := r.try("Marshal", track{At: spot{-1, 0}}); return err })
	r.step("any", func() any {
		var v any
		_, err := r.try("Unmarshal", r.do("Marshal", map[string]any{"list": []int{1, 2}, "ok": true}), &v)
		return fmt.Sprint(v, err)
	})
	r.step("stream", func() any {
		var b bytes.Buffer
		e := r.do("NewEncoder", &b)
		on(e, "SetSortMapKeys", true)
		_, err := tryOn(e, "Encode", map[string]any{"b": 1, "a": spot{7, 8}})
		return fmt.Sprintf("%x %v", b.Bytes(), err)
	})
}

func zapObjectTwin(r *corpusRun) {
	newLogger := func(b *bytes.Buffer) any {
		cfg := r.make("zapcore.EncoderConfig", map[string]any{"MessageKey": "m"})
		return r.do("New", r.do("zapcore.NewCore", r.do("zapcore.NewJSONEncoder", cfg), r.do("zapcore.AddSync", b), r.constant("InfoLevel")))
	}
	r.step("object", func() any {
		var b bytes.Buffer
		on(newLogger(&b), "Info", "hi", r.do("Object", "p", spot{1, 2}))
		return b.String()
	})
	r.step("any", func() any {
		var b bytes.Buffer
		on(newLogger(&b), "Info", "hi", r.do("Any", "p", &spot{3, 4}), r.do("Any", "t", track{Name: "n"}))
		return b.String()
	})
	r.step("array", func() any {
		var b bytes.Buffer
		on(newLogger(&b), "Info", "hi", r.do("Any", "l", spots{{1, 2}, {3, 4}}))
		return b.String()
	})
	r.step("sugar", func() any {
		var b bytes.Buffer
		on(on(newLogger(&b), "Sugar"), "Infow", "hi", "p", spot{5, 6})
		return b.String()
	})
}

func bsonTwin(r *corpusRun) {
	corpusPlugin = r
	r.step("struct", func() any { return fmt.Sprintf("%x", r.do("Marshal", track{Name: "a", At: spot{1, 2}})) })
	r.step("decode", func() any {
		var t track
		_, err := r.try("Unmarshal", r.do("Marshal", track{Name: "b", At: spot{5, 6}}), &t)
		return fmt.Sprint(t, err)
	})
	r.step("json", func() any {
		return string(r.do("MarshalExtJSON", map[string]any{"at": spot{3, 4}}, false, false).([]byte))
	})
}

func cborTwin(r *corpusRun) {
	corpusPlugin = r
	r.step("struct", func() any { return fmt.Sprintf("%x", r.do("Marshal", track{Name: "a", At: spot{1, 2}})) })
	r.step("decode", func() any {
		var t track
		_, err := r.try("Unmarshal", r.do("Marshal", track{Name: "b", At: spot{5, 6}}), &t)
		return fmt.Sprint(t, err)
	})
	r.step("diagnose", func() any { return r.do("Diagnose", r.do("Marshal", []any{1, "a", nil, 2.5})) })
	r.step("mode", func() any {
		m := on(r.make("EncOptions", map[string]any{"Sort": r.constant("SortCanonical")}), "EncMode")
		return fmt.Sprintf("%x", on(m, "Marshal", map[string]int{"bb": 1, "a": 2}))
	})
}

func queryTwin(r *corpusRun) {
	encoded := func(v any) any {
		values := asA[url.Values](r.do("Values", v))
		return values.Encode()
	}
	r.step("values", func() any { return encoded(track{Name: "a", At: spot{1, 2}}) })
	r.step("pointer", func() any {
		return encoded(&struct {
			List []int `url:"list,comma"`
			At   *spot
		}{[]int{1, 2}, &spot{3, 4}})
	})
}

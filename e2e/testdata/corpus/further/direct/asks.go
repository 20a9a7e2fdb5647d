package main

import (
	"bytes"
	"errors"
	"fmt"
	"net/url"

	"github.com/fxamacker/cbor/v2"
	"github.com/google/go-querystring/query"
	"github.com/vmihailenco/msgpack/v5"
	"go.mongodb.org/mongo-driver/v2/bson"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	. "example.com/corpus/steps"
)

// point encodes itself.
type point struct{ X, Y int }

func (p point) EncodeMsgpack(e *msgpack.Encoder) error {
	if p.X < 0 {
		return errors.New("negative")
	}
	return e.EncodeString(fmt.Sprintf("%d/%d", p.X, p.Y))
}

func (p *point) DecodeMsgpack(d *msgpack.Decoder) error {
	text, err := d.DecodeString()
	if err != nil {
		return err
	}
	_, err = fmt.Sscanf(text, "%d/%d", &p.X, &p.Y)
	return err
}

func (p point) MarshalLogObject(e zapcore.ObjectEncoder) error {
	e.AddInt("x", p.X)
	return e.AddReflected("list", []int{p.X, p.Y})
}

func (p point) MarshalBSONValue() (byte, []byte, error) {
	t, b, err := bson.MarshalValue(fmt.Sprintf("%d;%d", p.X, p.Y))
	return byte(t), b, err
}

func (p *point) UnmarshalBSONValue(t byte, b []byte) error {
	var text string
	if err := (bson.RawValue{Type: bson.Type(t), Value: b}).Unmarshal(&text); err != nil {
		return err
	}
	_, err := fmt.Sscanf(text, "%d;%d", &p.X, &p.Y)
	return err
}

func (p point) MarshalCBOR() ([]byte, error) { return cbor.Marshal([]int{p.X, p.Y}) }

func (p *point) UnmarshalCBOR(b []byte) error {
	var list []int
	err := cbor.Unmarshal(b, &list)
	if err == nil {
		p.X, p.Y = list[0], list[1]
	}
	return err
}

func (p point) EncodeValues(key string, v *url.Values) error {
	v.Set(key, fmt.Sprintf("%dx%d", p.X, p.Y))
	return nil
}

// points log themselves.
type points []point

func (l points) MarshalLogArray(e zapcore.ArrayEncoder) error {
	for _, p := range l {
		if err := e.AppendObject(p); err != nil {
			return err
		}
	}
	return nil
}

// track has points in fields.
type track struct {
	Name  string `msgpack:"n" bson:"n" cbor:"n" url:"n"`
	At    point  `msgpack:"at" bson:"at" cbor:"at" url:"at"`
	Empty string `msgpack:"e,omitempty" bson:"e,omitempty" cbor:"e,omitempty" url:"e,omitempty"`
}

func init() {
	Case("msgpack", func() {
		Step("struct", func() any { return fmt.Sprintf("%x", Must(msgpack.Marshal(track{Name: "a", At: point{1, 2}}))) })
		Step("pointer", func() any { return fmt.Sprintf("%x", Must(msgpack.Marshal(&point{3, 4}))) })
		Step("decode", func() any {
			var t track
			err := msgpack.Unmarshal(Must(msgpack.Marshal(track{Name: "b", At: point{5, 6}})), &t)
			return fmt.Sprint(t, err)
		})
		Step("fails", func() any { _, err := msgpack.Marshal(track{At: point{-1, 0}}); return err })
		Step("any", func() any {
			var v any
			err := msgpack.Unmarshal(Must(msgpack.Marshal(map[string]any{"list": []int{1, 2}, "ok": true})), &v)
			return fmt.Sprint(v, err)
		})
		Step("stream", func() any {
			var b bytes.Buffer
			e := msgpack.NewEncoder(&b)
			e.SetSortMapKeys(true)
			err := e.Encode(map[string]any{"b": 1, "a": point{7, 8}})
			return fmt.Sprintf("%x %v", b.Bytes(), err)
		})
	})
	Case("zapobject", func() {
		newLogger := func(b *bytes.Buffer) *zap.Logger {
			cfg := zapcore.EncoderConfig{MessageKey: "m"}
			return zap.New(zapcore.NewCore(zapcore.NewJSONEncoder(cfg), zapcore.AddSync(b), zapcore.InfoLevel))
		}
		Step("object", func() any {
			var b bytes.Buffer
			newLogger(&b).Info("hi", zap.Object("p", point{1, 2}))
			return b.String()
		})
		Step("any", func() any {
			var b bytes.Buffer
			newLogger(&b).Info("hi", zap.Any("p", &point{3, 4}), zap.Any("t", track{Name: "n"}))
			return b.String()
		})
		Step("array", func() any {
			var b bytes.Buffer
			newLogger(&b).Info("hi", zap.Any("l", points{{1, 2}, {3, 4}}))
			return b.String()
		})
		Step("sugar", func() any {
			var b bytes.Buffer
			newLogger(&b).Sugar().Infow("hi", "p", point{5, 6})
			return b.String()
		})
	})
	Case("bson", func() {
		Step("struct", func() any { return fmt.Sprintf("%x", Must(bson.Marshal(track{Name: "a", At: point{1, 2}}))) })
		Step("decode", func() any {
			var t track
			err := bson.Unmarshal(Must(bson.Marshal(track{Name: "b", At: point{5, 6}})), &t)
			return fmt.Sprint(t, err)
		})
		Step("json", func() any {
			return string(Must(bson.MarshalExtJSON(map[string]any{"at": point{3, 4}}, false, false)))
		})
	})
	Case("cbor", func() {
		Step("struct", func() any { return fmt.Sprintf("%x", Must(cbor.Marshal(track{Name: "a", At: point{1, 2}}))) })
		Step("decode", func() any {
			var t track
			err := cbor.Unmarshal(Must(cbor.Marshal(track{Name: "b", At: point{5, 6}})), &t)
			return fmt.Sprint(t, err)
		})
		Step("diagnose", func() any { return Must(cbor.Diagnose(Must(cbor.Marshal([]any{1, "a", nil, 2.5})))) })
		Step("mode", func() any {
			m := Must(cbor.EncOptions{Sort: cbor.SortCanonical}.EncMode())
			return fmt.Sprintf("%x", Must(m.Marshal(map[string]int{"bb": 1, "a": 2})))
		})
	})
	Case("query", func() {
		Step("values", func() any { return Must(query.Values(track{Name: "a", At: point{1, 2}})).Encode() })
		Step("pointer", func() any {
			return Must(query.Values(&struct {
				List []int `url:"list,comma"`
				At   *point
			}{[]int{1, 2}, &point{3, 4}})).Encode()
		})
	})
}

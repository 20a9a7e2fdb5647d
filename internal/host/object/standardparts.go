package object

import (
	"context"
	"encoding"
	"encoding/json"
	"flag"
	"fmt"
	"hash"
	"io"
	"reflect"
	"time"
)

// More parts of proxies, as in standard.go.
type (
	marshalText     struct{ marshalText func() ([]byte, error) }
	unmarshalText   struct{ unmarshalText func([]byte) error }
	marshalBinary   struct{ marshalBinary func() ([]byte, error) }
	unmarshalBinary struct{ unmarshalBinary func([]byte) error }
	marshalJSON     struct{ marshalJSON func() ([]byte, error) }
	unmarshalJSON   struct{ unmarshalJSON func([]byte) error }
	goText          struct{ goText func() string }
	set             struct{ set func(string) error }
	unreadByte      struct{ unreadByte func() error }
	readRune        struct {
		readRune func() (rune, int, error)
	}
	unreadRune struct{ unreadRune func() error }
	summing    struct {
		sum       func([]byte) []byte
		reset     func()
		size      func() int
		blockSize func() int
	}
	sum32     struct{ sum32 func() uint32 }
	sum64     struct{ sum64 func() uint64 }
	contextOf struct {
		deadline func() (time.Time, bool)
		done     func() <-chan struct{}
		err      func() error
		value    func(any) any
	}
)

func (p *marshalText) MarshalText() ([]byte, error)       { return p.marshalText() }
func (p *unmarshalText) UnmarshalText(b []byte) error     { return p.unmarshalText(b) }
func (p *marshalBinary) MarshalBinary() ([]byte, error)   { return p.marshalBinary() }
func (p *unmarshalBinary) UnmarshalBinary(b []byte) error { return p.unmarshalBinary(b) }
func (p *marshalJSON) MarshalJSON() ([]byte, error)       { return p.marshalJSON() }
func (p *unmarshalJSON) UnmarshalJSON(b []byte) error     { return p.unmarshalJSON(b) }
func (p *goText) GoString() string                        { return p.goText() }
func (p *set) Set(s string) error                         { return p.set(s) }
func (p *unreadByte) UnreadByte() error                   { return p.unreadByte() }
func (p *readRune) ReadRune() (r rune, size int, e error) { return p.readRune() }
func (p *unreadRune) UnreadRune() error                   { return p.unreadRune() }
func (p *summing) Sum(b []byte) []byte                    { return p.sum(b) }
func (p *summing) Reset()                                 { p.reset() }
func (p *summing) Size() int                              { return p.size() }
func (p *summing) BlockSize() int                         { return p.blockSize() }
func (p *sum32) Sum32() uint32                            { return p.sum32() }
func (p *sum64) Sum64() uint64                            { return p.sum64() }
func (p *contextOf) Deadline() (t time.Time, ok bool)     { return p.deadline() }
func (p *contextOf) Done() <-chan struct{}                { return p.done() }
func (p *contextOf) Err() error                           { return p.err() }
func (p *contextOf) Value(key any) any                    { return p.value(key) }
func (p *marshalText) bind(m methods, err *error)         { method(m, "MarshalText", &p.marshalText, err) }
func (p *unmarshalText) bind(m methods, err *error) {
	method(m, "UnmarshalText", &p.unmarshalText, err)
}
func (p *marshalBinary) bind(m methods, err *error) {
	method(m, "MarshalBinary", &p.marshalBinary, err)
}
func (p *unmarshalBinary) bind(m methods, err *error) {
	method(m, "UnmarshalBinary", &p.unmarshalBinary, err)
}
func (p *marshalJSON) bind(m methods, err *error) { method(m, "MarshalJSON", &p.marshalJSON, err) }
func (p *unmarshalJSON) bind(m methods, err *error) {
	method(m, "UnmarshalJSON", &p.unmarshalJSON, err)
}
func (p *goText) bind(m methods, err *error)     { method(m, "GoString", &p.goText, err) }
func (p *set) bind(m methods, err *error)        { method(m, "Set", &p.set, err) }
func (p *unreadByte) bind(m methods, err *error) { method(m, "UnreadByte", &p.unreadByte, err) }
func (p *readRune) bind(m methods, err *error)   { method(m, "ReadRune", &p.readRune, err) }
func (p *unreadRune) bind(m methods, err *error) { method(m, "UnreadRune", &p.unreadRune, err) }
func (p *sum32) bind(m methods, err *error)      { method(m, "Sum32", &p.sum32, err) }
func (p *sum64) bind(m methods, err *error)      { method(m, "Sum64", &p.sum64, err) }

func (p *summing) bind(m methods, err *error) {
	method(m, "Sum", &p.sum, err)
	method(m, "Reset", &p.reset, err)
	method(m, "Size", &p.size, err)
	method(m, "BlockSize", &p.blockSize, err)
}

func (p *contextOf) bind(m methods, err *error) {
	method(m, "Deadline", &p.deadline, err)
	method(m, "Done", &p.done, err)
	method(m, "Err", &p.err, err)
	method(m, "Value", &p.value, err)
}

func init() {
	standard[reflect.TypeFor[encoding.TextMarshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			marshalText
		}{remote: m.remote}
		return bind(m, p, &p.marshalText)
	}
	standard[reflect.TypeFor[encoding.TextUnmarshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			unmarshalText
		}{remote: m.remote}
		return bind(m, p, &p.unmarshalText)
	}
	standard[reflect.TypeFor[encoding.BinaryMarshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			marshalBinary
		}{remote: m.remote}
		return bind(m, p, &p.marshalBinary)
	}
	standard[reflect.TypeFor[encoding.BinaryUnmarshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			unmarshalBinary
		}{remote: m.remote}
		return bind(m, p, &p.unmarshalBinary)
	}
	standard[reflect.TypeFor[json.Marshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			marshalJSON
		}{remote: m.remote}
		return bind(m, p, &p.marshalJSON)
	}
	standard[reflect.TypeFor[json.Unmarshaler]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			unmarshalJSON
		}{remote: m.remote}
		return bind(m, p, &p.unmarshalJSON)
	}
	standard[reflect.TypeFor[fmt.GoStringer]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			goText
		}{remote: m.remote}
		return bind(m, p, &p.goText)
	}
	standard[reflect.TypeFor[flag.Value]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			text
			set
		}{remote: m.remote}
		return bind(m, p, &p.text, &p.set)
	}
	standard[reflect.TypeFor[io.ByteScanner]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			readByte
			unreadByte
		}{remote: m.remote}
		return bind(m, p, &p.readByte, &p.unreadByte)
	}
	standard[reflect.TypeFor[io.RuneReader]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			readRune
		}{remote: m.remote}
		return bind(m, p, &p.readRune)
	}
	standard[reflect.TypeFor[io.RuneScanner]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			readRune
			unreadRune
		}{remote: m.remote}
		return bind(m, p, &p.readRune, &p.unreadRune)
	}
	standard[reflect.TypeFor[hash.Hash]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			write
			summing
		}{remote: m.remote}
		return bind(m, p, &p.write, &p.summing)
	}
	standard[reflect.TypeFor[hash.Hash32]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			write
			summing
			sum32
		}{remote: m.remote}
		return bind(m, p, &p.write, &p.summing, &p.sum32)
	}
	standard[reflect.TypeFor[hash.Hash64]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			write
			summing
			sum64
		}{remote: m.remote}
		return bind(m, p, &p.write, &p.summing, &p.sum64)
	}
	standard[reflect.TypeFor[context.Context]()] = func(m methods) (any, error) {
		p := &struct {
			*remote
			contextOf
		}{remote: m.remote}
		return bind(m, p, &p.contextOf)
	}
}

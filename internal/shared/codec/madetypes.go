//go:build go1.22

package codec

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Types of the host in an any are identified by number: see shape. The plugin's scope has a
// method MadeTypes() *MadeTypes.

// putHost appends a value of one of the host's types, and putCopy the value of an object that
// holds a copy. Both report whether they did. They and hostCodec are set in the host.
var (
	putHost   func(e *wire.Encoder, v any) bool
	putCopy   func(e *wire.Encoder, v any) bool
	hostCodec func(scope any, number uint64) *Codec
)

// numbered returns the codec of the type of that number, nil if there is none.
func numbered(scope any, n uint64) *Codec {
	if s, ok := scope.(interface{ MadeTypes() *MadeTypes }); ok {
		return s.MadeTypes().codec(n)
	}
	if hostCodec != nil {
		return hostCodec(scope, n)
	}
	return nil
}

func takeNumbered(d *wire.Decoder) *Codec {
	n := d.Uvarint()
	c := numbered(d.Scope, n)
	if c == nil {
		d.Fail("type %d is unknown", n)
	}
	return c
}

func takeMade(d *wire.Decoder) any {
	begin := d.At() - 1
	c := takeNumbered(d)
	return setLast(d, c, begin).take(d)
}

func takePairedAny(d *wire.Decoder) any {
	elem := takeNumbered(d)
	p := elem.decodePaired(d)
	return reflect.NewAt(elem.typ, p).Interface()
}

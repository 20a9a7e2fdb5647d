//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A mapping encodes and decodes maps without reflection.
type mapping struct {
	encode func(c *Codec, e *wire.Encoder, p unsafe.Pointer)
	decode func(c *Codec, d *wire.Decoder, p unsafe.Pointer)
}

// mappingFor returns the mapping for maps of such keys and elements, or nil if there is none.
// The memory of a map depends on the sizes and pointers of keys and elements, and on how keys
// are hashed, but not on the names of types. So a map[Key]float64 can be used as a
// map[string]uint64, and a few mappings serve most maps without reflection.
func mappingFor(key, elem *Codec) *mapping {
	if !memory.Trusted {
		return nil
	}
	switch k := key.typ.Kind(); {
	case k == reflect.String:
		return mappingOf(elem, (*wire.Encoder).PutString, (*wire.Decoder).String)
	case k == reflect.Int, k == reflect.Int64, k == reflect.Uint, k == reflect.Uint64, k == reflect.Uintptr:
		return mappingOf(elem, (*wire.Encoder).PutUint64, (*wire.Decoder).Uint64)
	}
	return nil
}

func mappingOf[K comparable](elem *Codec, put func(*wire.Encoder, K), take func(*wire.Decoder) K) *mapping {
	switch k := elem.typ.Kind(); {
	case k == reflect.String:
		return fastMapping(put, take, (*wire.Encoder).PutString, (*wire.Decoder).String)
	case k == reflect.Bool:
		return fastMapping(put, take, (*wire.Encoder).PutBool, (*wire.Decoder).Bool)
	case elem.op == op64 && k != reflect.Struct && k != reflect.Array:
		return fastMapping(put, take, (*wire.Encoder).PutUint64, (*wire.Decoder).Uint64)
	case elem.op == opAny:
		return fastMapping(put, take, PutAny, TakeAny)
	}
	return nil
}

func fastMapping[K comparable, V any](putKey func(*wire.Encoder, K), takeKey func(*wire.Decoder) K,
	put func(*wire.Encoder, V), take func(*wire.Decoder) V) *mapping {
	return &mapping{
		encode: func(_ *Codec, e *wire.Encoder, p unsafe.Pointer) {
			m := *(*map[K]V)(p)
			e.PutLength(len(m), m == nil)
			if len(m) == 0 {
				return
			}
			e.Enter()
			sorted := wire.SortEntries(e)
			for k, v := range m {
				putKey(e, k)
				put(e, v)
				sorted.Next(e)
			}
			sorted.End(e)
			e.Leave()
		},
		decode: func(c *Codec, d *wire.Decoder, p unsafe.Pointer) {
			n, null := d.Length(c.key.least+c.elem.least, 0)
			if null {
				return
			}
			m := make(map[K]V, n)
			*(*map[K]V)(p) = m
			if n == 0 {
				return
			}
			d.Enter()
			for range n {
				k := takeKey(d)
				m[k] = take(d)
			}
			d.Leave()
		},
	}
}

func (c *Codec) encodeMap(e *wire.Encoder, p unsafe.Pointer) {
	m := reflect.NewAt(c.typ, p).Elem()
	n := m.Len()
	e.PutLength(n, m.IsNil())
	if n == 0 {
		return
	}
	e.Enter()
	key, elem := reflect.New(c.key.typ), reflect.New(c.elem.typ)
	pk, pv := key.UnsafePointer(), elem.UnsafePointer()
	k, v := key.Elem(), elem.Elem()
	sorted := wire.SortEntries(e)
	for i := m.MapRange(); i.Next(); {
		k.SetIterKey(i)
		v.SetIterValue(i)
		c.key.Encode(e, pk)
		c.elem.Encode(e, pv)
		sorted.Next(e)
	}
	sorted.End(e)
	e.Leave()
}

func (c *Codec) decodeMap(d *wire.Decoder, p unsafe.Pointer) {
	least := c.key.least + c.elem.least
	n, null := d.Length(least, int(c.key.size+c.elem.size))
	if null {
		return
	}
	if least == 0 && n > 1 {
		d.Fail("%d keys that are nothing", n) // they are all one
	}
	m := reflect.MakeMapWithSize(c.typ, n)
	reflect.NewAt(c.typ, p).Elem().Set(m)
	if n == 0 {
		return
	}
	d.Enter()
	key, elem := reflect.New(c.key.typ), reflect.New(c.elem.typ)
	pk, pv := key.UnsafePointer(), elem.UnsafePointer()
	k, v := key.Elem(), elem.Elem()
	inserting := false
	defer func() {
		if inserting {
			d.Fail("a key: %v", recover()) // an interface in it holds what cannot be a key
		}
	}()
	for range n {
		c.key.Decode(d, pk)
		c.elem.Decode(d, pv)
		inserting = true
		m.SetMapIndex(k, v)
		inserting = false
		k.SetZero()
		v.SetZero()
	}
	d.Leave()
}

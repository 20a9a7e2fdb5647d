//go:build go1.22

package wire

import "unsafe"

// Functions for composed types, with a function for what they are composed of. The
// generated code of a plugin consists of calls of these; package codec does the same
// with types that are known at run time only.

// PutSlice appends a slice, element by element.
func PutSlice[T any](e *Encoder, s []T, put func(*Encoder, *T)) {
	e.PutLength(len(s), s == nil)
	var zero T
	if unsafe.Sizeof(zero) == 0 {
		e.Empty(len(s))
		return
	}
	if len(s) == 0 {
		return
	}
	e.Enter()
	for i := range s {
		put(e, &s[i])
	}
	e.Leave()
}

// Slice takes a slice of elements that take at least so many bytes each.
func Slice[T any](d *Decoder, least int, take func(*Decoder, *T)) []T {
	var zero T
	n, null := d.Length(least, int(unsafe.Sizeof(zero)))
	if null {
		return nil
	}
	s := make([]T, n)
	if n == 0 || least == 0 {
		return s // the elements are nothing, however many
	}
	d.Enter()
	for i := range s {
		take(d, &s[i])
	}
	d.Leave()
	return s
}

// PutFixed appends a slice whose elements are their memory.
func PutFixed[T any](e *Encoder, s []T) {
	e.PutLength(len(s), s == nil)
	if len(s) > 0 {
		e.PutMemory(unsafe.Pointer(unsafe.SliceData(s)), len(s)*int(unsafe.Sizeof(s[0])))
	}
}

// Fixed takes a slice whose elements are their memory.
func Fixed[T any](d *Decoder) []T {
	var zero T
	size := int(unsafe.Sizeof(zero))
	n, null := d.Length(size, size)
	if null {
		return nil
	}
	if n == 0 {
		return []T{}
	}
	// append takes memory without clearing it first.
	b := append([]byte(nil), d.Take(n*size)...)
	return unsafe.Slice((*T)(unsafe.Pointer(unsafe.SliceData(b))), n)
}

// PutMap appends a map.
func PutMap[K comparable, V any](e *Encoder, m map[K]V, key func(*Encoder, *K), value func(*Encoder, *V)) {
	e.PutLength(len(m), m == nil)
	if len(m) == 0 {
		return
	}
	e.Enter()
	var (
		k K
		v V
	)
	sorted := SortEntries(e)
	for k, v = range m { // one k and one v for all: they are on the heap
		key(e, &k)
		value(e, &v)
		sorted.Next(e)
	}
	sorted.End(e)
	e.Leave()
}

// Map takes a map whose keys and values take at least so many bytes together.
func Map[K comparable, V any](d *Decoder, least int, key func(*Decoder, *K), value func(*Decoder, *V)) map[K]V {
	var (
		k K
		v V
	)
	n, null := d.Length(least, int(unsafe.Sizeof(k)+unsafe.Sizeof(v)))
	if null {
		return nil
	}
	if least == 0 && n > 1 {
		d.Fail("%d keys that are nothing", n) // they are all one
	}
	m := make(map[K]V, n)
	if n == 0 {
		return m
	}
	inserting := false
	defer func() {
		if inserting {
			d.hash(recover())
		}
	}()
	d.Enter()
	for range n {
		key(d, &k)
		value(d, &v)
		inserting = true
		m[k] = v
		inserting = false
		k, v = *new(K), *new(V)
	}
	d.Leave()
	return m
}

// hash ends reading because a key with an interface in it holds what cannot be a key.
func (d *Decoder) hash(cause any) { d.Fail("a key: %v", cause) }

// PutPointer appends a pointer and, the first time, its value. t is a number of the
// type's own.
func PutPointer[T any](e *Encoder, p *T, t uintptr, put func(*Encoder, *T)) {
	if e.PutPointer(unsafe.Pointer(p), t) {
		e.Enter()
		put(e, p)
		e.Leave()
	}
}

// Pointer takes a pointer to a value that takes at least so many bytes.
func Pointer[T any](d *Decoder, least int, t uintptr, take func(*Decoder, *T)) *T {
	p, follow := d.Pointer(t)
	if !follow {
		return (*T)(p)
	}
	d.Reserve(least)
	v := new(T)
	d.Pointed(unsafe.Pointer(v), t)
	d.Enter()
	take(d, v)
	d.Leave()
	return v
}

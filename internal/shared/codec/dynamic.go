//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"
)

// emptyInterface is an any in memory.
type emptyInterface struct{ typ, data unsafe.Pointer }

// word is what an any that holds a value of type t has in its first word: the address
// of the type's descriptor, which a reflect.Type is a pointer to.
func word(t reflect.Type) unsafe.Pointer {
	return (*emptyInterface)(unsafe.Pointer(&t)).data
}

// direct reports whether an any that holds a value of type t has the value itself in
// its second word, and not its address. So it is with pointers and what consists of
// one pointer: the zero value gives nil then.
func direct(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan:
		return true
	case reflect.Struct, reflect.Array:
		if t.Size() != unsafe.Sizeof(uintptr(0)) {
			return false
		}
		v := reflect.Zero(t).Interface()
		return (*emptyInterface)(unsafe.Pointer(&v)).data == nil
	}
	return false
}

// interfaceOf returns the value at p, memory that belongs to the any from now on.
func (c *Codec) interfaceOf(p unsafe.Pointer) (v any) {
	i := (*emptyInterface)(unsafe.Pointer(&v))
	if direct(c.typ) {
		p = *(*unsafe.Pointer)(p)
	}
	i.typ, i.data = word(c.typ), p
	return v
}

// inside returns where the value in v is, which has the codec's type. What an any
// holds must never change, so methods of the value's own get a copy.
func (c *Codec) inside(v *any) unsafe.Pointer {
	if c.owns {
		p := reflect.New(c.typ)
		p.Elem().Set(reflect.ValueOf(*v))
		return p.UnsafePointer()
	}
	i := (*emptyInterface)(unsafe.Pointer(v))
	if direct(c.typ) {
		return unsafe.Pointer(&i.data)
	}
	return i.data
}

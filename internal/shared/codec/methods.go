//go:build go1.22

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"runtime/debug"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
)

// A MethodError reports that a type's method that encodes or decodes its values has failed or
// panicked.
type MethodError struct {
	Type   reflect.Type
	Method string // MarshalBinary, UnmarshalBinary, MarshalText or UnmarshalText
	Err    error  // what the method returned; nil if it panicked
	Panic  any    // the panic's value
	Stack  string // of the panic
}

func (e *MethodError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s of %s: %s", e.Method, e.Type, message(e.Err))
	}
	return fmt.Sprintf("%s of %s panicked: %v", e.Method, e.Type, e.Panic)
}

func (e *MethodError) Unwrap() error { return e.Err }

// methods encode and decode the values of a type.
type methods struct {
	typ  reflect.Type
	ptr  reflect.Type // a pointer to it
	word memory.Word  // of ptr
	text bool
}

func newMethods(t reflect.Type, how string) *methods {
	ptr := reflect.PointerTo(t)
	return &methods{t, ptr, memory.WordOf(ptr), how == "text"}
}

// pointer returns p as a pointer to the type.
func (m *methods) pointer(p unsafe.Pointer) any { return m.word.Pointer(m.ptr, p) }

func (m *methods) marshal(p unsafe.Pointer) (b []byte) {
	var err error
	method := "MarshalBinary"
	if m.text {
		method = "MarshalText"
	}
	defer m.guard(method, &err)
	if v := m.pointer(p); m.text {
		b, err = v.(encoding.TextMarshaler).MarshalText()
	} else {
		b, err = v.(encoding.BinaryMarshaler).MarshalBinary()
	}
	return b
}

// unmarshal passes a copy to the method, because some methods keep their argument.
func (m *methods) unmarshal(p unsafe.Pointer, view []byte) {
	var err error
	method := "UnmarshalBinary"
	if m.text {
		method = "UnmarshalText"
	}
	b := append([]byte{}, view...)
	defer m.guard(method, &err)
	if v := m.pointer(p); m.text {
		err = v.(encoding.TextUnmarshaler).UnmarshalText(b)
	} else {
		err = v.(encoding.BinaryUnmarshaler).UnmarshalBinary(b)
	}
}

// guard panics with a MethodError if the method panicked or *err is set.
func (m *methods) guard(method string, err *error) {
	if v := recover(); v != nil {
		panic(&MethodError{Type: m.typ, Method: method, Panic: v, Stack: string(debug.Stack())})
	}
	if *err != nil {
		panic(&MethodError{Type: m.typ, Method: method, Err: *err})
	}
}

package closure

import (
	"reflect"
	"sync"
	"unsafe"
)

// trusted reports whether a func with values of all kinds gets its arguments and returns its
// results.
var trusted = sync.OnceValue(func() bool {
	type numbers struct {
		a int8
		b bool
		c uint16
		d int32
		e float32
		f complex64
		g [1]float64
	}
	type pointers struct {
		text  string
		any   any
		at    *int
		bytes []byte
	}
	first := numbers{-1, true, 65535, -7, 1.5, 2 + 3i, [1]float64{-4.5}}
	second := pointers{text: "text", any: 5, at: new(int), bytes: []byte("12")}
	one, two := echo[numbers](), echo[pointers]()
	if one == nil || two == nil {
		return false
	}
	got, got2 := one(first), two(second)
	return got == first && got2.text == second.text && got2.any == second.any && got2.at == second.at && string(got2.bytes) == "12"
})

// echo returns a func that returns its argument.
func echo[T any]() func(T) T {
	var argument, result []uintptr
	f, argument, result, ok := build(reflect.TypeFor[func(T) T](), true, func(p unsafe.Pointer) {
		grow(64)
		*(*T)(unsafe.Add(p, result[0])) = *(*T)(unsafe.Add(p, argument[0]))
	})
	if !ok {
		return nil
	}
	return f.Interface().(func(T) T)
}

// grow uses some stack, so that the goroutine's stack moves if it is small.
func grow(n int) byte {
	var room [256]byte
	if n > 0 {
		room[n] = grow(n - 1)
	}
	return room[n/2]
}

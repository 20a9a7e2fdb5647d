//go:build go1.22

// Package memory holds what this module assumes of the memory of Go values beyond the
// language: the words of interfaces and slices, that a func is a pointer to a closure
// that any func of the same shape can be called through, that a method of a pointer is a func
// which takes the pointer first, and that maps with the same kinds of keys and elements have
// the same memory. It was checked with Go 1.22 to 1.26 on
// amd64 and arm64. A self-test at start checks the running Go. If it fails, Trusted is
// false, and package reflect is used instead.
package memory

import (
	"math"
	"reflect"
	"sync"
	"unsafe"
)

// Trusted reports whether the assumptions hold. If it is false, Func, As and Closure must not be
// used, and no map may be used as a map of another type. All other functions then work by
// reflection.
var Trusted = check()

// words are the two words of an interface without methods.
type words struct{ typ, data unsafe.Pointer }

// Data returns the func, channel, map or pointer in an interface.
func Data(v *any) unsafe.Pointer {
	if Trusted {
		return data(v)
	}
	return *(*unsafe.Pointer)(copied(*v))
}

// data returns the second word of an interface. It is the value if the type is Direct, and
// otherwise the value's address.
func data(v *any) unsafe.Pointer { return (*words)(unsafe.Pointer(v)).data }

// copied returns the address of a copy of the value.
func copied(v any) unsafe.Pointer {
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.UnsafePointer()
}

// Func returns the func f as one of type t, which must have its arguments and results in the
// same registers and memory.
func Func(f any, t reflect.Type) reflect.Value {
	return reflect.NewAt(t, unsafe.Pointer(&(*words)(unsafe.Pointer(&f)).data)).Elem()
}

// As returns the func whose closure is at p as one of type F, which must have its arguments
// and results in the same registers and memory. The func of a method of a pointer, which
// reflect.Method.Func holds, takes the receiver as an unsafe.Pointer before the other
// arguments.
func As[F any](p unsafe.Pointer) F { return *(*F)(unsafe.Pointer(&p)) }

// Interface returns an interface that holds the func at f, of the type of zero.
func Interface(zero any, f unsafe.Pointer) any {
	if !Trusted {
		return reflect.NewAt(reflect.TypeOf(zero), unsafe.Pointer(&f)).Elem().Interface()
	}
	return withFunc(zero, f)
}

func withFunc(zero any, f unsafe.Pointer) any {
	(*words)(unsafe.Pointer(&zero)).data = f
	return zero
}

// A Word is the first word of interfaces that hold values of a type.
type Word struct{ typ unsafe.Pointer }

// WordOf returns the word of a type: the address of the type's descriptor, which a
// reflect.Type points to.
func WordOf(t reflect.Type) Word { return Word{(*words)(unsafe.Pointer(&t)).data} }

// Pointer returns p in an interface, as a pointer of type t. w is the word of t.
func (w Word) Pointer(t reflect.Type, p unsafe.Pointer) any {
	if !Trusted {
		return reflect.NewAt(t.Elem(), p).Interface()
	}
	return join(w, p)
}

func join(w Word, p unsafe.Pointer) (v any) {
	*(*words)(unsafe.Pointer(&v)) = words{w.typ, p}
	return v
}

// Value returns p in an interface, as the address of a value of the type of w. It must not be
// Direct, and Trusted must be set.
func (w Word) Value(p unsafe.Pointer) any { return join(w, p) }

// Value returns an interface with the value of type t at p. From then on the memory at p
// belongs to the interface.
func Value(t reflect.Type, p unsafe.Pointer) any {
	if !Trusted {
		return reflect.NewAt(t, p).Elem().Interface()
	}
	if Direct(t) {
		p = *(*unsafe.Pointer)(p)
	}
	return join(WordOf(t), p)
}

// Closure returns the closure to which a func points. It begins with the address of the code,
// and the variables that the func captures follow (Go 1.1 Function Calls design).
func Closure(f any) unsafe.Pointer { return data(&f) }

// At returns the address of the value in an interface. It is valid as long as the interface
// is kept alive, and must not be written to.
func At(v *any) unsafe.Pointer {
	t := reflect.TypeOf(*v)
	if !Trusted {
		return copied(*v)
	}
	if Direct(t) {
		return unsafe.Pointer(&(*words)(unsafe.Pointer(v)).data)
	}
	return data(v)
}

// Second returns the second word of an interface, if Trusted is set. It is the address of the
// value, unless the type is Direct.
func Second(v any) unsafe.Pointer { return data(&v) }

// Inside is At for an interface that is not a variable.
func Inside(v any) unsafe.Pointer {
	if Trusted && !Direct(reflect.TypeOf(v)) {
		return data(&v)
	}
	return at(v)
}

// at moves its argument to the heap, which Inside avoids.
//
//go:noinline
func at(v any) unsafe.Pointer { return At(&v) }

// directs remembers Direct of structs and arrays.
var directs sync.Map // reflect.Type → bool

// Direct reports whether an interface holds a value of the type in its second word. It does
// so with pointers and maps, and with some structs and arrays of one pointer, depending on
// the Go release. With other types the word is the value's address, which is never nil.
func Direct(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return true
	case reflect.Struct, reflect.Array:
		if t.Size() != unsafe.Sizeof(uintptr(0)) {
			return false
		}
		if known, ok := directs.Load(t); ok {
			return known.(bool)
		}
		zero := reflect.New(t).Elem().Interface()
		found := data(&zero) == nil
		directs.Store(t, found)
		return found
	}
	return false
}

// A Slice has the three words of a slice of any type.
type Slice struct {
	Data     unsafe.Pointer
	Len, Cap int
}

// SliceAt returns the words of the slice of type t at p.
func SliceAt(t reflect.Type, p unsafe.Pointer) Slice {
	if Trusted {
		return *(*Slice)(p)
	}
	v := reflect.NewAt(t, hidden(p)).Elem()
	return Slice{v.UnsafePointer(), v.Len(), v.Cap()}
}

// SetSlice sets the slice of type t at p to n elements at data, which hold no pointers.
func SetSlice(t reflect.Type, p, data unsafe.Pointer, n int) {
	if Trusted {
		*(*Slice)(p) = Slice{data, n, n}
		return
	}
	s := reflect.MakeSlice(t, n, n)
	size := n * int(t.Elem().Size())
	copy(unsafe.Slice((*byte)(s.UnsafePointer()), size), unsafe.Slice((*byte)(data), size))
	reflect.NewAt(t, hidden(p)).Elem().Set(s)
}

// hidden returns p. The compiler does not see that the result points to the same memory, and
// so does not move it to the heap because of a path that is rarely taken.
func hidden(p unsafe.Pointer) unsafe.Pointer {
	address := uintptr(p)
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// check tests the assumptions on values whose memory is known.
func check() (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	n := 7
	pointer, number := any(&n), any(uint64(1)<<40)
	if data(&pointer) != unsafe.Pointer(&n) || *(*uint64)(data(&number)) != 1<<40 {
		return false
	}
	array := [4]uint16{1, 2, 3, 4}
	list := array[1:3]
	if s := (*Slice)(unsafe.Pointer(&list)); s.Data != unsafe.Pointer(&array[1]) || s.Len != 2 || s.Cap != 3 {
		return false
	}
	return checkValues(&n) && checkMaps() && checkFuncs(uint64(n))
}

// checkValues tests interfaces that are put together from a type and memory.
func checkValues(n *int) bool {
	s := "text"
	text, ok := join(WordOf(reflect.TypeFor[string]()), unsafe.Pointer(&s)).(string)
	if !ok || text != s {
		return false
	}
	p, ok := join(WordOf(reflect.TypeFor[*int]()), unsafe.Pointer(n)).(*int)
	return ok && p == n
}

// checkMaps tests a map that is read and written as a map of other types of the same kinds.
func checkMaps() bool {
	type name string
	m := map[name]float64{"a": 1.5}
	as := *(*map[string]uint64)(unsafe.Pointer(&m))
	as["b"] = math.Float64bits(2.5)
	return len(as) == 2 && as["a"] == math.Float64bits(1.5) && m["b"] == 2.5
}

type number int64

func (n *number) add(s string) (uint64, bool) { return uint64(*n) + uint64(len(s)), true }

// checkFuncs tests a closure that is called as a func of another type of the same shape, and
// a func whose result takes no memory, which is called as one without a result.
func checkFuncs(base uint64) bool {
	var seen string
	add := func(n uint64, s string, b []byte) (uint64, error) {
		seen = s
		return base + n + uint64(len(b)), nil
	}
	note := func(s string) (struct{}, error) {
		seen = s
		return struct{}{}, nil
	}
	type text string
	as := Func(add, reflect.TypeFor[func(number, text, []byte) (number, error)]()).Interface().(func(number, text, []byte) (number, error))
	got, err := as(-10, "add", []byte("three"))
	if got != number(base)-10+5 || err != nil || seen != "add" {
		return false
	}
	err = Func(note, reflect.TypeFor[func(text) error]()).Interface().(func(text) error)("record")
	f := withFunc((func(string) (struct{}, error))(nil), *(*unsafe.Pointer)(unsafe.Pointer(&note))).(func(string) (struct{}, error))
	f(seen + "ed")
	method, n := any((*number).add), number(3)
	sum, ok := As[func(unsafe.Pointer, text) (int, bool)](data(&method))(unsafe.Pointer(&n), "four")
	return err == nil && seen == "recorded" && sum == 7 && ok
}

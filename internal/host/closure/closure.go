// Package closure makes funcs of types that are known at run time only, as reflect.MakeFunc does,
// but without its cost: some 300 ns and several allocations for each call. It does so where all
// arguments and results are in registers, by Go's internal calling convention (ABIInternal, see
// cmd/compile/abi-internal.md) on linux/amd64. A self-test at the first use checks that the running Go
// has that convention.
//
// The code of each func is call in call_linux_amd64.s. It passes the registers to entered, on the stack,
// and takes the results from there. The pointers among them are in arrays of pointers, so the
// garbage collector finds them.
package closure

import (
	"fmt"
	"reflect"
	"sync"
	"unsafe"
)

// Make returns a func of type t that calls run for each call. run finds argument i at argument[i]
// bytes from the address that it gets, and leaves result i, which is zero before, at result[i]. The
// memory is on the heap. If reuse is set, it is used again after run has returned, so nothing may
// keep its address. Make returns false if it cannot make such a func.
func Make(t reflect.Type, reuse bool, run func(p unsafe.Pointer)) (f reflect.Value, argument, result []uintptr, ok bool) {
	if !trusted() {
		return reflect.Value{}, nil, nil, false
	}
	return build(t, reuse, run)
}

// A word is a part of an argument or a result that is in a register.
type word struct {
	register uintptr // its place in registers
	offset   uintptr // its place in the memory
	size     uintptr // in bytes; pointer for a pointer
}

const pointer = 0

// The registers of the calling convention that are used here. It has more for floats.
const (
	integers = 9
	floats   = 8
)

// A closure is what a func points to. Assembly knows the first fields.
type closure struct {
	code    uintptr           // of call
	entered uintptr           // code of the func entered
	mask    [integers]uintptr // all bits are set for registers with pointers in arguments

	*layout
	reuse bool
	run   func(p unsafe.Pointer)
}

// A layout says where the values of a func type are in registers and in memory.
type layout struct {
	memory             reflect.Type // a struct of arguments and results
	argument, result   []uintptr    // their offsets
	arguments, results []word
	blocks             sync.Pool // of *block
}

// layouts remembers what layoutOf returns.
var layouts sync.Map // reflect.Type → *layout

func build(t reflect.Type, reuse bool, run func(p unsafe.Pointer)) (f reflect.Value, argument, result []uintptr, ok bool) {
	cached, known := layouts.Load(t)
	if !known {
		cached, _ = layouts.LoadOrStore(t, layoutOf(t))
	}
	l := cached.(*layout)
	if l == nil {
		return reflect.Value{}, nil, nil, false
	}
	c := &closure{code: callCode, entered: **(**uintptr)(unsafe.Pointer(&enter)), layout: l, reuse: reuse, run: run}
	for _, w := range l.arguments {
		if w.size == pointer {
			c.mask[w.register/8] = ^uintptr(0)
		}
	}
	return reflect.NewAt(t, unsafe.Pointer(&c)).Elem(), l.argument, l.result, true
}

// layoutOf returns the layout of a func type, or nil if not all values are in registers.
func layoutOf(t reflect.Type) *layout {
	if callCode == 0 || t.IsVariadic() {
		return nil
	}
	in := t.NumIn()
	fields := make([]reflect.StructField, in+t.NumOut())
	for i := range fields {
		f := &fields[i]
		f.Name = fmt.Sprintf("F%d", i)
		if i < in {
			f.Type = t.In(i)
		} else {
			f.Type = t.Out(i - in)
		}
	}
	l := &layout{memory: reflect.StructOf(fields)}
	var arguments, results assignment
	for i := range fields {
		f := l.memory.Field(i)
		if i < in && arguments.assign(f.Type, f.Offset) {
			l.argument = append(l.argument, f.Offset)
		} else if i >= in && results.assign(f.Type, f.Offset) {
			l.result = append(l.result, f.Offset)
		} else {
			return nil
		}
	}
	l.arguments, l.results = arguments.words, results.words
	l.blocks.New = func() any { return l.block() }
	return l
}

// A block is the memory of a call.
type block struct {
	value   reflect.Value // of type layout.memory
	address unsafe.Pointer
}

func (l *layout) block() *block {
	p := reflect.New(l.memory)
	return &block{p.Elem(), p.UnsafePointer()}
}

// An assignment assigns parts of values to registers, in the order of the calling convention.
type assignment struct {
	words            []word
	integers, floats uintptr // that are used
}

// assign assigns all parts of a value of type t. It returns false if they do not fit, or if the
// value would be on the stack.
func (a *assignment) assign(t reflect.Type, offset uintptr) bool {
	switch t.Kind() {
	case reflect.Float32, reflect.Float64:
		return a.real(offset, t.Size())
	case reflect.Complex64, reflect.Complex128:
		half := t.Size() / 2
		return a.real(offset, half) && a.real(offset+half, half)
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return a.pointer(offset)
	case reflect.String:
		return a.pointer(offset) && a.integer(offset+8, 8)
	case reflect.Slice:
		return a.pointer(offset) && a.integer(offset+8, 8) && a.integer(offset+16, 8)
	case reflect.Interface:
		// The first word is the address of a type or itab, which the collector neither moves nor frees.
		return a.integer(offset, 8) && a.pointer(offset+8)
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			if f.Name == "_" || !a.assign(f.Type, offset+f.Offset) {
				return false
			}
		}
		return t.Size() > 0
	case reflect.Array:
		return t.Len() == 1 && a.assign(t.Elem(), offset)
	}
	return a.integer(offset, t.Size())
}

func (a *assignment) pointer(offset uintptr) bool {
	return a.next(&a.integers, integers, unsafe.Offsetof(registers{}.pointers), offset, pointer)
}

func (a *assignment) integer(offset, size uintptr) bool {
	return a.next(&a.integers, integers, unsafe.Offsetof(registers{}.numbers), offset, size)
}

func (a *assignment) real(offset, size uintptr) bool {
	return a.next(&a.floats, floats, unsafe.Offsetof(registers{}.reals), offset, size)
}

// next assigns the next of some registers, which are at first in registers.
func (a *assignment) next(used *uintptr, limit, first, offset, size uintptr) bool {
	if *used == limit {
		return false
	}
	a.words = append(a.words, word{first + *used*8, offset, size})
	*used++
	return true
}

// registers are the values of registers. A register with a pointer is in pointers, and 0 in numbers if
// it is a result. Others are 0 in pointers.
type registers struct {
	pointers [integers]unsafe.Pointer
	numbers  [integers]uintptr
	reals    [floats]uint64
}

// at returns the address of a word's register. The compiler inlines it.
func (w *word) at(r *registers) unsafe.Pointer { return unsafe.Add(unsafe.Pointer(r), w.register) }

// enter is entered. Assembly calls it by the address of its code, so that arguments are passed by
// the internal calling convention: the registers are on the stack, because they are arrays.
var enter = entered

// entered makes a call of the func of c.
func entered(c *closure, in registers) (out registers) {
	var m *block
	if c.reuse {
		m = c.blocks.Get().(*block)
	} else {
		m = c.block()
	}
	for i := range c.arguments {
		w := &c.arguments[i]
		w.move(unsafe.Add(m.address, w.offset), w.at(&in))
	}
	c.run(m.address)
	for i := range c.results {
		w := &c.results[i]
		w.move(w.at(&out), unsafe.Add(m.address, w.offset))
	}
	if c.reuse {
		m.value.SetZero()
		c.blocks.Put(m)
	}
	return out
}

// move copies a word. In registers the other bytes have no meaning.
func (w *word) move(to, from unsafe.Pointer) {
	switch w.size {
	case pointer:
		*(*unsafe.Pointer)(to) = *(*unsafe.Pointer)(from)
	case 8:
		*(*uint64)(to) = *(*uint64)(from)
	case 4:
		*(*uint32)(to) = *(*uint32)(from)
	case 2:
		*(*uint16)(to) = *(*uint16)(from)
	default:
		*(*uint8)(to) = *(*uint8)(from)
	}
}

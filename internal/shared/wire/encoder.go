//go:build go1.22

package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"
)

// This is the encoding of values that do not cross in words. Both sides know the type of
// the values, so a message contains types only for values of dynamic type. The parts of a
// value are encoded in the order of its type:
//
//	bool, integers, floats, complex   their bytes in memory, little-endian
//	string                            uvarint length, bytes
//	slice, map                        uvarint: 0 for nil, else length+1; then the elements, or keys and values by turns
//	array                             its elements
//	struct                            its fields but for blank ones, in order
//	pointer                           uvarint: 0 for nil, 1 and the value, or n+2 for the pointer that was the n-th
//	                                  to be followed by its value in this message
//	time.Time                         see PutTime
//	types with methods for it         what MarshalBinary or MarshalText returned, as a string
//	error, any                        see package codec
//
// So slices, arrays and structs of types that [Fixed] describes are encoded as their bytes
// in memory, and copied in one piece.

// MaxDepth bounds how deep a value may be nested. Each pointer, slice, map, interface and
// error is a level. A value that contains itself through a slice or a map has no end.
const MaxDepth = 10000

// MaxSize bounds a message in bytes.
const MaxSize = 1 << 31

// An EncodeError reports a value that cannot cross. The methods of an Encoder panic with it,
// and the function that began the message recovers it.
type EncodeError struct {
	Reason string
	Err    error // the cause, or nil
	Large  bool  // the message would take too many bytes
	Held   any   // the value in an interface that is the cause, if there is one
}

func (e *EncodeError) Error() string { return e.Reason }
func (e *EncodeError) Unwrap() error { return e.Err }

// An Encoder appends values to a message. The zero value is ready for use. It is not safe
// for concurrent use.
type Encoder struct {
	// Scope is what package codec knows of the receiver: see codec.Scope. Reset and Next
	// keep it.
	Scope any

	// Max bounds the message in bytes; 0 means MaxSize. Reset and Next keep it.
	Max int

	// Canonical makes the encoding of a value the same each time: the entries of maps are
	// sorted, and errors have no numbers. Sorted only sorts the entries. Exported counts the
	// objects that were exported for the message. Reset and Next keep them.
	Canonical, Sorted bool
	Exported          int

	// Last is what package codec knows of the type of the last value of dynamic type. Next
	// drops it.
	Last any

	b     []byte
	depth int
	seen  pointers
	back  int // 1 + the highest number of a pointer that occurred again, see SortEntries
	inAny bool
}

// Reset begins a message that is appended to b. The memory behind b[len(b):cap(b)]
// is used as long as the message fits there.
func (e *Encoder) Reset(b []byte) {
	e.b = b
	e.Next()
}

// Bytes returns the message so far, with the bytes to which it was appended.
func (e *Encoder) Bytes() []byte { return e.b }

// Drop removes what was appended from the offset on.
func (e *Encoder) Drop(from int) { e.b = e.b[:from] }

// Next begins another value in the same memory, which shares no pointers with the values
// before. It returns the offset at which the value begins.
func (e *Encoder) Next() int {
	e.depth, e.inAny, e.Last = 0, false, nil
	e.seen.reset()
	e.back = 0
	return len(e.b)
}

func (e *Encoder) PutBool(v bool) {
	var n byte
	if v {
		n = 1
	}
	e.b = append(e.b, n)
}
func (e *Encoder) PutUint8(v uint8)   { e.b = append(e.b, v) }
func (e *Encoder) PutUint16(v uint16) { e.b = binary.LittleEndian.AppendUint16(e.b, v) }
func (e *Encoder) PutUint32(v uint32) { e.b = binary.LittleEndian.AppendUint32(e.b, v) }
func (e *Encoder) PutUint64(v uint64) { e.b = binary.LittleEndian.AppendUint64(e.b, v) }

func (e *Encoder) PutFloat32(v float32) { e.PutUint32(math.Float32bits(v)) }
func (e *Encoder) PutFloat64(v float64) { e.PutUint64(math.Float64bits(v)) }

func (e *Encoder) PutComplex64(v complex64) {
	e.PutFloat32(real(v))
	e.PutFloat32(imag(v))
}

func (e *Encoder) PutComplex128(v complex128) {
	e.PutFloat64(real(v))
	e.PutFloat64(imag(v))
}

// PutUvarint appends a length or a number that is mostly small.
func (e *Encoder) PutUvarint(v uint64) {
	if v < 0x80 {
		e.b = append(e.b, byte(v))
		return
	}
	e.b = binary.AppendUvarint(e.b, v)
}

// Room fails if the message would become too large with n more bytes, before memory is
// allocated for them.
func (e *Encoder) Room(n int) {
	limit := MaxSize
	if e.Max > 0 {
		limit = e.Max
	}
	if n > limit-len(e.b) {
		panic(&EncodeError{Reason: fmt.Sprintf("the value takes more than %d bytes", limit), Large: true})
	}
}

// PutString appends a string.
func (e *Encoder) PutString(s string) {
	e.Room(len(s))
	e.PutUvarint(uint64(len(s)))
	e.b = append(e.b, s...)
}

// PutBytes appends bytes as PutString does. Nil is encoded as empty.
func (e *Encoder) PutBytes(b []byte) {
	e.Room(len(b))
	e.PutUvarint(uint64(len(b)))
	e.b = append(e.b, b...)
}

// PutLength appends the length of a slice or map that may be nil.
func (e *Encoder) PutLength(n int, null bool) {
	if null {
		e.b = append(e.b, 0)
		return
	}
	e.PutUvarint(uint64(n) + 1)
}

// Empty fails for a length that the other side would refuse, if the elements take no bytes.
func (e *Encoder) Empty(n int) {
	if n > MaxEmpty {
		e.Fail("a length of %d", n)
	}
}

// PutMemory appends the n bytes at p, for values whose encoding is their memory.
func (e *Encoder) PutMemory(p unsafe.Pointer, n int) {
	e.Room(n)
	e.b = append(e.b, unsafe.Slice((*byte)(p), n)...)
}

// PutPointer appends a pointer, and reports whether its value must follow, which is so the
// first time that the pointer occurs in a value. t tells types apart, because a struct and
// its first field have the same address; the two sides may use different numbers for t. The
// value must not move while the message is made.
func (e *Encoder) PutPointer(p unsafe.Pointer, t uintptr) (follow bool) {
	if p == nil {
		e.b = append(e.b, 0)
		return false
	}
	if e.inAny {
		t = ^t
	}
	if n, ok := e.seen.find(uintptr(p), t); ok {
		e.back = max(e.back, n+1)
		e.PutUvarint(uint64(n) + 2)
		return false
	}
	e.b = append(e.b, 1)
	return true
}

// SetInAny sets whether what follows is part of a value of dynamic type, and returns the
// setting before. Pointers are not shared between such values and the rest of a message,
// because there the two sides may know one type twice, by its name and by its place.
func (e *Encoder) SetInAny(on bool) (before bool) {
	before, e.inAny = e.inAny, on
	return before
}

// Enter begins a level of nesting, and Leave ends it.
func (e *Encoder) Enter() {
	if e.depth++; e.depth > MaxDepth {
		panic(&EncodeError{Reason: fmt.Sprintf("the value nests deeper than %d levels, or contains itself", MaxDepth)})
	}
	e.Room(0)
}

// Leave ends a level that Enter has begun.
func (e *Encoder) Leave() { e.depth-- }

// Fail ends the message with an EncodeError.
func (e *Encoder) Fail(format string, args ...any) {
	panic(&EncodeError{Reason: fmt.Sprintf(format, args...)})
}

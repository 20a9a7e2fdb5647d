//go:build go1.22

package wire

import (
	"math"
	"unsafe"
)

// Each scalar takes one word. Signed integers are sign-extended, and floating-point numbers
// cross as their bits. So every value arrives unchanged, also -0 and the payload of a NaN.

func (f *Frame) Bool(i int) bool       { return *f.Word(i) != 0 }
func (f *Frame) Int(i int) int         { return int(*f.Word(i)) }
func (f *Frame) Int8(i int) int8       { return int8(*f.Word(i)) }
func (f *Frame) Int16(i int) int16     { return int16(*f.Word(i)) }
func (f *Frame) Int32(i int) int32     { return int32(*f.Word(i)) }
func (f *Frame) Int64(i int) int64     { return int64(*f.Word(i)) }
func (f *Frame) Uint(i int) uint       { return uint(*f.Word(i)) }
func (f *Frame) Uint8(i int) uint8     { return uint8(*f.Word(i)) }
func (f *Frame) Uint16(i int) uint16   { return uint16(*f.Word(i)) }
func (f *Frame) Uint32(i int) uint32   { return uint32(*f.Word(i)) }
func (f *Frame) Uint64(i int) uint64   { return *f.Word(i) }
func (f *Frame) Uintptr(i int) uintptr { return uintptr(*f.Word(i)) }
func (f *Frame) Float32(i int) float32 { return math.Float32frombits(uint32(*f.Word(i))) }
func (f *Frame) Float64(i int) float64 { return math.Float64frombits(*f.Word(i)) }

// A complex64 takes one word, its real part in the lower half; a complex128 takes two.

func (f *Frame) Complex64(i int) complex64 {
	w := *f.Word(i)
	return complex(math.Float32frombits(uint32(w)), math.Float32frombits(uint32(w>>32)))
}

func (f *Frame) Complex128(i int) complex128 { return complex(f.Float64(i), f.Float64(i+1)) }

func (f *Frame) SetComplex64(i int, v complex64) {
	*f.Word(i) = uint64(math.Float32bits(real(v))) | uint64(math.Float32bits(imag(v)))<<32
}

func (f *Frame) SetComplex128(i int, v complex128) {
	f.SetFloat64(i, real(v))
	f.SetFloat64(i+1, imag(v))
}

func (f *Frame) SetBool(i int, v bool) {
	*f.Word(i) = 0
	if v {
		*f.Word(i) = 1
	}
}
func (f *Frame) SetInt(i int, v int)         { *f.Word(i) = uint64(v) }
func (f *Frame) SetInt8(i int, v int8)       { *f.Word(i) = uint64(v) }
func (f *Frame) SetInt16(i int, v int16)     { *f.Word(i) = uint64(v) }
func (f *Frame) SetInt32(i int, v int32)     { *f.Word(i) = uint64(v) }
func (f *Frame) SetInt64(i int, v int64)     { *f.Word(i) = uint64(v) }
func (f *Frame) SetUint(i int, v uint)       { *f.Word(i) = uint64(v) }
func (f *Frame) SetUint8(i int, v uint8)     { *f.Word(i) = uint64(v) }
func (f *Frame) SetUint16(i int, v uint16)   { *f.Word(i) = uint64(v) }
func (f *Frame) SetUint32(i int, v uint32)   { *f.Word(i) = uint64(v) }
func (f *Frame) SetUint64(i int, v uint64)   { *f.Word(i) = v }
func (f *Frame) SetUintptr(i int, v uintptr) { *f.Word(i) = uint64(v) }
func (f *Frame) SetFloat32(i int, v float32) { *f.Word(i) = uint64(math.Float32bits(v)) }
func (f *Frame) SetFloat64(i int, v float64) { *f.Word(i) = math.Float64bits(v) }

// String returns a copy of the string argument in words i and i+1.
func (f *Frame) String(i int) string {
	return string(f.Message(i))
}

// Bytes returns a copy of the []byte argument in words i and i+1. Nil stays nil
// and empty stays empty.
func (f *Frame) Bytes(i int) []byte { return FixedSlice[byte](f, i) }

// SetArgument puts the address and the length of an argument's bytes into words
// i and i+1. The caller keeps them alive until the call has returned.
func (f *Frame) SetArgument(i int, p unsafe.Pointer, n int) {
	escape(p)
	*f.Word(i) = uint64(uintptr(p))
	*f.Word(i + 1) = uint64(n)
}

// sink makes the compiler assume that escape keeps its argument, so that it allocates the
// bytes of an argument on the heap. On a goroutine's stack they would move when the stack
// grows, and a uintptr would still be the old address.
var sink struct {
	never bool
	p     unsafe.Pointer
}

func escape(p unsafe.Pointer) {
	if sink.never {
		sink.p = p
	}
}

// SetNil marks the []byte or error in words i and i+1 as nil.
func (f *Frame) SetNil(i int) {
	*f.Word(i) = Nil
	*f.Word(i + 1) = 0
}

//go:build go1.22

package wire

import (
	"encoding/binary"
	"fmt"
	"math"
	"unsafe"
)

// A DecodeError reports a message that is damaged, or exceeds a limit. The methods of a
// Decoder panic with it, and the function that began to read recovers it.
type DecodeError struct{ Reason string }

func (e *DecodeError) Error() string { return e.Reason }

// Unwrap returns ErrDamaged.
func (e *DecodeError) Unwrap() error { return ErrDamaged }

// A Decoder reads the values of a message in the order in which an Encoder has written them.
// Everything that it returns is a copy, unless the method says otherwise. It allocates no
// more memory than the rest of the message can need. It is not safe for concurrent use.
type Decoder struct {
	// Scope is what package codec knows of the sender: see codec.Scope. Reset keeps it.
	Scope any

	// Pairs are the pointers of the host's that were taken, see HostValues in package
	// codec. Reset keeps them.
	Pairs []unsafe.Pointer

	// Last is what package codec knows of the type of the last value of dynamic type. Reset
	// drops it.
	Last any

	b     []byte // the message
	at    int    // how many bytes were read
	spare int    // bytes of the message that no value has reserved
	blank int    // memory allocated for values that take no bytes
	depth int
	seen  []pointed
	chunk []byte // memory for short strings
	inAny bool
}

// A pointed is the value of a pointer that occurred before in the message.
type pointed struct {
	p unsafe.Pointer
	t uintptr
}

// Reset begins to read b, which belongs to the caller and must not change.
func (d *Decoder) Reset(b []byte) {
	// Each field is set by itself, which takes a third of the time of setting all at once.
	if len(d.seen) > 0 {
		clear(d.seen)
		d.seen = d.seen[:0]
	}
	if d.chunk != nil {
		d.chunk = nil
	}
	if d.Last != nil {
		d.Last = nil
	}
	d.b, d.at, d.spare, d.blank, d.depth, d.inAny = b, 0, len(b), 0, 0, false
}

// rest returns the number of bytes that were not read yet.
func (d *Decoder) rest() int { return len(d.b) - d.at }

// End ends the message. It fails unless all of it was read.
func (d *Decoder) End() {
	if d.rest() != 0 {
		d.Fail("%d bytes too many", d.rest())
	}
}

// Fail ends reading with a DecodeError.
func (d *Decoder) Fail(format string, args ...any) {
	panic(&DecodeError{"message from the other side is damaged: " + fmt.Sprintf(format, args...)})
}

func (d *Decoder) cut(n int) []byte {
	if n > d.rest() {
		d.short()
	}
	b := d.b[d.at : d.at+n]
	d.at += n
	return b
}

func (d *Decoder) short() { d.Fail("it ends too early") }

func (d *Decoder) Bool() bool {
	n := d.cut(1)[0]
	if n > 1 {
		d.Fail("%d is no bool", n)
	}
	return n == 1
}
func (d *Decoder) Uint8() uint8   { return d.cut(1)[0] }
func (d *Decoder) Uint16() uint16 { return binary.LittleEndian.Uint16(d.cut(2)) }
func (d *Decoder) Uint32() uint32 { return binary.LittleEndian.Uint32(d.cut(4)) }
func (d *Decoder) Uint64() uint64 { return binary.LittleEndian.Uint64(d.cut(8)) }

func (d *Decoder) Float32() float32 { return math.Float32frombits(d.Uint32()) }
func (d *Decoder) Float64() float64 { return math.Float64frombits(d.Uint64()) }

func (d *Decoder) Complex64() complex64 {
	re := d.Float32()
	return complex(re, d.Float32())
}

func (d *Decoder) Complex128() complex128 {
	re := d.Float64()
	return complex(re, d.Float64())
}

// Uvarint reads a number that PutUvarint appended.
func (d *Decoder) Uvarint() uint64 {
	if d.at < len(d.b) && d.b[d.at] < 0x80 {
		d.at++
		return uint64(d.b[d.at-1])
	}
	v, n := binary.Uvarint(d.b[d.at:])
	if n <= 0 {
		d.Fail("a number is cut off or too large")
	}
	d.at += n
	return v
}

// String reads a string. Short strings of a message share memory. So a string that is kept
// also keeps the memory of others, chunkSize bytes at most.
func (d *Decoder) String() string {
	b := d.View()
	switch n := len(b); {
	case n == 0:
		return ""
	case n > shortString:
		return string(b)
	case n > len(d.chunk):
		d.chunk = make([]byte, min(chunkSize, n+d.rest()))
	}
	s := d.chunk[:len(b)]
	d.chunk = d.chunk[len(b):]
	copy(s, b)
	return unsafe.String(unsafe.SliceData(s), len(s))
}

const (
	shortString = 32
	chunkSize   = 256
)

// View reads a string or bytes without copying them. They are part of the message.
func (d *Decoder) View() []byte {
	n := d.Uvarint()
	if n > uint64(d.rest()) {
		d.short()
	}
	return d.cut(int(n))
}

// Length reads the length of a slice or map. least is the least number of bytes that an
// element takes in the message, and size the number that it takes in memory. A length for
// which the rest of the message is too short is refused before memory is allocated.
func (d *Decoder) Length(least, size int) (n int, null bool) {
	v := d.Uvarint()
	if v == 0 {
		return 0, true
	}
	v--
	if least == 0 {
		// Elements that take no bytes in a message, such as struct{}, are bounded by the
		// memory that they take.
		if v > MaxEmpty || v*uint64(size) > maxBlank-uint64(d.blank) {
			d.Fail("a length of %d", v)
		}
		d.blank += int(v) * size
		return int(v), false
	}
	if v > uint64(d.rest()/least) {
		d.Fail("a length of %d", v)
	}
	d.Reserve(int(v) * least)
	return int(v), false
}

// MaxEmpty bounds the length of a slice or map whose elements take no bytes in a message.
// maxBlank bounds the memory that all such elements of a message take: blank fields have
// memory, but no bytes in a message.
const (
	MaxEmpty = math.MaxInt32
	maxBlank = 1 << 20
)

// Reserve reserves n bytes of the rest of the message: the least that a value takes in the
// message, before memory is allocated for it. Parts of the value that n does not count
// reserve bytes of their own. So a message cannot make the decoder allocate more than its
// own size, times a factor that depends on the types.
func (d *Decoder) Reserve(n int) {
	if n > d.spare {
		d.short()
	}
	d.spare -= n
}

// At returns how many bytes were read, and Since the bytes from there on that were read, which
// are part of the message.
func (d *Decoder) At() int             { return d.at }
func (d *Decoder) Since(at int) []byte { return d.b[at:d.at] }

// Skip reads the bytes b if they come next, and reports whether it did.
func (d *Decoder) Skip(b []byte) bool {
	end := d.at + len(b)
	if end > len(d.b) || string(d.b[d.at:end]) != string(b) {
		return false
	}
	d.at = end
	return true
}

// Take reads n bytes without copying them. They are part of the message.
func (d *Decoder) Take(n int) []byte { return d.cut(n) }

// Memory reads n bytes to p, for values whose encoding is their memory.
func (d *Decoder) Memory(p unsafe.Pointer, n int) {
	copy(unsafe.Slice((*byte)(p), n), d.cut(n))
}

// Pointer reads a pointer. If follow is true, the value follows: the caller allocates memory
// for it, calls Pointed, and decodes the value there. Otherwise p is the pointer, which may
// be nil. t tells types apart, as in PutPointer.
func (d *Decoder) Pointer(t uintptr) (p unsafe.Pointer, follow bool) {
	n := d.Uvarint()
	switch {
	case n == 0:
		return nil, false
	case n == 1:
		return nil, true
	case n-2 >= uint64(len(d.seen)):
		d.Fail("pointer %d is unknown", n-2)
	}
	if d.inAny {
		t = ^t
	}
	if d.seen[n-2].t != t {
		d.Fail("pointer %d is shared by two types that are one type on the other side", n-2)
	}
	return d.seen[n-2].p, false
}

// Pointed gives the next number to a pointer whose value follows.
func (d *Decoder) Pointed(p unsafe.Pointer, t uintptr) {
	if d.inAny {
		t = ^t
	}
	d.seen = append(d.seen, pointed{p, t})
}

// SetInAny is the counterpart of the Encoder's.
func (d *Decoder) SetInAny(on bool) (before bool) {
	before, d.inAny = d.inAny, on
	return before
}

// Enter begins a level of nesting, and Leave ends it.
func (d *Decoder) Enter() {
	if d.depth++; d.depth > MaxDepth {
		d.Fail("it nests deeper than %d levels", MaxDepth)
	}
}

// Leave ends a level that Enter has begun.
func (d *Decoder) Leave() { d.depth-- }

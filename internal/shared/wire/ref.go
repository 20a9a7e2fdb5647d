//go:build go1.22

package wire

import "unsafe"

// A Ref stands for an object: a value that is not copied. The object stays with its owner,
// the side that made it. The other side uses it by its number. Zero is nil.
//
// In a frame a Ref is one word, in a message eight bytes. Each time that a
// Ref crosses to the side that is not its owner, the owner counts one reference more,
// which the receiver releases by OpRelease in the end. A Ref that goes back to its owner
// is not counted.
type Ref uint64

// Owner is set in a Ref that belongs to the side that receives it.
const Owner Ref = 1 << 63

// NoContext is the reference of a nil context in results; 0 is a context that never ends.
const NoContext = Owner

// ForOwner reports whether the Ref belongs to the side that received it.
func (r Ref) ForOwner() bool { return r&Owner != 0 }

// Handle is the number that the owner knows the object by. It is 0 for nil only.
func (r Ref) Handle() Ref { return r &^ Owner }

// Ref returns the object in word i.
func (f *Frame) Ref(i int) Ref { return Ref(*f.Word(i)) }

// SetRef puts an object into word i.
func (f *Frame) SetRef(i int, r Ref) { *f.Word(i) = uint64(r) }

// PutRef appends an object.
func (e *Encoder) PutRef(r Ref) {
	if r != 0 && !r.ForOwner() {
		e.Exported++
	}
	e.PutUint64(uint64(r))
}

// Ref takes what PutRef appended.
func (d *Decoder) Ref() Ref { return Ref(d.Uint64()) }

// A Release releases references. OpRelease has the address of a list of them.
type Release struct {
	Handle Ref
	Count  uint64
}

// Releases is the list that an OpRelease brought. It lies in the caller's memory, and
// is valid until the call returns.
func (f *Frame) Releases() []Release {
	n := *f.Word(1)
	if f.Session&Foreign != 0 && *f.Word(int(f.NWords))%uint64(unsafe.Sizeof(Release{})) != 0 {
		panic(&DecodeError{"message from the other side is damaged: a list of releases has another length"})
	}
	if n == 0 {
		return nil
	}
	return unsafe.Slice((*Release)(f.bytesAt(0, n, uint64(unsafe.Sizeof(Release{})))), int(n))
}

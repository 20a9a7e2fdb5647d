//go:build go1.22

package handle

import (
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Side is what one side of the boundary keeps for the other. It executes the operations
// that both sides have.
type Side struct {
	Exported   *Table             // objects of this side that the other side refers to
	Held       *Results           // results that the other side has still to fetch
	Contexts   *Contexts          // contexts of both sides
	Owner      *stream.Owner      // channels of this side
	Forwarders *stream.Forwarders // channels that stand for those of the other side

	Cause func(b []byte) error // decodes the cause of a context's end; nil if it cannot
}

// Operate executes the frame's operation and returns the frame's status. ok is false if the
// operation is not one that both sides have.
func (s *Side) Operate(f *wire.Frame) (status uint64, ok bool) {
	switch {
	case f.Func == wire.OpPing:
	case f.Func == wire.OpFetch && f.NWords >= 1:
		return s.Held.Fetch(f), true
	case f.Func == wire.OpDrop && f.NWords >= 1:
		s.Held.Drop(f.Uint64(0))
	case f.Func == wire.OpRelease && f.NWords >= 2:
		for _, r := range f.Releases() {
			s.Release(r.Handle, r.Count)
		}
	case f.Func == wire.OpWake && f.NWords >= 1:
		s.Forwarders.Wake(f.Ref(0).Handle())
	case f.Func == wire.OpCancel && f.NWords >= 1:
		var how End
		if f.NWords >= 4 {
			how.Expired = f.Uint64(3) != 0
			if b := f.Message(1); len(b) > 0 {
				how.Cause = s.Cause(b)
			}
		}
		s.Contexts.Cancelled(f.Ref(0).Handle(), how)
	case f.Func == wire.OpExpired && f.NWords >= 1:
		s.Contexts.expired(f.Ref(0).Handle())
	case f.Func == wire.OpBase && f.NWords >= 1:
		f.SetRef(0, s.base(f.Ref(0)))
	default:
		return wire.StatusBadOp, false
	}
	return wire.StatusOK, true
}

// Release releases n references to an exported object.
func (s *Side) Release(ref wire.Ref, n uint64) {
	if _, gone := s.Exported.Release(ref, n); gone {
		s.Contexts.Released(ref.Handle())
		s.Owner.Release(ref.Handle())
	}
}

//go:build go1.22

package exchange

import (
	"encoding/binary"
	"io"
	"sync/atomic"
	"time"
)

// Wakes are how one process wakes another with which it shares memory, on systems where a word of
// that memory or an event cannot do that: by a pipe in each direction. What is written there is the
// number of the lane on which the reader sleeps.
type Wakes struct {
	self  int
	write io.Writer
	sides [wakePlaces]atomic.Pointer[Side] // that may sleep, by number
}

const (
	wakeSize   = 4                        // bytes of a number
	wakePlaces = 1 + CallLanes + OwnLanes // 0 is the header
)

// NewWakes returns the Wakes of a process, which wakes the other one by write.
func NewWakes(self int, write io.Writer) *Wakes { return &Wakes{self: self, write: write} }

// Header returns the side of the header's bells.
func (w *Wakes) Header() *Side { return w.side(0) }

// Lane returns the side of a lane: see [LaneAt].
func (w *Wakes) Lane(own bool, i int) *Side {
	if own {
		i += CallLanes
	}
	return w.side(1 + i)
}

func (w *Wakes) side(number int) *Side {
	s := &Side{self: w.self, wakes: w, number: number, woken: make(chan struct{}, 1)}
	w.sides[number].Store(s)
	return s
}

// Serve wakes the sides whose numbers it reads, until it can read no more. Other numbers are ignored.
func (w *Wakes) Serve(read io.Reader) error {
	var b [1024 * wakeSize]byte
	for n := 0; ; {
		more, err := read.Read(b[n:])
		n += more
		at := 0
		for ; n-at >= wakeSize; at += wakeSize {
			if number := binary.LittleEndian.Uint32(b[at:]); number < wakePlaces {
				if s := w.sides[number].Load(); s != nil {
					s.wakeUp()
				}
			}
		}
		n = copy(b[:], b[at:n])
		if err != nil {
			return err
		}
	}
}

// End wakes all sides in this process: the other one has ended. It does not touch the memory.
func (w *Wakes) End() {
	for i := range w.sides {
		if s := w.sides[i].Load(); s != nil {
			s.wakeUp()
		}
	}
}

// wakeUp wakes the side in this process, or makes its next sleep end at once.
func (s *Side) wakeUp() {
	select {
	case s.woken <- struct{}{}:
	default:
	}
}

// wakeOther wakes the other process. It cannot if that has ended.
func (s *Side) wakeOther() {
	var b [wakeSize]byte
	binary.LittleEndian.PutUint32(b[:], uint32(s.number))
	_, _ = s.wakes.write.Write(b[:])
}

// awaitWake waits for wakeUp, no longer than that many nanoseconds if limit is not 0.
func (s *Side) awaitWake(limit int64) {
	if limit == 0 {
		<-s.woken
		return
	}
	timer := time.NewTimer(time.Duration(limit))
	defer timer.Stop()
	select {
	case <-s.woken:
	case <-timer.C:
	}
}

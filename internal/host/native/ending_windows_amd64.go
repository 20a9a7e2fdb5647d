package native

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Survives returns nil if the process survives a fatal end of the library. Otherwise the error
// wraps ErrNotSurvivable.
func (l *Library) Survives() error {
	if !l.pure.started {
		return notSurvivable("the library was made by the cgo bridge; build it with the pure bridge")
	}
	if l.pure.mortal != nil {
		return fmt.Errorf("%w: %w", ErrNotSurvivable, l.pure.mortal)
	}
	return nil
}

// survivor returns nil if the process ends with the library.
func (l *Library) survivor() survivor {
	if !l.pure.started || l.pure.mortal != nil {
		return nil
	}
	return ending{l, l.binding.callbacks}
}

// endingSlot returns the slot of a library that ends alone, or nil.
func (l *Library) endingSlot() *callbackSlot {
	if s := l.binding.callbacks; s != nil && s.text != 0 {
		return s
	}
	return nil
}

func (l *Library) hasEnded() bool {
	s := l.endingSlot()
	return s != nil && atomic.LoadUintptr(&s.ended) != 0
}

// exited notes the end of a library whose runtime has exited while it started.
func (l *Library) exited(code uint64) {
	atomic.CompareAndSwapUintptr(&l.binding.callbacks.ended, 0, endedExit|uintptr(uint32(code)))
}

// hostEntry is the address that the library calls to make a callback.
func (l *Library) hostEntry() uintptr {
	if s := l.endingSlot(); s != nil {
		return s.endThunk(thunkHostEntry)
	}
	return Entry()
}

// leftEarly completes a call of a library that has ended. It waits for a moment until no code
// of the library can run: a thread of it may be writing to memory that the host has passed
// (WithInOut).
func (l *Library) leftEarly(c *Transition) {
	c.cut = 0
	l.checkEnd()
	for pause := 20 * time.Microsecond; pause < 5*time.Millisecond && atomic.LoadUintptr(&l.binding.callbacks.revoked) == 0; pause *= 2 {
		time.Sleep(pause)
	}
	c.Frame.Status, c.Frame.Len, c.Frame.Held = wire.StatusEnded, 0, 0
}

// ending is a library that ends alone.
type ending struct {
	*Library
	slot *callbackSlot
}

func (e ending) endedWord() *uintptr { return &e.slot.ended }

func (e ending) dying() bool { return atomic.LoadUintptr(&e.slot.dyingState) >= 2 }

func (e ending) printed() string {
	n := atomic.LoadUintptr(&e.slot.printedLen)
	ring := &(*crashText)(pointer(e.slot.text)).ring
	if n <= textSize {
		return string(ring[:n])
	}
	at := n % textSize
	return string(ring[at:]) + string(ring[:at])
}

func (e ending) lastWords() string {
	if atomic.LoadUintptr(&e.slot.dyingState) == 0 {
		return ""
	}
	n := atomic.LoadUintptr(&e.slot.wordsLen)
	return string((*crashText)(pointer(e.slot.text)).words[:min(n, wordsSize)])
}

func (l *Library) rescueThreads() { ending{l, l.binding.callbacks}.rescueThreads() }

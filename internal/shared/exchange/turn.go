//go:build go1.22

package exchange

import (
	"runtime"
	"sync/atomic"
	"time"
)

// A Turn is the word of a lane that says whose turn it is. Both sides wait for it to change.
type Turn struct {
	value   atomic.Uint32
	waiting [2]atomic.Uint32 // not 0: the host, or the plugin, sleeps
}

// The sides of a Turn or a Bell.
const (
	Host = iota
	Plugin
)

// A Side is what one process has of the Turn of a lane, or of the Bells: how it waits for the other
// side, and how it wakes it. One goroutine at a time waits.
type Side struct {
	self   int
	events *Events
	rounds int // how long it polls

	wakes  *Wakes // nil: the sides wake each other by the word, or by the events
	number int    // of the lane
	woken  chan struct{}
}

// NewSide returns a side. The events are handles of the process that calls.
func NewSide(self int, events *Events) *Side { return &Side{self: self, events: events} }

// Events are on Windows the handles of the events by which the sides of a lane, or of the header,
// are woken: first the host, then the plugin. Elsewhere they are 0 and not used.
type Events [2]atomic.Uint64

// Load returns the turn.
func (t *Turn) Load() uint32 { return t.value.Load() }

// Set makes it the turn of the other side, and wakes that side.
func (t *Turn) Set(turn uint32, s *Side) {
	t.value.Store(turn)
	if t.waiting[1-s.self].Load() != 0 {
		s.wake(&t.value)
	}
}

// End makes it nobody's turn: the other side has ended. It wakes this side whatever the memory
// says.
func (t *Turn) End(s *Side) {
	t.value.Store(Idle)
	s.wakeSelf(&t.value)
}

// Await waits until the turn is another one than was, or gone returns true.
func (t *Turn) Await(was uint32, s *Side, gone func() bool) uint32 {
	return s.await(&t.value, &t.waiting[s.self], was, gone)
}

// A Bell is a number that one side increases and the other one watches.
type Bell struct {
	value   atomic.Uint32
	waiting atomic.Uint32
}

// Ring increases the number by one and wakes the other side.
func (b *Bell) Ring(s *Side) {
	b.value.Add(1)
	if b.waiting.Load() != 0 {
		s.wake(&b.value)
	}
}

// End is Ring for the other side, which has ended: it wakes this side whatever the memory says.
func (b *Bell) End(s *Side) {
	b.value.Add(1)
	s.wakeSelf(&b.value)
}

// Load returns the number.
func (b *Bell) Load() uint32 { return b.value.Load() }

// Await waits until the number is another one than was, or gone returns true.
func (b *Bell) Await(was uint32, s *Side, gone func() bool) uint32 {
	return s.await(&b.value, &b.waiting, was, gone)
}

// await is Await of the word value. waiting is not 0 while this side sleeps.
func (s *Side) await(value, waiting *atomic.Uint32, was uint32, gone func() bool) uint32 {
	if now, ok := s.poll(value, was); ok {
		return now
	}
	began := time.Now()
	waiting.Store(1)
	defer waiting.Store(0)
	for {
		now := value.Load()
		if now != was || gone() {
			s.learn(time.Since(began))
			return now
		}
		s.sleep(value, was, naps[s.self])
	}
}

// wake wakes the other side, which sleeps for the value to change.
func (s *Side) wake(value *atomic.Uint32) {
	if s.wakes != nil {
		s.wakeOther()
		return
	}
	wake(value, s.events, 1-s.self)
}

// wakeSelf wakes this side.
func (s *Side) wakeSelf(value *atomic.Uint32) {
	if s.wakes != nil {
		s.wakeUp()
		return
	}
	wake(value, s.events, s.self)
}

// sleep sleeps while the value is was, until it is woken, and no longer than that many nanoseconds if
// limit is not 0. It may return earlier.
func (s *Side) sleep(value *atomic.Uint32, was uint32, limit int64) {
	if s.wakes != nil {
		s.awaitWake(limit)
		return
	}
	sleep(value, was, s.events, s.self, limit)
}

// naps are the longest sleeps of the host and the plugin in nanoseconds, 0 if there is no limit.
// Processes that the plugin has left behind may undo what tells the host of the plugin's end.
var naps = [2]int64{Host: 5e9}

// mostPollers is how many goroutines of this process poll at a time. Others have to run, and so does
// the other side.
var mostPollers = int32(runtime.NumCPU() / 2)

// pollers counts those that do.
var pollers atomic.Int32

const (
	mostRounds  = 1 << 16 // some 40 µs
	leastRounds = 1 << 7

	// shortSleep is how long a sleep takes at most if polling would have been better. To be woken alone
	// takes some 30 µs where the processor rests.
	shortSleep = 100 * time.Microsecond
)

// poll looks at the value for a while, and reports whether it is another one than was. It looks
// longer where that is of use, and hardly at all where the other side takes long.
func (s *Side) poll(value *atomic.Uint32, was uint32) (now uint32, ok bool) {
	if now = value.Load(); now != was {
		return now, true
	}
	defer pollers.Add(-1)
	if pollers.Add(1) > mostPollers {
		return now, false
	}
	if s.rounds == 0 {
		s.rounds = mostRounds
	}
	for range s.rounds {
		if now = value.Load(); now != was {
			s.rounds = min(2*s.rounds, mostRounds)
			return now, true
		}
	}
	return now, false
}

// learn sets how long this side polls from now on, after it has polled in vain and slept.
func (s *Side) learn(slept time.Duration) {
	if slept < shortSleep {
		s.rounds = min(8*s.rounds, mostRounds)
	} else {
		s.rounds = max(s.rounds/2, leastRounds)
	}
}

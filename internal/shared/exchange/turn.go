//go:build go1.22

package exchange

import "sync/atomic"

// A Turn is the word of a lane that says whose turn it is. Both sides wait for it to change.
type Turn struct {
	value   atomic.Uint32
	waiting [2]atomic.Uint32 // not 0: the host, or the plugin, sleeps
}

// The sides of a Turn.
const (
	Host = iota
	Plugin
)

// Load returns the turn.
func (t *Turn) Load() uint32 { return t.value.Load() }

// Set makes it the turn of another side, and wakes that side. self is the side that calls.
func (t *Turn) Set(turn uint32, self int) {
	t.value.Store(turn)
	if t.waiting[1-self].Load() != 0 {
		wake(&t.value, all)
	}
}

// End makes it nobody's turn: the plugin has ended.
func (t *Turn) End() {
	t.value.Store(Idle)
	wake(&t.value, all)
}

// Await waits until the turn is another one than was, or gone returns true. patience is the
// caller's, for this turn.
func (t *Turn) Await(was uint32, self int, patience *Patience, gone func() bool) uint32 {
	return await(&t.value, &t.waiting[self], was, self, patience, gone)
}

// A Bell is a number that one side increases and the other one watches.
type Bell struct {
	value   atomic.Uint32
	waiting atomic.Uint32
}

// Ring increases the number by one and wakes the other side.
func (b *Bell) Ring() {
	b.value.Add(1)
	if b.waiting.Load() != 0 {
		wake(&b.value, all)
	}
}

// End is Ring of a side that has ended: it wakes the other one whatever the memory says.
func (b *Bell) End() {
	b.value.Add(1)
	wake(&b.value, all)
}

// Load returns the number.
func (b *Bell) Load() uint32 { return b.value.Load() }

// Await waits until the number is another one than was, or gone returns true. self is the side
// that waits.
func (b *Bell) Await(was uint32, self int, patience *Patience, gone func() bool) uint32 {
	return await(&b.value, &b.waiting, was, self, patience, gone)
}

// await is Await of the word value. waiting is not 0 while this side sleeps.
func await(value, waiting *atomic.Uint32, was uint32, self int, patience *Patience, gone func() bool) uint32 {
	if now, ok := patience.poll(value, was); ok {
		return now
	}
	waiting.Store(1)
	defer waiting.Store(0)
	for {
		now := value.Load()
		if now != was || gone() {
			return now
		}
		sleep(value, was, naps[self])
	}
}

// naps are the longest sleeps of the host and the plugin in nanoseconds, 0 if there is no limit.
// Processes that the plugin has left behind may undo what tells the host of the plugin's end.
var naps = [2]int64{Host: 5e9}

// all is as many sleepers as there can be.
const all = 1<<31 - 1

// A Patience is how long a side polls before it sleeps: longer where polling has been of use,
// not at all where the other side takes long. It belongs to one goroutine at a time.
type Patience struct{ rounds int }

const (
	mostRounds  = 1 << 14 // some 10 µs
	leastRounds = 1 << 7
)

// poll looks at the value for a while, and reports whether it is another one than was.
func (p *Patience) poll(value *atomic.Uint32, was uint32) (now uint32, ok bool) {
	if now = value.Load(); now != was {
		return now, true
	}
	if !polls {
		return now, false
	}
	if p.rounds == 0 {
		p.rounds = mostRounds
	}
	for i := 0; i < p.rounds; i++ {
		if now = value.Load(); now != was {
			p.rounds = min(2*p.rounds, mostRounds)
			return now, true
		}
	}
	p.rounds = max(p.rounds/2, leastRounds)
	return now, false
}

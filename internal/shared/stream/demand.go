//go:build go1.22

package stream

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"
)

// This file decides when a channel that stands for one of the other side is filled with the
// other side's values.
//
// A program may send such a channel back without receiving from it, for instance if it connects
// the stages of a pipeline. The other side then uses its own channel, and values that were
// fetched ahead would be lost. So a channel is filled only when the first goroutine waits to
// receive from it.
//
// Go has no operation that tells whether a goroutine waits at a channel. But each channel has a
// queue of receivers in the runtime, which can be read: see [receivers]. One goroutine polls the
// queues of all channels that have had no receiver so far.

// patience is how long a channel waits for its first receiver. Then it is filled anyway, because
// code that receives by select with a default case never waits.
const patience = time.Second

// receivers returns the offset of the first word of a channel's queue of receivers, in
// the runtime's hchan. A test at run time finds it: it is 56 in Go 1.22, and 64 in Go 1.23 to
// 1.26. It is 0 if the test finds none; channels are then filled at once.
var receivers = sync.OnceValue(func() uintptr {
	for offset := uintptr(48); offset <= 80; offset += 8 {
		if followsReceiver(offset) {
			return offset
		}
	}
	return 0
})

// followsReceiver reports whether the word of a channel at an offset is set while a
// goroutine waits to receive, and at no other time.
func followsReceiver(offset uintptr) bool {
	c, done := make(chan int), make(chan struct{})
	word := (*uintptr)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&c)), offset))
	becomes := func(set bool) bool {
		for end := time.Now().Add(20 * time.Millisecond); (atomic.LoadUintptr(word) != 0) != set; {
			if time.Now().After(end) {
				return false
			}
			runtime.Gosched()
		}
		return true
	}
	if atomic.LoadUintptr(word) != 0 {
		return false
	}
	go func() { <-c; done <- struct{}{} }()
	ok := becomes(true)
	c <- 0
	<-done
	ok = ok && becomes(false)
	go func() { c <- 0; done <- struct{}{} }()
	ok = ok && !becomes(true) // while a goroutine waits to send
	<-c
	<-done
	return ok
}

// wanted reports whether a goroutine waits to receive from a channel.
func wanted(channel unsafe.Pointer) bool {
	return atomic.LoadUintptr((*uintptr)(unsafe.Add(channel, receivers()))) != 0
}

// unread has the channels that have had no receiver so far.
var unread starter

// A starter calls a func for each of its channels when the channel has its first receiver.
type starter struct {
	mu      sync.Mutex
	waiting map[*Weak]pending // the channels without a receiver so far
	added   time.Time         // when the last channel was added
	running bool              // run runs in a goroutine
	wake    chan struct{}     // ends a pause of run
}

// A pending is a channel that is not filled yet.
type pending struct {
	since time.Time       // when it was added
	stop  <-chan struct{} // closed when nothing can be received any more
	start func(fill bool) // fill is false if nothing can be received any more
}

// add calls start, in a goroutine, when the channel has its first receiver.
func (s *starter) add(h *Weak, stop <-chan struct{}, start func(fill bool)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.waiting == nil {
		s.waiting, s.wake = make(map[*Weak]pending), make(chan struct{}, 1)
	}
	s.added = time.Now()
	s.waiting[h] = pending{s.added, stop, start}
	if !s.running {
		s.running = true
		go s.run()
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// longestPause bounds how late a first receiver is noticed, unless there are so many
// channels that polling them takes longer.
const longestPause = 20 * time.Millisecond

// run polls the channels as long as there are any. Most channels get a receiver at once, so it
// polls without a pause at first, and then with pauses that grow to longestPause. With many
// channels it spends at most a tenth of its time on polling.
func (s *starter) run() {
	for {
		began := time.Now()
		age, ok := s.look(began)
		if !ok {
			return
		}
		busy := 10 * time.Since(began)
		pause := min(age/4, longestPause)
		if busy > longestPause {
			time.Sleep(busy)
		} else if max(busy, pause) < 50*time.Microsecond {
			runtime.Gosched()
		} else {
			timer := time.NewTimer(max(busy, pause))
			select {
			case <-s.wake:
			case <-timer.C:
			}
			timer.Stop()
		}
	}
}

// look starts the channels that are due. It returns how long ago the last channel was added.
// ok is false if no channel is left, so that run ends.
func (s *starter) look(now time.Time) (age time.Duration, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for h, p := range s.waiting {
		if due, fill := h.dueAt(p, now); due {
			delete(s.waiting, h)
			go p.start(fill)
		}
	}
	s.running = len(s.waiting) > 0
	return now.Sub(s.added), s.running
}

// dueAt reports whether to start a channel now, and whether to fill it. A channel that goes back
// to its owner is filled only if it gets a receiver here.
func (h *Weak) dueAt(p pending, now time.Time) (due, fill bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	select {
	case <-p.stop:
		return true, false
	default:
	}
	switch {
	case h.address == 0:
		return true, false
	case wanted(h.pointer()):
	case h.returned || now.Sub(p.since) < patience:
		return false, false
	default:
		h.ahead = true
	}
	h.started = true
	return true, true
}

// lazy prepares a channel for being filled, and reports whether to wait for its first
// receiver. length returns how many values the channel's buffer has.
func (h *Weak) lazy(length func(unsafe.Pointer) int) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.length = length
	h.started = receivers() == 0
	h.ahead = h.started
	return !h.started
}

// Return records that a channel goes back to its owner, which then uses its own channel. It
// returns false if this would lose values: some were fetched, and none was received. The
// caller must then pass the channel as one of this side.
//
// Values that were fetched ahead after a first receive do not count, and are lost.
func (h *Weak) Return() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.started {
		h.returned = true
		return true
	}
	return !h.ahead || h.address != 0 && h.sent.Load() > int64(h.length(h.pointer()))
}

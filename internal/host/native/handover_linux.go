//go:build amd64

package native

import (
	"runtime"
	"sync"
	"sync/atomic"
	"syscall"
	"unsafe"
)

// A thread that a library of the pure bridge has made cannot enter this program: libc does
// not know the thread, and this program's Go code may call libc. So the thread hands its
// callback over. The assembly (pureEntry) links a request, which is on the thread's stack,
// into the slot's list, counts an arrival, and waits on the request's futex. Servers are
// goroutines of this program that wait for arrivals in a system call, and handle callbacks
// on their own threads. One server waits at any time: a server that takes a request makes
// sure of that first.
//
// To sleep in the kernel and to be woken costs several times what a callback does. So the
// thread looks for its answer for some microseconds before it sleeps, and so does one server
// for the next request after it has handled one. The thread then need not wake anybody: it
// counts the arrival before it reads slot.spinning, and the server clears that word before
// it looks at the list for the last time.

// A request is a callback that was handed over. It is memory of the library.
type request struct { // read and written by pureEntry
	next  uintptr // *request
	frame unsafe.Pointer
	done  uint32 // a futex: 0, requestDone, or requestAsleep if the thread must be woken
}

const (
	requestDone   = 1
	requestAsleep = 2 // request_asleep
)

// spinRounds is how often a thread that waits looks before it sleeps: for some 5 to 20 µs. On
// one processor that would keep the other side from running.
var spinRounds = func() uintptr {
	if runtime.NumCPU() == 1 {
		return 0
	}
	return 400
}()

// awaitRequest is in assembly.
//
//go:noescape
func awaitRequest(s *slot, rounds uintptr)

// idleServers is how many servers stay when they have nothing to do.
const idleServers = 2

type handover struct {
	slot     *slot
	checkEnd func() // called after each arrival

	mu      sync.Mutex
	taken   []*request // of the slot's list, the oldest first
	idle    int        // servers that wait
	servers sync.WaitGroup
	stop    bool
}

func (h *handover) start(s *slot, checkEnd func()) {
	h.slot, h.checkEnd, h.stop = s, checkEnd, false
	h.add()
}

// add starts a server. The caller holds the lock, or no other goroutine has h yet.
func (h *handover) add() {
	h.idle++
	h.servers.Add(1)
	go h.serve()
}

func (h *handover) serve() {
	defer h.servers.Done()
	busy := false // a request was handled just now
	for {
		arrivals := atomic.LoadUint64(&h.slot.arrivals)
		h.checkEnd()
		r, end := h.take()
		switch {
		case r != nil:
			orderMemory()
			if atomic.LoadUintptr(&h.slot.ended) == 0 {
				handleCallback(r.frame)
			}
			orderMemory()
			done := unsafe.Pointer(&r.done)
			if atomic.SwapUint32(&r.done, requestDone) == requestAsleep {
				futexWake(done, 1) // the request may be gone; then nobody is woken
			}
			if !h.rest() {
				return
			}
			busy = true
		case end:
			return
		case busy:
			busy = false
			awaitRequest(h.slot, spinRounds)
		default:
			_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(&h.slot.arrivals)), futexWaitPrivate, uintptr(uint32(arrivals)), 0, 0, 0)
		}
	}
}

// take returns the oldest request, or end if there is none and no more will come.
func (h *handover) take() (r *request, end bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.taken) == 0 {
		for at := atomic.SwapUintptr(&h.slot.requests, 0); at != 0; {
			r := (*request)(pointer(at))
			at = r.next
			h.taken = append(h.taken, r)
		}
		for i, j := 0, len(h.taken)-1; i < j; i, j = i+1, j-1 {
			h.taken[i], h.taken[j] = h.taken[j], h.taken[i]
		}
	}
	if len(h.taken) == 0 {
		if h.stop {
			h.idle--
		}
		return nil, h.stop
	}
	r = h.taken[0]
	h.taken = h.taken[1:]
	if len(h.taken) == 0 {
		h.taken = nil
	}
	h.idle--
	if h.idle == 0 || len(h.taken) > 0 && !h.wake() {
		h.add()
	}
	return r, false
}

// wake lets a server that waits look for requests. It reports false if there is none.
func (h *handover) wake() bool {
	if h.idle == 0 {
		return false
	}
	atomic.AddUint64(&h.slot.arrivals, 1)
	futexWake(unsafe.Pointer(&h.slot.arrivals), 1)
	return true
}

// rest makes a server wait again. It reports false if enough servers wait.
func (h *handover) rest() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.idle >= idleServers && !h.stop {
		return false
	}
	h.idle++
	return true
}

// end waits until all requests have been handled. No more will come.
func (h *handover) end() {
	h.mu.Lock()
	h.stop = true
	h.mu.Unlock()
	atomic.AddUint64(&h.slot.arrivals, 1)
	futexWake(unsafe.Pointer(&h.slot.arrivals), 1<<30)
	h.servers.Wait()
}

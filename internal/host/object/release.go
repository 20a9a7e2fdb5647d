package object

import (
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// releases collects references that the host gives back, and sends them in batches:
// what is to be released while a batch is under way goes with the next one. There is a
// goroutine only while there is something to send.
type releases struct {
	gate *gate

	mu      sync.Mutex
	waiting map[wire.Ref]uint64 // handle → references
	sending bool
	batch   []wire.Release // under way; here so that it is on the heap
	sent    *sync.Cond     // a batch was sent; made by wait
}

// add gives a reference back. It does not block: cleanups call it.
func (r *releases) add(h wire.Ref) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = make(map[wire.Ref]uint64)
	}
	r.waiting[h]++
	if !r.sending {
		r.sending = true
		go r.send()
	}
}

// later gives the reference of an object that was collected back, after one collection
// more: an object that has just gone home as a result has arrived there by then.
func (r *releases) later(h wire.Ref) {
	runtime.AddCleanup(new([32]byte), r.add, h)
}

func (r *releases) send() {
	for {
		r.mu.Lock()
		batch := r.waiting
		r.waiting = nil
		if len(batch) == 0 {
			r.sending = false
			if r.sent != nil {
				r.sent.Broadcast()
			}
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		r.batch = r.batch[:0]
		for h, n := range batch {
			r.batch = append(r.batch, wire.Release{Handle: h, Count: n})
		}
		words := []uint64{uint64(uintptr(unsafe.Pointer(unsafe.SliceData(r.batch)))), uint64(len(r.batch))}
		r.gate.Operate(wire.OpRelease, words, nil)
	}
}

// wait waits until nothing is to be sent.
func (r *releases) wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.sent == nil {
		r.sent = sync.NewCond(&r.mu)
	}
	for r.sending {
		r.sent.Wait()
	}
}

//go:build go1.22

package handle

import (
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Releases collects references to release, and sends them to their owner in batches.
// References that are added while a batch is sent are in the next one. A goroutine exists
// only while there is something to send. Releases is safe for concurrent use.
type Releases struct {
	Send func([]wire.Release) // set before the first Add

	mu      sync.Mutex
	waiting map[wire.Ref]uint64 // handle → references
	sending bool
	idle    *sync.Cond // signalled when nothing is left to send; made by Wait
}

// Add queues n references. It does not block, because finalizers call it.
func (r *Releases) Add(ref wire.Ref, n uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.waiting == nil {
		r.waiting = make(map[wire.Ref]uint64)
	}
	r.waiting[ref] += n
	if !r.sending {
		r.sending = true
		go r.run()
	}
}

func (r *Releases) run() {
	for {
		r.mu.Lock()
		batch := r.waiting
		r.waiting = nil
		if len(batch) == 0 {
			r.sending = false
			if r.idle != nil {
				r.idle.Broadcast()
			}
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		list := make([]wire.Release, 0, len(batch))
		for ref, n := range batch {
			list = append(list, wire.Release{Handle: ref, Count: n})
		}
		r.Send(list)
	}
}

// Wait waits until nothing is left to send.
func (r *Releases) Wait() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.idle == nil {
		r.idle = sync.NewCond(&r.mu)
	}
	for r.sending {
		r.idle.Wait()
	}
}

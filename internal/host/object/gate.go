package object

import (
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A gate lets operations reach a library while it is loaded. Operations belong to no call:
// the garbage collector's releases for instance. So only the gate knows of them when the
// library is to be unloaded.
type gate struct {
	operator Operator // of the first plugin over the library

	mu    sync.Mutex
	under int           // operations under way
	idle  chan struct{} // closed when the gate is shut and no operation is under way; nil: open
}

// Operate implements Operator. At a shut gate the status is wire.StatusGone.
func (g *gate) Operate(op uint64, words []uint64, buffer []byte) (status, n uint64) {
	g.mu.Lock()
	if g.idle != nil {
		g.mu.Unlock()
		return wire.StatusGone, 0
	}
	g.under++
	g.mu.Unlock()
	defer g.leave()
	return g.operator.Operate(op, words, buffer)
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.under--
	if g.under == 0 && g.idle != nil {
		close(g.idle)
	}
}

// shut lets no operation through any more, and waits for those under way. It is called once.
func (g *gate) shut() {
	g.mu.Lock()
	g.idle = make(chan struct{})
	if g.under == 0 {
		close(g.idle)
	}
	g.mu.Unlock()
	<-g.idle
}

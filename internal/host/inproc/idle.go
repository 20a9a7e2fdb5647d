package inproc

import (
	"runtime"
	_ "unsafe" // for go:linkname
)

// An idle holds one invocation that is not under way, for each processor of the scheduler. A
// goroutine takes it, or puts it back, while it is pinned to the processor. The scheduler then
// does not preempt the goroutine, so neither needs an atomic operation, as in sync.Pool. The
// backend's shards count the invocation all the time, so taking it needs no check of the
// limits.
//
// The race detector does not know about pinning, so a program with it has an empty idle.
type idle []processor

type processor struct {
	invocation *invocation
	_          [56]byte // a cache line each
}

// keepIdle is the size of the largest buffer that an idle invocation may have, because the
// garbage collector does not remove it, as it does with those in the pool.
const keepIdle = 64 << 10

func newIdle() idle {
	if raceDetector {
		return nil
	}
	return make(idle, runtime.GOMAXPROCS(0))
}

// dropIdle drops the invocations of all processors, after the backend was closed. First it
// stops the world, which waits until no goroutine is pinned: those that did not see that the
// backend is closed have then left take and put.
func (b *Backend) dropIdle() {
	if len(b.idle) == 0 {
		return
	}
	runtime.ReadMemStats(new(runtime.MemStats))
	for i := range b.idle {
		if p := &b.idle[i]; p.invocation != nil {
			p.invocation.shard.remove()
			p.invocation = nil
		}
	}
}

// count returns how many invocations are idle. It may miss what happens meanwhile.
func (l idle) count() (n int64) {
	for i := range l {
		if l[i].invocation != nil {
			n++
		}
	}
	return n
}

// The runtime lets other packages link to these, see golang.org/issue/67401.

//go:linkname procPin runtime.procPin
func procPin() int

//go:linkname procUnpin runtime.procUnpin
func procUnpin()

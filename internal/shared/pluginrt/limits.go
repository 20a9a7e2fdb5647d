//go:build go1.22

package pluginrt

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A goroutine of the plugin that waits in the host holds a thread of the process. Both
// runtimes count it, and each ends the process at 10,000 threads. So only a limited
// number of goroutines may wait there at once.
//
// A callback within a call from the host runs on that call's thread: it is not limited.
var limits struct {
	inHost     atomic.Int64 // callbacks under way
	limit      atomic.Int64 // 0: defaultCallbacks
	waiting    atomic.Int64 // goroutines that wait for others to return
	maxResults atomic.Int64 // bytes that the results of a call may take; 0: wire.MaxSize
}

// returned is signalled when a callback returns while others wait.
var returned = sync.NewCond(new(sync.Mutex))

// defaultCallbacks is the limit unless the host sets another one.
const defaultCallbacks = 2000

func callbackLimit() int64 {
	if n := limits.limit.Load(); n > 0 {
		return n
	}
	return defaultCallbacks
}

// setLimits is the operation OpLimits.
func setLimits(callbacks, results uint64) {
	if callbacks > 0 {
		limits.limit.Store(int64(min(callbacks, 1<<62)))
	}
	if results > 0 {
		limits.maxResults.Store(int64(min(results, wire.MaxSize)))
	}
}

// enterHost counts a callback. At the limit, a callback that can fail fails, and any other
// waits until another one has returned.
func enterHost(canFail bool) *HostError {
	if limits.inHost.Add(1) <= callbackLimit() || inCall() {
		return nil
	}
	limits.inHost.Add(-1)
	if canFail {
		return &HostError{Message: fmt.Sprintf("%d goroutines of the plugin wait in the host, which is the limit: let fewer call the host at once, or open the plugin WithMaxCallbacks", callbackLimit())}
	}
	returned.L.Lock()
	defer returned.L.Unlock()
	limits.waiting.Add(1)
	defer limits.waiting.Add(-1)
	for limits.inHost.Add(1) > callbackLimit() {
		limits.inHost.Add(-1)
		returned.Wait()
	}
	return nil
}

// leaveHost is the opposite of enterHost.
func leaveHost() {
	limits.inHost.Add(-1)
	if limits.waiting.Load() > 0 {
		returned.L.Lock()
		returned.Signal()
		returned.L.Unlock()
	}
}

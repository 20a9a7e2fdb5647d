//go:build go1.22

package pluginrt

import (
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A goroutine of the plugin that waits in the host holds a thread of the process. Both
// runtimes count it, and each ends the process at 10,000 threads. So only a limited
// number of goroutines may wait there at once: of this plugin, and of all plugins.
//
// A callback within a call from the host runs on that call's thread: it is not limited.
var limits struct {
	inHost     atomic.Int64 // callbacks under way
	limit      atomic.Int64 // 0: defaultCallbacks
	waiting    atomic.Int64 // goroutines that wait for others to return
	maxResults atomic.Int64 // bytes that the results of a call may take; 0: wire.MaxSize

	// all points to memory of the host, and is set before the host takes callbacks. The first
	// few callbacks are not counted there, so that plugins do not contend for the counter
	// while there are few.
	all atomic.Pointer[wire.CallbackCount]
}

// returned is signalled when a callback returns while others wait.
var returned = sync.NewCond(new(sync.Mutex))

const (
	defaultCallbacks = 2000 // the plugin's limit unless the host sets another one
	uncounted        = 4    // callbacks that are not in limits.all

	// otherPause is how long a callback waits before it looks again whether one of another
	// plugin has returned.
	otherPause = time.Millisecond
)

func callbackLimit() int64 {
	if n := limits.limit.Load(); n > 0 {
		return n
	}
	return defaultCallbacks
}

// setLimits is the operation OpLimits.
func setLimits(callbacks, results, heapTarget, window uint64) {
	if callbacks > 0 {
		limits.limit.Store(int64(min(callbacks, 1<<62)))
	}
	if results > 0 {
		limits.maxResults.Store(int64(min(results, wire.MaxSize)))
	}
	if heapTarget > 0 {
		setHeapTarget(int64(min(heapTarget, wire.MaxHeapTarget)))
	}
	if window > 0 {
		setWindow(int(min(window, stream.MaxWindow)))
	}
}

// A reachedLimit is a limit that a callback exceeds.
type reachedLimit int

const (
	noLimit reachedLimit = iota
	ownLimit
	processLimit
)

// count counts a callback, and returns the limit that it exceeds.
func count() reachedLimit {
	n := limits.inHost.Add(1)
	reached := noLimit
	if n > callbackLimit() {
		reached = ownLimit
	}
	if n > uncounted {
		if all := limits.all.Load(); all != nil {
			all.Counted.Add(1)
			if all.Process.Count.Add(1) > all.Process.Limit.Load() && reached == noLimit {
				reached = processLimit
			}
		}
	}
	return reached
}

// uncount is the opposite of count.
func uncount() {
	if limits.inHost.Add(-1) >= uncounted {
		if all := limits.all.Load(); all != nil {
			all.Counted.Add(-1)
			all.Process.Count.Add(-1)
		}
	}
}

// enterHost counts a callback. At a limit, a callback that can fail fails, and any other
// waits until another one has returned.
func enterHost(canFail bool) *HostError {
	reached := count()
	if reached == noLimit || inCall() {
		return nil
	}
	leaveHost()
	if canFail {
		return limitError(reached)
	}
	returned.L.Lock()
	defer returned.L.Unlock()
	limits.waiting.Add(1)
	defer limits.waiting.Add(-1)
	for {
		switch reached = count(); reached {
		case noLimit:
			return nil
		case ownLimit:
			uncount()
			returned.Wait()
		case processLimit:
			uncount()
			returned.L.Unlock()
			time.Sleep(otherPause)
			returned.L.Lock()
		}
	}
}

func limitError(reached reachedLimit) *HostError {
	if reached == processLimit {
		return &HostError{Message: fmt.Sprintf("%d goroutines of this process's plugins wait in the host, which is the limit: let fewer call the host at once, or open a plugin WithMaxProcessCallbacks", limits.all.Load().Process.Limit.Load())}
	}
	return &HostError{Message: fmt.Sprintf("%d goroutines of the plugin wait in the host, which is the limit: let fewer call the host at once, or open the plugin WithMaxCallbacks", callbackLimit())}
}

// leaveHost uncounts a callback that has returned, and lets one that waits go on.
func leaveHost() {
	uncount()
	if limits.waiting.Load() > 0 {
		returned.L.Lock()
		returned.Signal()
		returned.L.Unlock()
	}
}

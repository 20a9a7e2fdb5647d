//go:build go1.22 && !linux && !windows

package exchange

import (
	"sync/atomic"
	"time"
)

// sleep and wake are for systems on which plugins do not run in processes of their own yet.
func sleep(*atomic.Uint32, uint32, *Events, int, int64) { time.Sleep(time.Millisecond) }
func wake(*atomic.Uint32, *Events, int)                 {}

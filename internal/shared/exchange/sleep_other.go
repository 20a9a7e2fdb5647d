//go:build go1.22 && !linux

package exchange

import (
	"sync/atomic"
	"time"
)

// polls says that the other side can run while this one polls.
const polls = false

// sleep and wake are for systems on which plugins do not run in processes of their own yet.
func sleep(*atomic.Uint32, uint32, int64) { time.Sleep(time.Millisecond) }
func wake(*atomic.Uint32, int)            {}

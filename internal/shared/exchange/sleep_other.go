//go:build go1.22 && !linux && !windows

package exchange

import "sync/atomic"

// sleep and wake are never reached: the sides wake each other by pipes.
func sleep(*atomic.Uint32, uint32, *Events, int, int64) { panic("no Wakes") }
func wake(*atomic.Uint32, *Events, int)                 { panic("no Wakes") }

//go:build amd64

package native

import (
	"sync/atomic"
	"syscall"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// threadsLimit is the last pause of those who wait for the end of the library's threads.
const threadsLimit = 5 * time.Millisecond

// Survives returns nil if the process survives a fatal end of the library. Otherwise the error
// wraps ErrNotSurvivable.
func (l *Library) Survives() error {
	switch p := l.pure.pureLibrary; {
	case p == nil:
		return notSurvivable("the library was made by the cgo bridge; build it with the pure bridge")
	case p.mortal:
		return notSurvivable(switchedOff)
	}
	return nil
}

// survivor returns nil for a library of the cgo bridge.
func (l *Library) survivor() survivor {
	if l.pure.pureLibrary == nil {
		return nil
	}
	return l.pure.pureLibrary
}

func (p *pureLibrary) endedWord() *uintptr { return &p.slot.ended }

func (p *pureLibrary) dying() bool { return atomic.LoadUint64(&p.header.Dying) >= 2 }

// printed returns the last that the runtime has printed.
func (p *pureLibrary) printed() string {
	n := atomic.LoadUint64(&p.header.TextLen)
	ring := (*[abi.TextSize]byte)(pointer(p.header.Text))
	if n <= abi.TextSize {
		return string(ring[:n])
	}
	at := n % abi.TextSize
	return string(ring[at:]) + string(ring[:at])
}

// lastWords returns the beginning of what the runtime has printed about its end.
func (p *pureLibrary) lastWords() string {
	if atomic.LoadUint64(&p.header.Dying) == 0 {
		return ""
	}
	n := atomic.LoadUint64(&p.header.Printed)
	return string(p.header.Output[:min(n, uint64(len(p.header.Output)))])
}

// rescueThreads gets all threads out of a library that has ended.
func (p *pureLibrary) rescueThreads() {
	// The library's own threads end first: see awaitThreads.
	for pause := 20 * time.Microsecond; p.signalThreads() && pause < threadsLimit; pause *= 2 {
		time.Sleep(pause)
	}
	table := (*threadTable)(pointer(p.slot.threads))
	reap := func(i int, thread int32) syscall.Errno { return p.reap(thread, int32(i)+1) }
	// A thread that reads the time is in code of the kernel's, where it is not cut. It is soon
	// back, so the next signal is sent soon.
	pause, resend := 50*time.Microsecond, 20*time.Millisecond
	for begin := time.Now(); ; time.Sleep(pause) {
		took := time.Since(begin)
		again := took > resend
		if again {
			resend *= 2 // few signals wait for a thread that blocks them
		}
		if took > time.Second {
			pause = 20 * time.Millisecond
		}
		if table.allOut(reap, again, time.Millisecond) {
			break
		}
		p.signalThreads()
	}
	p.endThreads()
}

// awaitThreads waits for the end of the library's threads, but not for long, before a call
// returns because the library has ended. They may be writing to memory that the host has
// passed (WithInOut).
func (p *pureLibrary) awaitThreads() {
	for pause := 20 * time.Microsecond; pause < threadsLimit; pause *= 2 {
		if ids, making := p.running(); len(ids) == 0 && !making {
			return
		}
		time.Sleep(pause)
	}
}

package native

import (
	"errors"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// docs/survival.md describes how a library ends without the process.

// Values of slot.ended.
const (
	endedExit   = 1 << 32 // and the exit code
	endedKilled = 1 << 33
)

// dyingLimit is how long a runtime may take from its first last word to its end. Two threads
// that end at once may wait for each other.
const dyingLimit = 2 * time.Second

// threadsLimit is the last pause of those who wait for the end of the library's threads.
const threadsLimit = 5 * time.Millisecond

var (
	errStuck   = errors.New("its runtime began to end and did not finish")
	errNoCause = errors.New("no cause was given")
)

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

// Kill ends the library, and returns an error if it cannot be ended. It does not wait. Only the
// first cause counts, and none does if the library has ended.
func (l *Library) Kill(cause error) error {
	if err := l.Survives(); err != nil {
		return err
	}
	c := &l.crash
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return nil
	}
	if c.cause == nil {
		c.cause = cause
	}
	atomic.CompareAndSwapUintptr(&l.pure.slot.ended, 0, endedKilled)
	l.beginRescue()
	return nil
}

// Crash returns how the library has ended, or nil.
func (l *Library) Crash() *CrashError {
	l.crash.mu.Lock()
	defer l.crash.mu.Unlock()
	return l.crashLocked()
}

func (l *Library) crashLocked() *CrashError {
	p, c := l.pure.pureLibrary, &l.crash
	if p == nil || c.err != nil || c.closed {
		return c.err
	}
	switch ended := atomic.LoadUintptr(&p.slot.ended); {
	case ended&endedKilled != 0:
		cause := c.cause
		if cause == nil {
			cause = errNoCause
		}
		c.err = &CrashError{ExitCode: -1, Reason: "killed", Err: cause, Output: p.printed()}
	case ended != 0:
		c.err = newCrash(int(int32(ended)), p.printed(), p.lastWords())
	}
	return c.err
}

// startFailed returns the error of a start that has failed with err. A library that has ended
// meanwhile, by a goroutine of an init function for instance, is removed from the process.
func (l *Library) startFailed(err error) error {
	crash := l.Crash()
	if crash == nil {
		return err
	}
	l.unload(&Unloading{path: l.path, done: make(chan struct{})})
	return &manifest.LoadError{Path: l.path, Reason: manifest.LoadDied, Err: crash}
}

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

// checkEnd looks whether the library has ended or is about to. It is called after each arrival
// at the slot.
func (l *Library) checkEnd() {
	p, c := l.pure.pureLibrary, &l.crash
	if atomic.LoadUintptr(&p.slot.ended) == 0 && atomic.LoadUint64(&p.header.Dying) < 2 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
	case atomic.LoadUintptr(&p.slot.ended) != 0:
		l.beginRescue()
	case !c.dying:
		c.dying = true
		time.AfterFunc(dyingLimit, func() { _ = l.Kill(errStuck) })
	}
}

// beginRescue starts the rescue of a library that has ended. The caller holds the lock.
func (l *Library) beginRescue() {
	if l.crash.rescued == nil {
		l.crash.rescued = make(chan struct{})
		go l.rescue()
	}
}

// rescue gets all threads out of a library that has ended.
func (l *Library) rescue() {
	defer close(l.crash.rescued)
	l.Crash()
	l.crash.notify()
	p := l.pure
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

// closeCrash waits for a rescue that has begun. From here on none begins.
func (l *Library) closeCrash() {
	c := &l.crash
	c.mu.Lock()
	if c.rescued == nil {
		l.crashLocked()
		c.closed = true
		c.mu.Unlock()
		return
	}
	c.mu.Unlock()
	<-c.rescued
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
}

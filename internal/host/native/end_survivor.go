//go:build amd64 && (linux || windows)

package native

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// docs/survival.md describes how a library ends without the process.

// Values of the word at endedWord.
const (
	endedExit   = 1 << 32 // and the exit code
	endedKilled = 1 << 33
)

// dyingLimit is how long a runtime may take from its first last word to its end. Two threads
// that end at once may wait for each other.
const dyingLimit = 2 * time.Second

// A survivor is a library that can end without the process. The systems implement it.
type survivor interface {
	// endedWord is 0 until the library has ended. Code of the host that is called instead of
	// a function that ends the process writes it.
	endedWord() *uintptr

	dying() bool       // the runtime prints why it ends
	printed() string   // the last that the runtime has printed
	lastWords() string // the beginning of what the runtime has printed about its end

	// rescueThreads returns when no thread is in the library any more.
	rescueThreads()
}

var errNoCause = errors.New("no cause was given")

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
	atomic.CompareAndSwapUintptr(l.survivor().endedWord(), 0, endedKilled)
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
	c := &l.crash
	if c.err != nil || c.closed {
		return c.err
	}
	p := l.survivor()
	if p == nil {
		return nil
	}
	switch ended := atomic.LoadUintptr(p.endedWord()); {
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
	if crash == nil || l.unloadable() != nil {
		return err
	}
	l.unload(&Unloading{path: l.path, done: make(chan struct{})})
	return &manifest.LoadError{Path: l.path, Reason: manifest.LoadDied, Err: crash}
}

// checkEnd looks whether the library has ended or is about to.
func (l *Library) checkEnd() {
	p, c := l.survivor(), &l.crash
	if p == nil || atomic.LoadUintptr(p.endedWord()) == 0 && !p.dying() {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed:
	case atomic.LoadUintptr(p.endedWord()) != 0:
		l.beginRescue()
	case !c.dying:
		c.dying = true
		time.AfterFunc(dyingLimit, func() { _ = l.Kill(ErrStuck) })
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
	l.crash.watchers.Notify()
	l.survivor().rescueThreads()
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

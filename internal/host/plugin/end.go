package plugin

import (
	"context"
	"fmt"
	"io"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
)

// ending is what a plugin does when its library ends.
type ending struct {
	once    sync.Once
	output  io.Writer
	begun   func()        // closes done, once
	done    chan struct{} // see Done
	written chan struct{} // closed when output has got what the plugin has printed

	mu    sync.Mutex
	stop  func()            // ends the watch for the library's end; nil: there is none
	crash error             // not nil: the plugin has ended
	watch func(crash error) // see OnEnd
}

// Survives returns nil if the process survives a fatal end of the plugin, or an error that
// wraps native.ErrNotSurvivable.
func (p *Plugin) Survives() error { return p.named(p.library.Survives()) }

// Kill ends the plugin's library, unless the plugin was closed and uses it no more. What Close
// still waits for, such as a call in flight or a process of the plugin's own, can be killed.
func (p *Plugin) Kill(cause error) error {
	gone := p.Released
	if p.separate {
		gone = p.exited
	}
	if p.closed.Load() && gone() {
		return p.named(call.ErrClosed)
	}
	return p.named(p.library.Kill(cause))
}

// named adds the plugin to an error.
func (p *Plugin) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("plugin %s: %w", p.Manifest().Package, err)
}

// Crash returns the *native.CrashError of a plugin whose library has ended, or nil.
func (p *Plugin) Crash() error {
	if crash := p.library.Crash(); crash != nil {
		return crash
	}
	return nil
}

// Done returns a channel that is closed when the plugin has ended, or Close was called.
func (p *Plugin) Done() <-chan struct{} { return p.ending.done }

// OnEnd makes f run on a goroutine of its own when the plugin's library has ended, also if it
// has already. f gets the *native.CrashError. OnEnd is called once.
func (p *Plugin) OnEnd(f func(crash error)) {
	p.ending.mu.Lock()
	defer p.ending.mu.Unlock()
	p.ending.watch = f
	if p.ending.crash != nil {
		go f(p.ending.crash)
	}
}

func (p *Plugin) watchEnd(opt Options) {
	if p.Survives() != nil {
		return
	}
	if opt.CrashOutput != nil {
		p.ending.output, p.ending.written = opt.CrashOutput, make(chan struct{})
	}
	if opt.KillAfter > 0 {
		p.SetKillAfter(opt.KillAfter, func(cause error) { _ = p.library.Kill(cause) })
	}
	p.ending.mu.Lock()
	defer p.ending.mu.Unlock()
	p.ending.stop = p.library.OnCrash(func() { p.ending.once.Do(p.ended) })
}

// ended closes the plugin after its library has ended, unless the host shares memory with it.
// The calls in flight are coming back.
func (p *Plugin) ended() {
	crash := p.library.Crash()
	if p.log != nil {
		p.log.Error("plugin ended", "plugin", p.Manifest().Package, "reason", crash, "exit", crash.ExitCode, p.logUsage())
	}
	p.ending.begun()
	p.objects.Abort(crash)
	drained := p.backend.Drain()
	p.ending.mu.Lock()
	if p.ending.crash = crash; p.ending.watch != nil {
		go p.ending.watch(crash)
	}
	p.ending.mu.Unlock()
	go func() {
		<-drained
		if !p.SharesMemory() { // otherwise the host may read the library's memory until Close
			p.beginClose()
		}
	}()
	if p.ending.output != nil {
		_, _ = io.WriteString(p.ending.output, crash.Output)
		close(p.ending.written)
	}
}

// awaitOutput waits until the writer for it has got what a plugin that has ended printed, or
// until the context ends.
func (p *Plugin) awaitOutput(ctx context.Context) error {
	if p.ending.output == nil || p.library.Crash() == nil {
		return nil
	}
	go p.ending.once.Do(p.ended) // if the library was released before its end was noticed
	select {
	case <-p.ending.written:
		return nil
	case <-ctx.Done():
		return p.named(fmt.Errorf("the writer of WithCrashOutput has not returned: %w", context.Cause(ctx)))
	}
}

// forget ends the watch for the library's end.
func (e *ending) forget() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stop != nil {
		e.stop()
	}
}

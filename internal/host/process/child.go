//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// startLimit is how long a process may take to start if the context has no deadline. An init
// function may hang for ever.
const startLimit = 2 * time.Minute

// pipeLimit is how long the output is read after the end of the process, if a process that has
// left its group has it too.
const pipeLimit = 300 * time.Millisecond

// A child is the process of a plugin.
type child struct {
	system  // what the system has of it
	section *section
	wakes   *exchange.Wakes // by which host and plugin wake each other; nil: they do by the section
	folder  string          // in which it works
	own     *folder         // has that; nil: the folder is the host's
	tail    tail            // of its standard error
	output  output          // how much it has written
	lanes   atomic.Int32    // that the host uses for calls
	sides   [exchange.CallLanes]*exchange.Side
	bells   *exchange.Side  // of the section's header
	events  exchange.Events // of bells

	began     time.Time
	calls     atomic.Uint64 // that were made
	callbacks atomic.Uint64

	ended atomic.Bool   // the process has ended
	done  chan struct{} // closed then

	mu       sync.Mutex
	cause    error // of the first kill
	killed   bool
	waited   bool // the process has ended, and its number may be another's
	expected bool // the host has closed the plugin
	crash    *native.CrashError

	watchers native.Watchers // notified if there is a crash
}

// start starts the library as a program and waits until it takes calls.
func start(ctx context.Context, library []byte, opt Options) (*child, error) {
	c, err := newChild(func() (system, *section, *exchange.Wakes, error) {
		if opt.Reattach != "" {
			return newReattachedProcess(ctx, library, opt)
		}
		return newSystem(opt.program)
	})
	if err != nil {
		return nil, err
	}
	c.began, c.folder = time.Now(), opt.Folder
	c.output.log, c.output.limit, c.output.exceeded = opt.Log, opt.Limits.Output, c.kill
	if c.folder == "" && opt.Reattach == "" {
		if c.own, c.folder, err = newFolder(); err != nil {
			c.free()
			return nil, err
		}
	}
	started := make(chan error)
	go c.run(started, func() error { return c.launch(c, library, opt) })
	if err := <-started; err != nil {
		c.own.remove()
		c.free()
		return nil, err
	}
	c.connect(c, &c.events, &c.section.header().Events)
	if opt.Debugger != nil {
		if err := c.awaitDebugger(ctx, c, opt.Debugger); err != nil {
			c.kill(err)
			<-c.done
			c.free()
			return nil, err
		}
	}
	if _, ok := ctx.Deadline(); !ok && opt.Debugger == nil && opt.Reattach == "" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("%w after %v", context.DeadlineExceeded, startLimit))
		defer cancel()
	}
	stop := context.AfterFunc(ctx, func() { c.kill(context.Cause(ctx)) })
	up := c.awaitUp()
	stop()
	if !up || c.ended.Load() {
		<-c.done
		c.free()
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, c.gone()
	}
	return c, nil
}

// awaitUp waits until the process takes calls, and reports whether it does.
func (c *child) awaitUp() bool {
	defer c.guard(nil)()
	return c.section.header().Up.Await(0, c.bells, c.ended.Load) != 0
}

// A system is the process as the operating system has it.
type system interface {
	// launch starts the process, which maps the section. The calling thread lasts as long as the
	// process.
	launch(c *child, library []byte, opt Options) error

	// connect makes what a side of a lane or of the header needs to wake the other one. If it cannot, the
	// plugin is killed.
	connect(c *child, host, plugin *exchange.Events)

	awaitDebugger(ctx context.Context, c *child, attach func(pid int)) error // waits until one has attached
	awaitEnd()                                                               // waits for the end of the process
	status() (code int, reason string)                                       // how it has ended, once its output has been read
	killGroup()                                                              // kills it, and what it has started
	askToEnd()                                                               // makes it end by itself
	release()                                                                // frees what it has held here, when it has ended
	free()                                                                   // frees what is used until no call is under way

	// usage adds what the system knows of the process. ended says that status has returned.
	usage(u *Usage, ended bool)
}

// newChild returns a child without a process.
func newChild(prepare func() (system, *section, *exchange.Wakes, error)) (c *child, err error) {
	c = &child{done: make(chan struct{})}
	if c.system, c.section, c.wakes, err = prepare(); err != nil {
		return nil, err
	}
	c.section.header().Version = exchange.Version
	if c.wakes != nil {
		c.bells = c.wakes.Header()
	} else {
		c.bells = exchange.NewSide(exchange.Host, &c.events)
	}
	return c, nil
}

// free frees what is used until no call is under way.
func (c *child) free() {
	c.section.close()
	c.system.free()
}

// run launches the process and waits for its end, both on one thread: see launch. The thread ends
// with this goroutine, because launch may change it.
func (c *child) run(started chan<- error, launch func() error) {
	runtime.LockOSThread()
	err := launch()
	started <- err
	if err != nil {
		return
	}
	c.awaitEnd()
	c.mu.Lock()
	c.killGroup() // what the process has started and left
	c.waited = true
	c.mu.Unlock()
	code, reason := c.status()
	c.output.end()
	c.mu.Lock()
	switch {
	case c.killed:
		c.crash = &native.CrashError{ExitCode: -1, Reason: "killed", Err: c.cause, Output: c.tail.String()}
	case !c.expected:
		c.crash = native.NewCrash(code, c.tail.String(), reason)
	}
	c.ended.Store(true)
	if c.crash != nil {
		c.watchers.Notify() // before done is closed, because stop may be called then
	}
	c.mu.Unlock()
	c.wakeAll()
	c.release()
	c.own.remove()
	close(c.done)
}

// Usage returns what the process has done and has.
func (c *child) Usage() Usage {
	u := Usage{Started: c.began, Calls: c.calls.Load(), Callbacks: c.callbacks.Load(), Output: c.output.written.Load()}
	c.mu.Lock()
	defer c.mu.Unlock()
	if ended := c.ended.Load(); ended || !c.waited { // between them the system is asked for the status
		c.usage(&u, ended)
	}
	return u
}

// wakeAll wakes all that wait for the process.
func (c *child) wakeAll() {
	if c.wakes != nil {
		c.wakes.End()
		return
	}
	h := c.section.header()
	h.Up.End(c.bells)
	h.Calls.End(c.bells)
	for i := range c.lanes.Load() {
		exchange.LaneAt(c.section.memory, false, int(i)).Turn.End(c.sides[i])
	}
}

var errNoCause = errors.New("no cause was given")

// kill ends the process, and all that is in its group.
func (c *child) kill(cause error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waited {
		return
	}
	if !c.killed {
		if cause == nil {
			cause = errNoCause
		}
		c.killed, c.cause = true, cause
	}
	c.killGroup()
}

// ending reports whether the process has ended, or was killed.
func (c *child) ending() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.waited || c.killed
}

// end is kill of a process that was to end by itself.
func (c *child) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.waited {
		c.killGroup()
	}
}

// stop ends a process that is used no more.
func (c *child) stop() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.expected = true; !c.waited {
		c.askToEnd()
	}
}

// Crash returns how the process has ended, or nil if it has not, or was to end.
func (c *child) Crash() *native.CrashError {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.crash
}

// gone is the error of a call that the end of the process has cut off.
func (c *child) gone() error {
	if crash := c.Crash(); crash != nil {
		return crash
	}
	return backend.ErrClosed
}

// OnCrash makes f run on a goroutine of its own when the process ends, unless stop was called
// before.
func (c *child) OnCrash(f func()) (stop func()) {
	return c.watchers.Add(func() {
		<-c.done
		f()
	})
}

// A tail is the last that was written to it.
type tail struct {
	mu  sync.Mutex
	b   []byte
	end func() // called for the last words of a runtime; may be nil
}

const tailSize = 64 << 10

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.b = append(t.b, b...)
	if t.end != nil && bytes.Contains(b, lastWords) {
		t.end()
	}
	if len(t.b) > 2*tailSize {
		t.b = append([]byte(nil), t.b[len(t.b)-tailSize:]...)
	}
	return len(b), nil
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.b[max(0, len(t.b)-tailSize):])
}

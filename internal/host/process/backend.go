//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Backend is a plugin in a process of its own. It is safe for concurrent use.
type Backend struct {
	backend.Gate
	*child
	path      string
	session   uint64
	handle    func(*wire.Frame)
	arena     *exchange.Arena
	base      uint64 // where the plugin has the memory
	maxCalls  int64
	maxResult uint64
	news      *backend.News

	mu   sync.Mutex
	idle []*invocation

	bounds
	operations chan struct{} // has a value for each operation under way: see MaxCalls

	underWay  atomic.Int64 // calls and operations
	calls     atomic.Int64
	released  atomic.Bool                    // no operation begins any more
	serving   sync.WaitGroup                 // callbacks, and what looks for them
	suspected atomic.Bool                    // see suspect
	busy      [exchange.OwnLanes]atomic.Bool // a callback is being handled
	own       [exchange.OwnLanes]*exchange.Side
}

var _ backend.Backend = (*Backend)(nil)

// defaultCalls bounds the invocations that are under way at once: each holds a thread in both
// processes.
const defaultCalls = 2000

// Open starts the library that was read as file. The limits are at most MaxCalls and MaxCallbacks.
func Open(ctx context.Context, file *native.File, opt Options, limits backend.Limits) (*Backend, error) {
	kind := file.Manifest.Bridge.Kind
	if kind != manifest.Pure && kind != manifest.Program {
		return nil, refuse(file, fmt.Errorf("it was made by the %s bridge; build it %s", kind, remedy))
	}
	info, err := file.Content().Stat()
	if err != nil {
		return nil, refuse(file, err)
	}
	library := make([]byte, info.Size())
	if _, err := file.Content().ReadAt(library, 0); err != nil {
		return nil, refuse(file, err)
	}
	if kind == manifest.Program {
		// The file may have been overwritten since its manifest was read.
		if again, err := manifest.Read(bytes.NewReader(library), info.Size()); err != nil || !bytes.Equal(again.Raw, file.Raw) {
			return nil, &manifest.LoadError{Path: file.Path(), Reason: manifest.LoadMismatch, Err: errors.New("the file was replaced while it was opened; open it again")}
		}
	}
	opt.entry, opt.program, opt.manifest = file.Manifest.Bridge.Entry, kind == manifest.Program, file.Raw
	c, err := start(ctx, library, opt)
	if crash, died := err.(*native.CrashError); died {
		return nil, &manifest.LoadError{Path: file.Path(), Reason: manifest.LoadDied, Err: crash}
	}
	if err != nil {
		return nil, refuse(file, err)
	}
	b := &Backend{
		child: c, path: file.Path(), session: native.NextSession() | wire.Foreign, handle: opt.Handle,
		arena: exchange.NewArena(exchange.HostArena, exchange.ArenaSize, c.section.discard),
		base:  c.section.header().Base, maxCalls: defaultCalls, maxResult: wire.MaxSize,
		operations: make(chan struct{}, exchange.CallLanes-MaxCalls-1), // one is for the plugin's Shutdown
	}
	b.maxCallbacks = MaxCallbacks
	if limits.Callbacks > 0 {
		b.maxCallbacks = int64(limits.Callbacks)
	}
	if limits.Calls > 0 {
		b.maxCalls = int64(limits.Calls)
	}
	if limits.ProcessCalls > 0 {
		backend.SetProcessCalls(limits.ProcessCalls)
	}
	if limits.Result > 0 {
		b.maxResult = min(uint64(limits.Result), wire.MaxSize)
	}
	b.Init(b.crashed, nil)
	if opt.Debugger == nil {
		c.tail.onEnd(b.suspect)
	}
	b.serving.Add(1)
	go b.serve()
	return b, nil
}

// SetNews is that of package inproc's Backend.
func (b *Backend) SetNews(n *backend.News) { b.news = n }

// Path is the absolute path of the library.
func (b *Backend) Path() string { return b.path }

// Bound reports that calls need no binding of threads.
func (b *Backend) Bound() bool { return true }

// Survives returns nil: the host survives the end of the process.
func (b *Backend) Survives() error { return nil }

// Kill ends the process.
func (b *Backend) Kill(cause error) error {
	b.kill(cause)
	return nil
}

// crashed returns how the process has ended, or nil.
func (b *Backend) crashed() error {
	if crash := b.Crash(); crash != nil {
		return crash
	}
	return nil
}

// Session implements backend.Backend.
func (b *Backend) Session() uint64 { return b.session }

// Unloadable implements backend.Backend: a process always ends.
func (b *Backend) Unloadable() error { return nil }

// Stats implements backend.Backend.
func (b *Backend) Stats() backend.Stats { return backend.Stats{InFlight: b.calls.Load()} }

// Drain implements backend.Backend.
func (b *Backend) Drain() <-chan struct{} { return b.Gate.Drain(b.underWay.Load) }

// Idle implements backend.Backend.
func (b *Backend) Idle(ctx context.Context) error { return b.Gate.Idle(ctx, b.calls.Load) }

// Held implements backend.Backend.
func (b *Backend) Held() backend.Backend { return whileHeld{b} }

type whileHeld struct{ *Backend }

func (b whileHeld) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	return b.start(function, words, true)
}

// Undrained implements backend.Backend.
func (b *Backend) Undrained() backend.Backend { return undrained{b} }

type undrained struct{ *Backend }

func (b undrained) Begin(function uint64, words int) (backend.Invocation, *wire.Frame, error) {
	return b.begin(function, words)
}

// Release implements backend.Backend.
func (b *Backend) Release(shutdown func() error, detach func()) backend.Exit {
	e := &exit{backend: b, done: make(chan struct{})}
	go func() {
		defer close(e.done)
		if shutdown != nil && !b.ending() {
			e.err = shutdown()
		}
		if detach != nil {
			detach()
		}
		b.stop()
		select {
		case <-b.child.done:
		case <-time.After(stopLimit):
			b.end()
			<-b.child.done
		}
		b.released.Store(true)
		go b.closeSection()
	}()
	return e
}

// closeSection unmaps the memory when nothing reads it any more.
func (b *Backend) closeSection() {
	b.serving.Wait()
	for b.underWay.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
	b.child.free()
}

const (
	stopLimit = time.Second     // how long a process may take to end when the pipe that it watches is closed
	exitLimit = 5 * time.Second // how long Wait waits, with Shutdown, if the context has no deadline
)

// An exit is the end of a process that is used no more.
type exit struct {
	backend *Backend
	done    chan struct{}
	err     error
}

// Wait implements backend.Exit.
func (e *exit) Wait(ctx context.Context) error {
	if ended, cause := native.AwaitExit(ctx, e.done, exitLimit); !ended {
		return &native.RetiredError{Path: e.backend.path, Reason: "its process has not ended", Err: cause}
	}
	return e.err
}

func (e *exit) Done() <-chan struct{} { return e.done }

// Resident implements backend.Exit.
func (e *exit) Resident() bool { return false }

// Operate implements backend.Backend. It waits if too many operations are under way.
func (b *Backend) Operate(op uint64, words []uint64, buffer []byte) (status, n uint64) {
	select {
	case b.operations <- struct{}{}:
		defer func() { <-b.operations }()
	case <-b.child.done:
		return wire.StatusGone, 0
	}
	v, f, err := b.begin(op, len(words))
	if err != nil {
		return wire.StatusGone, 0
	}
	defer v.Release()
	copy(unsafe.Slice(f.Word(0), len(words)), words)
	if at, size := operand(op); size > 0 && words[at+1] > 0 {
		count := words[at+1]
		p := uintptr(words[at])
		v.SetBytes(at, *(*unsafe.Pointer)(unsafe.Pointer(&p)), int(count)*size)
		v.length(at, count)
		v.words[at] = 0 // put writes the address in the plugin
	}
	if len(buffer) > len(v.buffer) {
		v.grow(len(buffer))
	}
	if v.Invoke() != nil {
		return wire.StatusGone, 0
	}
	return f.Status, uint64(copy(buffer, v.Results()))
}

// operand returns which words of an operation are the address and number of elements of that size.
func operand(op uint64) (at, size int) {
	switch op {
	case wire.OpRelease:
		return 0, int(unsafe.Sizeof(wire.Release{}))
	case wire.OpTypes:
		return 0, 1
	case wire.OpEnviron, wire.OpCancel:
		return 1, 1
	}
	return 0, 0
}

//go:build amd64

package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A library of the pure bridge is a Go program without cgo and libc that this package maps
// itself. Its runtime is started as the kernel would start a program: on a thread of its
// own, with arguments and environment on the stack. It behaves as in a program
// with cgo. Assembly in the library (package nolibc) takes the place of runtime/cgo and libc.
//
// Its threads are made by raw system calls, so no code of libc may run on them.
// handover_linux.go says how they call the host.

// pureStart is nil in a library of the cgo bridge.
type pureStart struct{ *pureLibrary }

// A pureLibrary is what a library of the pure bridge has beyond other libraries.
type pureLibrary struct {
	image  *elfImage
	header *abi.ELFHeader
	slot   *slot
	keep   error // why it cannot be unloaded; nil: it can
	light  bool  // calls go through abi.ELFHeader.Light
	mortal bool  // its fatal end is that of the process

	first    *firstThread // nil: not started
	handover handover
}

// pureLibraries are those that are mapped, by handle, which is the base address.
var pureLibraries sync.Map // uintptr → *pureLibrary

// loadPure maps the library, ready to start, and returns its handle. The caller holds
// loaded.lock.
func loadPure(file *File) (uintptr, error) {
	if err := installDispatcher(); err != nil {
		return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRefused, Err: fmt.Errorf("its signals cannot be handled: %w", err)}
	}
	s, err := takeSlot()
	if err != nil {
		return 0, fmt.Errorf("failed to load %s: %w", file.path, err)
	}
	p, err := preparePure(file.file, &file.Manifest.Bridge, s)
	if err != nil {
		s.release()
		return 0, damaged(file.path, err)
	}
	pureLibraries.Store(p.image.base, p)
	return p.image.base, nil
}

// preparePure maps the file and connects it with this process.
func preparePure(f *os.File, b *manifest.Bridge, s *slot) (*pureLibrary, error) {
	if b.Code == nil {
		return nil, errors.New("its manifest does not say what to patch")
	}
	image, err := mapELF(f)
	if err != nil {
		return nil, err
	}
	h, err := image.header(b.Image)
	if err == nil && uintptr(b.Entry) != image.entry {
		err = errors.New("its manifest names another entry point than its header")
	}
	if err == nil {
		err = image.patch(b.Code, h, s.words)
	}
	if err == nil {
		err = image.checkHeader(h)
	}
	if err == nil {
		err = image.protect()
	}
	if err != nil {
		image.unmap()
		return nil, err
	}
	p := &pureLibrary{image: image, header: h, slot: s}
	h.Slot, h.HostEntry, h.Bounds = uintptr(unsafe.Pointer(s)), pureEntryPC, boundsPC
	h.Process = uint64(os.Getpid())
	*(*[2]uintptr)(pointer(h.ThreadWords)) = [2]uintptr{s.words, s.generation}
	for number, what := range recordedSystemCalls {
		(*[abi.SystemCallSlots]byte)(pointer(h.SystemCalls))[number] = what
	}
	s.unbind, s.signals = uintptr(h.EntryTable.Unbind), h.Signals
	s.criticalStart, s.criticalEnd = h.CriticalStart, h.CriticalEnd
	s.syscallHook, s.syscallReturn = h.Hooks[abi.PatchSyscall6], h.SyscallReturn
	s.codeStart = image.base + uintptr(image.code.Vaddr)
	atomic.StoreUintptr(&s.codeEnd, s.codeStart+uintptr(image.code.Memsz))
	return p, nil
}

// checkHeader returns an error unless the header's addresses are in the library and the
// linker has kept the order of the ledger's functions, on which the reaper relies.
func (m *elfImage) checkHeader(h *abi.ELFHeader) error {
	within := func(address, size, start, end uintptr) bool {
		return address >= start && address <= end && size <= end-address
	}
	for table, size := range map[uintptr]uintptr{
		h.Signals: abi.NumSignals * unsafe.Sizeof(abi.SignalAction{}), h.Threads: abi.ThreadSlots * unsafe.Sizeof(abi.ThreadSlot{}),
		h.Memory: abi.MemoryBlocks * unsafe.Sizeof(abi.MemoryBlock{}), h.Files: abi.FileSlots, h.SystemCalls: abi.SystemCallSlots, h.ThreadWords: 16, h.Text: abi.TextSize,
	} {
		if !within(table, size, m.base, m.base+m.size) {
			return errors.New("its header names tables outside of it")
		}
	}
	start := m.base + uintptr(m.code.Vaddr)
	for _, function := range append(h.Hooks[:], uintptr(h.EntryTable.Call), uintptr(h.EntryTable.Unbind), h.CriticalStart, h.CriticalEnd, h.SyscallReturn) {
		if !within(function, 1, start, start+uintptr(m.code.Memsz)) {
			return errors.New("its header names functions outside of its code")
		}
	}
	const most = 4096 // bytes of code
	order := []uintptr{h.CriticalStart, h.Hooks[abi.PatchSyscall6], h.SyscallReturn, h.Hooks[abi.PatchPipe2], h.CriticalEnd}
	if !slices.IsSorted(order) || h.CriticalEnd-h.CriticalStart > most {
		return errors.New("its hooks lie in another order than is known")
	}
	return nil
}

// recordedSystemCalls are system calls that open or close descriptors, or end the process.
var recordedSystemCalls = map[int]byte{
	unix.SYS_OPEN: abi.FileResult, unix.SYS_OPENAT: abi.FileResult, unix.SYS_OPENAT2: abi.FileResult, unix.SYS_CREAT: abi.FileResult,
	unix.SYS_SOCKET: abi.FileResult, unix.SYS_ACCEPT: abi.FileResult, unix.SYS_ACCEPT4: abi.FileResult,
	unix.SYS_DUP: abi.FileResult, unix.SYS_DUP2: abi.FileResult, unix.SYS_DUP3: abi.FileResult, unix.SYS_FCNTL: abi.FileDuplicate,
	unix.SYS_EPOLL_CREATE: abi.FileResult, unix.SYS_EPOLL_CREATE1: abi.FileResult, unix.SYS_EVENTFD: abi.FileResult, unix.SYS_EVENTFD2: abi.FileResult,
	unix.SYS_INOTIFY_INIT: abi.FileResult, unix.SYS_INOTIFY_INIT1: abi.FileResult, unix.SYS_TIMERFD_CREATE: abi.FileResult, unix.SYS_SIGNALFD: abi.FileResult, unix.SYS_SIGNALFD4: abi.FileResult,
	unix.SYS_MEMFD_CREATE: abi.FileResult, unix.SYS_PIDFD_OPEN: abi.FileResult, unix.SYS_PERF_EVENT_OPEN: abi.FileResult, unix.SYS_IO_URING_SETUP: abi.FileResult,
	unix.SYS_PIPE: abi.FilePairArg1, unix.SYS_PIPE2: abi.FilePairArg1, unix.SYS_SOCKETPAIR: abi.FilePairArg4, unix.SYS_CLOSE: abi.FileClose,
	unix.SYS_EXIT: abi.EndsProcess, unix.SYS_EXIT_GROUP: abi.EndsProcess,
}

// Enter calls the library with the frame, and returns when the call has ended.
func (l *Library) Enter(c *Transition) {
	p := l.pure.pureLibrary
	if p == nil {
		cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame))
		return
	}
	c.tls = uint64(uintptr(unsafe.Pointer(p.slot)))
	if cgocall(enterPurePC, unsafe.Pointer(c)) != 0 {
		p.awaitThreads()
		c.Frame.Status, c.Frame.Len, c.Frame.Held = wire.StatusEnded, 0, 0
	}
}

// Light reports whether calls enter the library by the light entry of the pure bridge. See
// abi.ELFHeader.
func (l *Library) Light() bool { return l.pure.pureLibrary != nil && l.pure.light }

// startPure starts the library's runtime, if that has not been done, and waits for its
// table.
func (l *Library) startPure(ctx context.Context, _ *manifest.File, opt Options) (*abi.EntryTable, error) {
	ctx, cancel := limitStart(ctx)
	defer cancel()
	if l.pure.pureLibrary == nil {
		p, _ := pureLibraries.Load(l.handle)
		l.pure.pureLibrary = p.(*pureLibrary)
	}
	p := l.pure
	if p.first == nil {
		if opt.NoUnload {
			p.keep = notUnloadable(switchedOff)
		}
		if p.mortal = opt.NoSurvival; !p.mortal {
			p.header.Ended, p.header.Dies = libraryEndedPC, libraryDiesPC
		}
		first, err := startFirstThread(p.pureLibrary, l.path)
		if err != nil {
			return nil, fmt.Errorf("failed to load %s: its runtime cannot be started: %w", l.path, err)
		}
		p.first = first
		p.handover.start(p.slot, l.checkEnd)
	}
	if err := l.awaitStart(ctx); err != nil {
		return nil, err
	}
	if p.header.EntryTable.Version != abi.Version || p.header.EntryTable.Size != uint64(unsafe.Sizeof(abi.EntryTable{})) {
		return nil, l.otherBridge(p.header.EntryTable.Version)
	}
	table := p.header.EntryTable
	if light := p.header.Light; light != 0 && !opt.NoBinding {
		if start := p.image.base + uintptr(p.image.code.Vaddr); light < start || light-start >= uintptr(p.image.code.Memsz) {
			return nil, damaged(l.path, errors.New("its header names functions outside of its code"))
		}
		p.light = true
		table.Call = pointer(light)
	}
	table.Manifest, table.ManifestLen = unsafe.Pointer(unsafe.SliceData(p.image.raw)), uint64(len(p.image.raw))
	return &table, nil
}

// awaitStart waits until the runtime has started, or it or the context has ended.
func (l *Library) awaitStart(ctx context.Context) error {
	p := l.pure
	for {
		s := startState{threadEnded: atomic.LoadInt32(&p.first.id) == 0}
		s.state = atomic.LoadUint64(&p.header.State)
		s.exitCode = p.header.ExitCode // written before State
		how := s.ended()
		if crash := l.Crash(); crash != nil {
			how = crash.Reason // by a system call of an init function
		}
		switch {
		case s.state == abi.ImageUp:
			return nil
		case how != "":
			return l.died(how)
		case ctx.Err() != nil:
			return notStarted(l.path, ctx)
		}
		// The context cannot be waited for together with the futex; a look at it now and
		// then does.
		futexWait(unsafe.Pointer(&p.header.State), uint32(abi.ImageStarting), 20*time.Millisecond)
	}
}

// died reports a runtime that did not start, and removes what is left of it from the
// process. Opening the file again tries again.
func (l *Library) died(how string) error {
	h := l.pure.header
	err := errDied(l.path, how, h.Output[:], h.Printed)
	u := &Unloading{path: l.path, done: make(chan struct{})}
	l.unload(u)
	return err
}

func futexWait(word unsafe.Pointer, value uint32, limit time.Duration) {
	timeout := unix.NsecToTimespec(int64(limit))
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(word), futexWaitPrivate, uintptr(value), uintptr(unsafe.Pointer(&timeout)), 0, 0)
}

func futexWake(word unsafe.Pointer, threads int) {
	_, _, _ = syscall.RawSyscall(syscall.SYS_FUTEX, uintptr(word), futexWakePrivate, uintptr(threads))
}

const (
	futexWaitPrivate = 128 // FUTEX_WAIT_PRIVATE
	futexWakePrivate = 129 // FUTEX_WAKE_PRIVATE
)

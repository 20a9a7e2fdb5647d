package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Windows maps a library of the pure bridge, which is a Go program, and runs nothing of
// it. Its runtime is then started as Windows starts a program: on a thread of its own, at
// the entry point that the manifest names. When the packages are initialised, its main
// function completes the entry table and sets an event.
//
// The runtime behaves as in a program. So two of its imports are hooked until it has
// started: ExitProcess, because a panic in an init function must not end the host, and
// WriteFile, to get the text of the panic. ledger_windows.go hooks others for unloading.

// pureStart is the start of such a library. It continues if the caller's context ends.
type pureStart struct {
	image  *abi.ImageHeader // in the library's data; nil: not started
	ready  windows.Handle   // event: image.State has changed
	thread windows.Handle   // the runtime's first thread
	ledger *abi.Ledger      // in the library's data; nil: it cannot be unloaded
	keep   error            // why it cannot; nil: it can

	mortal  error // why the process ends with it; nil: it can end alone
	started bool  // stays true when it is unloaded
}

// firstStack is the size in bytes of the first thread's stack. Only code of the runtime
// runs on it.
const firstStack = 1 << 20

// startPure starts the library's runtime unless it has been started, and waits for its
// entry table.
func (l *Library) startPure(ctx context.Context, file *manifest.File, opt Options) (*abi.EntryTable, error) {
	ctx, cancel := limitStart(ctx)
	defer cancel()
	if l.pure.image == nil {
		if err := l.launch(file, opt); err != nil {
			return nil, err
		}
	}
	if err := l.awaitImage(ctx); err != nil {
		return nil, err
	}
	table := l.pure.image.EntryTable
	memory, err := mappedImage(l.handle)
	if err != nil {
		return nil, damaged(l.path, err)
	}
	section, err := memory.section(manifest.Section)
	if err != nil {
		return nil, damaged(l.path, err)
	}
	section = bytes.TrimRight(section, "\x00")
	table.Manifest, table.ManifestLen = unsafe.Pointer(unsafe.SliceData(section)), uint64(len(section))
	return &table, nil
}

// launch connects the library with this process and starts its runtime.
func (l *Library) launch(file *manifest.File, opt Options) error {
	memory, err := mappedImage(l.handle)
	if err != nil {
		return damaged(l.path, err)
	}
	size := uint32(len(memory))
	b := &file.Manifest.Bridge
	image, err := l.imageHeader(memory, b)
	if err != nil {
		return err
	}
	if image.Ready, image.Stop, err = newEvents(); err != nil {
		return fmt.Errorf("failed to load %s: %w", l.path, err)
	}
	l.pure.ready = windows.Handle(image.Ready)
	image.SetEvent, image.ExitThread = procSetEvent.Addr(), procExitThread.Addr()
	slots, err := memory.importSlots()
	if err != nil {
		return damaged(l.path, err)
	}
	hooks := map[string]uintptr{"ExitProcess": image.ExitHook, "WriteFile": image.WriteHook}
	for _, slot := range slots {
		switch slot.name {
		case "ExitProcess":
			image.ExitProcess = *slot.word
		case "WriteFile":
			image.WriteFile = *slot.word
		}
	}
	for name, real := range map[string]uintptr{"ExitProcess": image.ExitProcess, "WriteFile": image.WriteFile} {
		if real == 0 {
			return damaged(l.path, fmt.Errorf("its runtime does not import %s; this Go version is not supported by the pure bridge yet", name))
		}
	}
	var ledger *abi.Ledger
	if image.Ledger != 0 {
		if ledger, err = findLedger(l.handle, uintptr(size), image.Ledger); err != nil {
			return damaged(l.path, err)
		}
	}
	err = l.openLedger(ledger, image, slots, hooks, opt)
	l.pure.keep, l.pure.mortal = err, err
	if err == nil {
		l.pure.mortal = l.prepareEnd(image, ledger, memory, hooks, opt)
		if opt.NoUnload {
			l.pure.keep = notUnloadable(switchedOff)
		}
	}
	if l.pure.keep != nil {
		if err := pin(l.handle); err != nil {
			return &manifest.LoadError{Path: l.path, Reason: manifest.LoadRefused, Err: err}
		}
	}
	if err := hookImports(slots, hooks); err != nil {
		return damaged(l.path, err)
	}
	l.pure.thread, err = createThread(uintptr(at(l.handle, b.Entry)), firstStack)
	if err != nil {
		return fmt.Errorf("failed to load %s: its runtime cannot be started: %w", l.path, err)
	}
	l.pure.image, l.pure.started = image, true
	l.watchEnd()
	return nil
}

// imageHeader returns the library's header, which no code of the library has used.
func (l *Library) imageHeader(memory image, b *manifest.Bridge) (*abi.ImageHeader, error) {
	size := uint64(len(memory))
	if uint64(b.Image)+uint64(unsafe.Sizeof(abi.ImageHeader{})) > size || b.Entry == 0 || uint64(b.Entry) >= size {
		return nil, damaged(l.path, errors.New("its manifest names addresses outside of it"))
	}
	header := (*abi.ImageHeader)(unsafe.Pointer(&memory[b.Image]))
	switch {
	case header.Magic != abi.ImageMagic:
		return nil, damaged(l.path, errors.New("its manifest names the address of something else"))
	case header.State != abi.ImageStarting:
		return nil, &manifest.LoadError{Path: l.path, Reason: manifest.LoadDied, Err: errors.New("it has been unloaded, but something else in the process keeps it mapped; load a copy of the file under another name")}
	case header.EntryTable.Version != abi.Version || header.EntryTable.Size != uint64(unsafe.Sizeof(abi.EntryTable{})):
		return nil, l.otherBridge(header.EntryTable.Version)
	}
	return header, nil
}

// awaitImage waits until the runtime has started, or it or the context has ended.
func (l *Library) awaitImage(ctx context.Context) error {
	handles := []windows.Handle{l.pure.ready, l.pure.thread}
	for {
		// Windows cannot wait for an event and a context, so the context is polled.
		_, err := windows.WaitForMultipleObjects(handles, false, 20)
		if err != nil && !errors.Is(err, windows.Errno(windows.WAIT_TIMEOUT)) {
			return fmt.Errorf("failed to load %s: %w", l.path, err)
		}
		image := l.pure.image
		event, _ := windows.WaitForSingleObject(l.pure.thread, 0)
		s := startState{state: atomic.LoadUint64(&image.State), threadEnded: event == windows.WAIT_OBJECT_0}
		s.exitCode = image.ExitCode // written before State
		how := s.ended()
		if crash := l.Crash(); crash != nil {
			how = crash.Reason // by a function that an init function has called
		}
		switch {
		case s.state == abi.ImageUp:
			return nil
		case how != "":
			return l.died(how)
		case ctx.Err() != nil:
			return notStarted(l.path, ctx)
		}
	}
}

// died reports a runtime that did not start. If the library can end alone, it is removed from
// the process, and opening the file again tries again. Otherwise the runtime's memory and
// threads stay, and it cannot be started a second time.
func (l *Library) died(how string) error {
	image := l.pure.image
	err := errDied(l.path, how, image.Output[:], image.Printed)
	if l.endingSlot() != nil && l.unloadable() == nil {
		l.exited(image.ExitCode)
		l.unload(&Unloading{path: l.path, done: make(chan struct{})})
	}
	return err
}

func newEvents() (ready, stop uintptr, err error) {
	a, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		return 0, 0, err
	}
	b, err := windows.CreateEvent(nil, 1, 0, nil)
	if err != nil {
		windows.CloseHandle(a)
		return 0, 0, err
	}
	return uintptr(a), uintptr(b), nil
}

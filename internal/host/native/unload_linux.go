//go:build amd64

package native

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

func isPure(handle uintptr) bool {
	_, ok := pureLibraries.Load(handle)
	return ok
}

func (l *Library) unloadable() error {
	p := l.pure.pureLibrary
	switch {
	case p == nil:
		return notUnloadable(madeByCGO)
	case p.keep != nil:
		return p.keep
	case atomic.LoadUint64(&p.header.Full) != 0:
		return notUnloadable("it has more memory mappings or open files than its ledger has room for")
	}
	return nil
}

// unload removes the library from the process. No call is under way, and none will begin.
//
//  1. Threads of this program that end no longer release an M to the library. Those that
//     were doing so have finished.
//  2. A signal ends the library's threads, wherever they are.
//  3. The library's handlers of signals are no longer called, and none is running.
//  4. Callbacks that its threads have handed over are handled. From here on no thread is in
//     the library's code or uses its memory.
//  5. The resources in the ledger are released. The ledger and the code go last.
//
// Each step waits until it is complete, without a limit.
func (l *Library) unload(u *Unloading) {
	p := l.pure.pureLibrary
	s := p.slot

	u.enter("a thread does not come out of its code", p.runningThreads)
	l.closeCrash()

	u.enter("a thread of the host that ends is in its code", nil)
	atomic.StoreUintptr(&s.closing, 1)
	s.quiet()

	u.enter("a thread of it does not end: it is in a system call that cannot be interrupted", p.runningThreads)
	p.endThreads()

	u.enter("a signal is being handled by it", nil)
	atomic.StoreUintptr(&s.codeEnd, 0)
	atomic.StoreUintptr(&s.signals, 0)
	s.quiet()

	u.enter("a call from it to the host has not returned", nil)
	p.handover.end()

	for fd, own := range (*[abi.FileSlots]byte)(pointer(p.header.Files)) {
		if own != 0 {
			_ = syscall.Close(fd)
		}
	}
	for _, t := range p.threads() {
		if t.Stack != 0 {
			munmap(t.Stack, abi.ThreadStack)
		}
	}
	for _, m := range (*[abi.MemoryBlocks]abi.MemoryBlock)(pointer(p.header.Memory)) {
		if m.Address != 0 {
			munmap(m.Address, m.Size)
		}
	}
	munmap(p.first.address, p.first.size)

	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	delete(loaded.handles, l.handle)
	pureLibraries.Delete(l.handle)
	p.image.unmap()
	s.release()
}

// quiet waits until no thread is inside. The caller has made sure that none enters.
func (s *slot) quiet() {
	for atomic.LoadUintptr(&s.inside) != 0 {
		time.Sleep(20 * time.Microsecond)
	}
}

func (p *pureLibrary) threads() []abi.ThreadSlot {
	return (*[abi.ThreadSlots]abi.ThreadSlot)(pointer(p.header.Threads))[:]
}

// running returns the ids of the library's threads that have not ended, and whether it is
// making one.
func (p *pureLibrary) running() (ids []int32, making bool) {
	if id := atomic.LoadInt32(&p.first.id); id > 0 {
		ids = append(ids, id)
	}
	list := p.threads()
	for i := range list {
		switch id := atomic.LoadInt32(&list[i].ID); {
		case id > 0:
			ids = append(ids, id)
		case id < 0:
			making = true
		}
	}
	return ids, making
}

// A siginfo is the siginfo_t of a signal that a program has queued.
type siginfo struct {
	signal, errno, code, _ int32
	process, user          int32
	value                  uintptr
	_                      [96]byte
}

// endThreads signals the library's threads to end until all have ended. A thread may ignore
// the signal: before it has unblocked signals, and while it records a resource. It is
// signalled again.
func (p *pureLibrary) endThreads() {
	for pause := 20 * time.Microsecond; p.signalThreads(); pause = min(2*pause, 10*time.Millisecond) {
		time.Sleep(pause)
	}
}

// signalThreads signals the library's threads once. It reports whether there are any. From here
// on no thread makes system calls for the library.
func (p *pureLibrary) signalThreads() bool {
	atomic.StoreUint64(&p.header.Leaving, 1)
	ids, making := p.running()
	for _, id := range ids {
		p.reap(id, 0)
	}
	return making || len(ids) > 0
}

// runningThreads lists the library's threads and where they are.
func (p *pureLibrary) runningThreads() []Thread {
	ids, _ := p.running()
	var list []Thread
	for _, id := range ids {
		at := "an unknown place"
		if text, err := os.ReadFile(fmt.Sprintf("/proc/self/task/%d/syscall", id)); err == nil {
			at = "system call " + strings.TrimSpace(string(text))
		} else if errors.Is(err, os.ErrNotExist) {
			continue
		}
		list = append(list, Thread{ID: uint32(id), Start: "the library", At: at})
	}
	return list
}

//go:build amd64

package native

import (
	"os"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

// A threadTable has the threads of this program that have entered a library.
type threadTable [10240]threadEntry

// A threadEntry is written by the assembly too: addThread, removeThread, reaper.
type threadEntry struct {
	thread int32  // the kernel's number; 0: the entry is free
	answer uint32 // in a rescue; 0: the thread was not signalled
}

// Values of threadEntry.answer.
const (
	answerNone   = 1 // it was signalled and has not answered
	answerInside = 2 // it could not be moved out of the library
	answerOut    = 3 // it has left the library, which it never enters again
)

// allOut signals the threads of a library that has ended, waits for their answers, for no
// longer than the limit, and reports whether each thread has left the library or ended. A
// thread whose answer is still missing from an earlier time is signalled only if again is set.
func (t *threadTable) allOut(signal func(i int, thread int32) syscall.Errno, again bool, limit time.Duration) bool {
	all := true
	for i := range t {
		e := &t[i]
		thread, answer := atomic.LoadInt32(&e.thread), atomic.LoadUint32(&e.answer)
		if thread == 0 || answer == answerOut || answer == answerNone && !again {
			continue
		}
		atomic.StoreUint32(&e.answer, answerNone)
		errno := signal(i, thread)
		if errno != 0 { // EAGAIN: the queue of signals is full
			atomic.StoreUint32(&e.answer, 0)
		}
		if errno == syscall.ESRCH { // it has ended
			atomic.CompareAndSwapInt32(&e.thread, thread, 0)
		}
	}
	begin := time.Now()
	for i := range t {
		e := &t[i]
		for atomic.LoadInt32(&e.thread) != 0 && atomic.LoadUint32(&e.answer) == answerNone && time.Since(begin) < limit {
			time.Sleep(20 * time.Microsecond)
		}
		all = all && (atomic.LoadInt32(&e.thread) == 0 || atomic.LoadUint32(&e.answer) == answerOut)
	}
	return all
}

// reap sends a thread the signal that gets it out of the library: see reaper. The user is 0 for
// a thread of the library.
func (p *pureLibrary) reap(thread, user int32) syscall.Errno {
	const queued = -1 // SI_QUEUE
	process := os.Getpid()
	info := &siginfo{signal: reapSignal, code: queued, process: int32(process), user: user, value: uintptr(unsafe.Pointer(p.slot))}
	_, _, errno := syscall.RawSyscall6(syscall.SYS_RT_TGSIGQUEUEINFO, uintptr(process), uintptr(thread), reapSignal, uintptr(unsafe.Pointer(info)), 0, 0)
	return errno
}

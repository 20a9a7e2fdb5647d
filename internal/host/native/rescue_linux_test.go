//go:build amd64

package native

import (
	"runtime"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// A rescue ends when each thread has answered that it is out, or has ended. In each round a
// thread is sent at most one signal.
func TestRescueRounds(t *testing.T) {
	const (
		none = answerNone // no answer
		in   = answerInside
		out  = answerOut
		late = 100 // answers that it is out before the next round, in which no signal is expected
		gone = 101 // ESRCH
		full = 102 // EAGAIN
		not  = 103 // no signal is expected
	)
	for _, test := range []struct {
		name   string
		again  bool
		rounds [][2]uint32 // what each of the two threads does
	}{
		{"both are out", false, [][2]uint32{{out, out}}},
		{"one answers two rounds late", false, [][2]uint32{{out, none}, {not, not}, {not, late}, {not, not}}},
		{"one is inside for two rounds", false, [][2]uint32{{out, in}, {not, in}, {not, out}}},
		{"one is inside and one is late", false, [][2]uint32{{in, none}, {in, not}, {in, late}, {out, not}}},
		{"one is signalled again", true, [][2]uint32{{out, none}, {not, none}, {not, out}}},
		{"one has ended", false, [][2]uint32{{out, gone}}},
		{"one ends later", true, [][2]uint32{{none, out}, {gone, not}}},
		{"the queue is full", false, [][2]uint32{{full, out}, {full, not}, {out, not}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := new(threadTable)
			entries := [2]*threadEntry{&table[0], &table[5]}
			for i, e := range entries {
				e.thread = int32(i + 1)
			}
			for n, round := range test.rounds {
				var signalled [2]bool
				all := table.allOut(func(_ int, thread int32) syscall.Errno {
					i := thread - 1
					signalled[i] = true
					switch what := round[i]; what {
					case gone:
						return syscall.ESRCH
					case full:
						return syscall.EAGAIN
					case in, out:
						entries[i].answer = what
					}
					return 0
				}, test.again, 0)
				if last := n == len(test.rounds)-1; all != last {
					t.Errorf("round %d: got all out: %t, want %t", n+1, all, last)
				}
				for i, what := range round {
					if want := what != not && what != late; signalled[i] != want {
						t.Errorf("round %d, thread %d: got signalled: %t, want %t", n+1, i, signalled[i], want)
					}
					if what == late {
						entries[i].answer = out
					}
				}
			}
		})
	}
}

// A thread that answers several signals at once does not stand in for another.
func TestRescueWaitsForEachThread(t *testing.T) {
	if err := installDispatcher(); err != nil {
		t.Fatal(err)
	}
	loaded.lock <- struct{}{}
	s, err := takeSlot()
	<-loaded.lock
	if err != nil {
		t.Fatal(err)
	}
	defer s.release()
	atomic.StoreUintptr(&s.ended, endedKilled)
	p := &pureLibrary{slot: s}
	table := (*threadTable)(pointer(s.threads))
	// Both threads block the signal until they are told.
	var unblock, unblocked [2]chan bool
	for i := range unblock {
		unblock[i], unblocked[i] = make(chan bool), make(chan bool)
		go func() {
			runtime.LockOSThread() // and the thread ends with the goroutine
			mask := uint64(1 << (reapSignal - 1))
			set := func(how uintptr) {
				_, _, _ = syscall.RawSyscall6(unix.SYS_RT_SIGPROCMASK, how, uintptr(unsafe.Pointer(&mask)), 0, 8, 0, 0)
			}
			set(unix.SIG_BLOCK)
			atomic.StoreInt32(&table[i].thread, int32(unix.Gettid()))
			unblocked[i] <- false
			<-unblock[i]
			set(unix.SIG_UNBLOCK)
			unblocked[i] <- true
			<-unblock[i]
		}()
		<-unblocked[i]
		defer close(unblock[i])
	}
	reap := func(i int, thread int32) syscall.Errno { return p.reap(thread, int32(i)+1) }
	round := func(want bool, answers [2]uint32) {
		t.Helper()
		all := table.allOut(reap, true, time.Millisecond)
		got := [2]uint32{atomic.LoadUint32(&table[0].answer), atomic.LoadUint32(&table[1].answer)}
		if all != want || got != answers {
			t.Errorf("got all out: %t with answers %d, want %t with %d", all, got, want, answers)
		}
	}
	round(false, [2]uint32{answerNone, answerNone})
	round(false, [2]uint32{answerNone, answerNone})
	unblock[0] <- true
	<-unblocked[0] // it has answered twice
	round(false, [2]uint32{answerOut, answerNone})
	unblock[1] <- true
	<-unblocked[1]
	round(true, [2]uint32{answerOut, answerOut})
}

package native

import (
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// settleSignals returns a function that mends what loading a library may have
// broken in this runtime.
//
// From the library's constructors until its bridge has chained the handlers, a
// SIGURG that this runtime sent to one of its threads is lost. The runtime
// remembers that it has sent one and sends no second (m.signalPending), so that
// thread could never be preempted again. A spare SIGURG to every thread is taken
// for the lost one; a thread that waits for none ignores it.
func settleSignals() (settled func()) {
	return func() {
		threads, err := os.ReadDir("/proc/self/task")
		if err != nil {
			return // no /proc: nothing can be done, and little is lost
		}
		pid := os.Getpid()
		for _, t := range threads {
			if tid, err := strconv.Atoi(t.Name()); err == nil {
				_ = unix.Tgkill(pid, tid, unix.SIGURG) // the thread may be gone
			}
		}
	}
}

//go:build go1.22

package pluginrt

import (
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// resendPreempt sends the calling thread the signal by which the runtime preempts. The
// runtime drops such a signal while the thread is outside of Go code, but remembers that
// it has sent one (m.signalPending, runtime.sigtrampgo). It would send this M no other,
// and a loop on it could not be stopped any more.
func resendPreempt(f *wire.Frame) {
	f.ClearPreemptPending()
	syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(syscall.Gettid()), uintptr(syscall.SIGURG))
	f.ClearPreemptPending() // a signal that came meanwhile was taken as well
}

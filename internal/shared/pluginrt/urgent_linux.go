//go:build go1.22

package pluginrt

import (
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// acknowledge sends the calling thread the signal by which the runtime preempts,
// while it runs Go code, so that the runtime takes it. Before, one may have come
// while the thread was outside of Go. The runtime drops such a signal, and forgets
// that it has sent one (m.signalPending, runtime.sigtrampgo): it would send this M
// no other, and a loop could not be stopped on it any more.
func acknowledge(f *wire.Frame) {
	f.Clear()
	syscall.RawSyscall(syscall.SYS_TGKILL, uintptr(syscall.Getpid()), uintptr(syscall.Gettid()), uintptr(syscall.SIGURG))
	f.Clear() // one that came meanwhile was taken as well
}

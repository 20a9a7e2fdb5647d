package native

import (
	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// resendPreempt sends the thread a signal again that this runtime may have dropped. See
// preempt_linux.go of package pluginrt, which does the same for the library.
func resendPreempt(f *wire.Frame) {
	f.ClearPreemptPending()
	_ = unix.Tgkill(unix.Getpid(), unix.Gettid(), unix.SIGURG)
	f.ClearPreemptPending()
}

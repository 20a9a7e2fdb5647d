//go:build amd64 && (!winplugin_static || cgo)

package native

// Read by enterPure: pthread_setspecific and its key. If the first is 0, threads keep the Ms
// of libraries' runtimes when they end.
var (
	pureSetSpecific uintptr
	pureKey         uint32
)

// callThreadEnd makes libc call threadEnd when a thread ends that has been in a library.
// pureSetSpecific is set last, because enterPure may run meanwhile.
func callThreadEnd() {
	var set uintptr
	set, pureKey = newThreadKey(threadEndPC)
	pureSetSpecific = set
}

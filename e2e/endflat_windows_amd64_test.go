package e2e

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"unsafe"

	"golang.org/x/sys/windows"
)

// What differs between the systems: a way to end, and how a crash ends the process.
const (
	systemEnd   = "ExitProcess"
	systemCrash = "exit status 0xc0000602" // STATUS_FAIL_FAST_EXCEPTION
)

// processUse is what a process has.
type processUse struct {
	threads, handles int
	memory           int64
}

func (u processUse) String() string {
	return fmt.Sprintf("%d threads, %d handles, %d KB", u.threads, u.handles, u.memory>>10)
}

func measureUse() processUse {
	runtime.GC() // finalizers release memory
	debug.FreeOSMemory()
	u := processUse{memory: committed()}
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		panic(err)
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err := windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID == windows.GetCurrentProcessId() {
			u.threads++
		}
	}
	// Wine does not count them: see openHandles.
	var spare []windows.Handle
	for range 50 {
		h, err := windows.CreateEvent(nil, 0, 0, nil)
		if err != nil {
			panic(err)
		}
		spare = append(spare, h)
		u.handles = max(u.handles, int(h)/4)
	}
	for _, h := range spare {
		windows.CloseHandle(h)
	}
	return u
}

// exceeds reports whether a process has grown.
func (u processUse) exceeds(before processUse) bool {
	// After 300 ends in Wine there were as many threads as before, six handles and 1.3 MB more,
	// the host's own included.
	const most = 16 << 20 // bytes
	return u.threads > before.threads+8 || u.handles > before.handles+20 || u.memory > before.memory+most
}

// checkHost uses the host's own profile, preempts a loop, and handles a fault of the host's own.
func checkHost() error { return errors.Join(checkProfile(), hostFault()) }

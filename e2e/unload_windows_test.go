package e2e

import (
	"os"
	"os/signal"
	"path/filepath"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	procTlsAlloc = kernel32.NewProc("TlsAlloc")
	procTlsFree  = kernel32.NewProc("TlsFree")
)

// nextTLS is the thread-local slot that the next runtime would get.
func nextTLS() uintptr {
	index, _, _ := procTlsAlloc.Call()
	procTlsFree.Call(index)
	return index
}

// openHandles counts the process's handles. Wine does not count them, but gives the
// lowest value that is free: with some to spare it moves by as many as were lost.
func openHandles(t *testing.T) int {
	t.Helper()
	n := processResources(t)
	var spare []windows.Handle
	for range 50 {
		h, err := windows.CreateEvent(nil, 0, 0, nil)
		if err != nil {
			t.Fatal(err)
		}
		spare = append(spare, h)
		n = max(n, int(h)/4)
	}
	for _, h := range spare {
		windows.CloseHandle(h)
	}
	return n
}

// committed is how much private memory the process has from the system, in bytes.
//
// Not residentMemory: in Wine that counts Wine's own tables as well, of which a page is
// touched for each range of addresses that was ever used, and a Go heap begins at
// another address each time (Go 1.26).
func committed() (n int64) {
	var info windows.MemoryBasicInformation
	for address := uintptr(0); windows.VirtualQuery(address, &info, unsafe.Sizeof(info)) == nil && info.RegionSize > 0; address += info.RegionSize {
		const private = 0x20000
		if info.State == windows.MEM_COMMIT && info.Type == private {
			n += int64(info.RegionSize)
		}
	}
	return n
}

// processThreads counts the process's threads.
func processThreads(t *testing.T) (n int) {
	t.Helper()
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CloseHandle(all)
	thread := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err := windows.Thread32First(all, &thread); err == nil; err = windows.Thread32Next(all, &thread) {
		if thread.OwnerProcessID == windows.GetCurrentProcessId() {
			n++
		}
	}
	return n
}

// isMapped reports whether a library is in the process. What is mapped is a copy of the file in
// another folder, with the same name.
func isMapped(path string) bool {
	name, err := windows.UTF16PtrFromString(filepath.Base(path))
	if err != nil {
		panic(err)
	}
	var module windows.Handle
	return windows.GetModuleHandleEx(windows.GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, name, &module) == nil
}

func checkGone(t *testing.T, path string) {
	t.Helper()
	if isMapped(path) {
		t.Fatalf("got %s still mapped, want it unmapped", path)
	}
}

// console sends the process a console event, and waits for it.
func console(t *testing.T) {
	t.Helper()
	events := make(chan os.Signal, 1)
	signal.Notify(events, os.Interrupt)
	defer signal.Stop(events)
	if err := windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, 0); err != nil {
		// There is no console. What the system does is to start a thread here.
		routine := windows.NewLazySystemDLL("kernelbase.dll").NewProc("CtrlRoutine")
		if err := routine.Find(); err != nil {
			t.Fatal(err)
		}
		thread, _, err := kernel32.NewProc("CreateThread").Call(0, 0, routine.Addr(), windows.CTRL_BREAK_EVENT, 0, 0)
		if thread == 0 {
			t.Fatal(err)
		}
		windows.CloseHandle(windows.Handle(thread))
	}
	select {
	case <-events:
	case <-time.After(patience):
		t.Error("got no console event, want one")
	}
}

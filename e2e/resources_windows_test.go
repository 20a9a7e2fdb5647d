package e2e

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	kernel32       = windows.NewLazySystemDLL("kernel32.dll")
	procHandles    = kernel32.NewProc("GetProcessHandleCount")
	procMemoryInfo = kernel32.NewProc("K32GetProcessMemoryInfo")
	procWine       = windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version")
)

// inWine reports whether Wine stands for Windows.
func inWine() bool { return procWine.Find() == nil }

// processResources counts the process's handles, which threads are among, or gives 0 in Wine.
func processResources(t *testing.T) int {
	t.Helper()
	var n uint32
	if r, _, err := procHandles.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&n))); r == 0 {
		t.Fatal(err)
	}
	return int(n)
}

// residentMemory is in bytes.
// https://learn.microsoft.com/windows/win32/api/psapi/ns-psapi-process_memory_counters
func residentMemory(t *testing.T) int64 {
	t.Helper()
	var info struct {
		size, faults uint32
		peak, set    uintptr
		rest         [6]uintptr
	}
	info.size = uint32(unsafe.Sizeof(info))
	if r, _, err := procMemoryInfo.Call(uintptr(windows.CurrentProcess()), uintptr(unsafe.Pointer(&info)), uintptr(info.size)); r == 0 {
		t.Fatal(err)
	}
	return int64(info.set)
}

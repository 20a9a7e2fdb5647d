package e2e

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// outOfTime is the exit code of a process that has used up its processor time.
const outOfTime = int(windows.ERROR_NOT_ENOUGH_QUOTA)

// skipInWine skips a test of limits, which Wine accepts and does not enforce.
func skipInWine(t *testing.T) {
	t.Helper()
	if inWine() {
		t.Skip("Wine does not enforce this limit")
	}
}

func skipInQemu(*testing.T) {}

// stop stops a process.
func stop(t *testing.T, pid int) {
	t.Helper()
	process, err := windows.OpenProcess(windows.PROCESS_SUSPEND_RESUME, false, uint32(pid))
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CloseHandle(process)
	if status, _, _ := windows.NewLazySystemDLL("ntdll.dll").NewProc("NtSuspendProcess").Call(uintptr(process)); status != 0 {
		t.Fatalf("NtSuspendProcess: got status %#x, want 0", status)
	}
}

// descendants returns the processes below a process, without those that show consoles.
func descendants(t *testing.T, parent int) (list []int) {
	t.Helper()
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPPROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer windows.CloseHandle(all)
	entry := windows.ProcessEntry32{Size: uint32(unsafe.Sizeof(windows.ProcessEntry32{}))}
	for err := windows.Process32First(all, &entry); err == nil; err = windows.Process32Next(all, &entry) {
		if int(entry.ParentProcessID) != parent || windows.UTF16ToString(entry.ExeFile[:]) == "conhost.exe" {
			continue
		}
		pid := int(entry.ProcessID)
		list = append(append(list, pid), descendants(t, pid)...)
	}
	return list
}

// runs reports whether a process exists and has not ended.
func runs(pid int) bool {
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return false
	}
	defer windows.CloseHandle(process)
	state, _ := windows.WaitForSingleObject(process, 0)
	return state == uint32(windows.WAIT_TIMEOUT)
}

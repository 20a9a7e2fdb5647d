//go:build amd64

package process

import (
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

var procMemoryInfo = windows.NewLazySystemDLL("kernel32.dll").NewProc("K32GetProcessMemoryInfo")

// memoryCounters is PROCESS_MEMORY_COUNTERS.
type memoryCounters struct {
	size, faults  uint32
	peak, current uintptr
	rest          [6]uintptr
}

// usage adds what the system knows of the process. ended says that status has returned, which has
// asked last: the handle may be closed.
func (s *jobProcess) usage(u *Usage, ended bool) {
	u.Contained = true
	if ended {
		u.Pid, u.CPU, u.Peak = s.last.Pid, s.last.CPU, s.last.Peak
		return
	}
	pid, _ := windows.GetProcessId(s.process)
	u.Pid = int(pid)
	var created, exited, kernel, user windows.Filetime
	if windows.GetProcessTimes(s.process, &created, &exited, &kernel, &user) == nil {
		u.CPU = duration(kernel) + duration(user)
	}
	var m memoryCounters
	m.size = uint32(unsafe.Sizeof(m))
	if ok, _, _ := procMemoryInfo.Call(uintptr(s.process), uintptr(unsafe.Pointer(&m)), uintptr(m.size)); ok != 0 {
		u.Memory, u.Peak = int64(m.current), int64(m.peak)
	}
	u.Threads = threads(pid)
}

// duration is that of a number of 100 nanoseconds.
func duration(t windows.Filetime) time.Duration {
	return 100 * time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime))
}

// threads returns how many threads a process has.
func threads(pid uint32) (n int) {
	all, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return 0
	}
	defer windows.CloseHandle(all)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err := windows.Thread32First(all, &entry); err == nil; err = windows.Thread32Next(all, &entry) {
		if entry.OwnerProcessID == pid {
			n++
		}
	}
	return n
}

package native

import (
	"fmt"
	"path/filepath"
	"unsafe"

	"golang.org/x/sys/windows"
)

// threads returns handles of the library's threads that have not ended: those that
// started in its code. The caller closes them.
//
// NtGetNextThread lists the threads of the process in the order of their creation. So if a
// thread of the library creates another one and ends, this walk finds the new one. If it
// has not ended, it is in the list, and the caller looks again.
func (l *Library) threads() []windows.Handle {
	const access = windows.SYNCHRONIZE | windows.THREAD_QUERY_INFORMATION | windows.THREAD_SUSPEND_RESUME | windows.THREAD_GET_CONTEXT
	memory, err := mappedImage(l.handle)
	if err != nil {
		return nil
	}
	var list []windows.Handle
	var last windows.Handle
	mine := false
	for {
		var next windows.Handle
		status, _, _ := procGetNextThread.Call(uintptr(windows.CurrentProcess()), uintptr(last), access, 0, 0, uintptr(unsafe.Pointer(&next)))
		if last != 0 && !mine {
			windows.CloseHandle(last)
		}
		if status != 0 {
			return list
		}
		last, mine = next, false
		// Wine returns 0 for a thread that has not run yet. It may be the library's.
		if start := threadStart(next); start != 0 && (start < l.handle || start >= l.handle+uintptr(len(memory))) {
			continue
		}
		if event, _ := windows.WaitForSingleObject(next, 0); event != windows.WAIT_OBJECT_0 {
			list, mine = append(list, next), true
		}
	}
}

// threadStart is the address that the thread started at.
func threadStart(thread windows.Handle) uintptr {
	const threadQuerySetWin32StartAddress = 9
	var start uintptr
	procQueryThread.Call(uintptr(thread), threadQuerySetWin32StartAddress, uintptr(unsafe.Pointer(&start)), unsafe.Sizeof(start), 0)
	return start
}

func closeHandles(handles []windows.Handle) {
	for _, h := range handles {
		windows.CloseHandle(h)
	}
}

// runningThreads lists the library's threads and where they are.
func (l *Library) runningThreads() []Thread {
	handles := l.threads()
	defer closeHandles(handles)
	var list []Thread
	for _, h := range handles {
		id, _, _ := procGetThreadId.Call(uintptr(h))
		list = append(list, Thread{ID: uint32(id), Start: place(threadStart(h)), At: place(instruction(h))})
	}
	return list
}

// place describes an address by its module, the nearest exported function, and the offset.
func place(address uintptr) string {
	var info windows.MemoryBasicInformation
	if err := windows.VirtualQuery(address, &info, unsafe.Sizeof(info)); err != nil || info.AllocationBase == 0 {
		return fmt.Sprintf("%#x", address)
	}
	var name [windows.MAX_LONG_PATH]uint16
	n, err := windows.GetModuleFileName(windows.Handle(info.AllocationBase), &name[0], uint32(len(name)))
	if err != nil {
		return fmt.Sprintf("%#x", address)
	}
	module := filepath.Base(windows.UTF16ToString(name[:n]))
	if memory, err := mappedImage(info.AllocationBase); err == nil {
		if function, offset := memory.nearestExport(uint32(address - info.AllocationBase)); function != "" {
			return fmt.Sprintf("%s!%s+%#x", module, function, offset)
		}
	}
	return fmt.Sprintf("%s+%#x", module, address-info.AllocationBase)
}

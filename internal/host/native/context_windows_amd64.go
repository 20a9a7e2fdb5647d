package native

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// instruction returns the thread's instruction pointer, or 0. The thread is suspended
// for a moment; until it continues, nothing is called here that could wait for it.
func instruction(thread windows.Handle) uintptr {
	// CONTEXT of winnt.h, of which the flags and Rip matter; aligned to 16.
	const size, atFlags, atRip, control = 1232, 0x30, 0xF8, 0x100001
	buffer := make([]byte, size+16)
	context := unsafe.Pointer(&buffer[16-uintptr(unsafe.Pointer(&buffer[0]))%16])
	*(*uint32)(unsafe.Add(context, atFlags)) = control
	if r, _, _ := procSuspendThread.Call(uintptr(thread)); uint32(r) == ^uint32(0) {
		return 0
	}
	ok, _, _ := procGetThreadContext.Call(uintptr(thread), uintptr(context))
	windows.ResumeThread(thread)
	if ok == 0 {
		return 0
	}
	return *(*uintptr)(unsafe.Add(context, atRip))
}

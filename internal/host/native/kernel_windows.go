package native

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Functions of Windows that golang.org/x/sys/windows lacks.
var (
	kernel32     = windows.NewLazySystemDLL("kernel32.dll")
	procTlsAlloc = kernel32.NewProc("TlsAlloc")
	procTlsFree  = kernel32.NewProc("TlsFree")
	procFlsAlloc = kernel32.NewProc("FlsAlloc")
	procFlsSet   = kernel32.NewProc("FlsSetValue")
	procFlsGet   = kernel32.NewProc("FlsGetValue")

	procCreateThread = kernel32.NewProc("CreateThread")
	procSetEvent     = kernel32.NewProc("SetEvent")
	procExitThread   = kernel32.NewProc("ExitThread")

	procWaitForMultiple    = kernel32.NewProc("WaitForMultipleObjects")
	procSetWaitableTimer   = kernel32.NewProc("SetWaitableTimer")
	procVirtualFree        = kernel32.NewProc("VirtualFree")
	procRemoveVectored     = kernel32.NewProc("RemoveVectoredExceptionHandler")
	procRemoveContinue     = kernel32.NewProc("RemoveVectoredContinueHandler")
	procSetConsoleCtrl     = kernel32.NewProc("SetConsoleCtrlHandler")
	procGetThreadId        = kernel32.NewProc("GetThreadId")
	procSuspendThread      = kernel32.NewProc("SuspendThread")
	procGetThreadContext   = kernel32.NewProc("GetThreadContext")
	procCancelIoEx         = kernel32.NewProc("CancelIoEx")
	procGetQueuedStatusEx  = kernel32.NewProc("GetQueuedCompletionStatusEx")
	procAddDllDirectory    = kernel32.NewProc("AddDllDirectory")
	procRemoveDllDirectory = kernel32.NewProc("RemoveDllDirectory")
	procTimeEndPeriod      = windows.NewLazySystemDLL("winmm.dll").NewProc("timeEndPeriod")

	ntdll             = windows.NewLazySystemDLL("ntdll.dll")
	procGetNextThread = ntdll.NewProc("NtGetNextThread")
	procQueryThread   = ntdll.NewProc("NtQueryInformationThread")
)

// outOfIndexes is TLS_OUT_OF_INDEXES and FLS_OUT_OF_INDEXES.
const outOfIndexes = 0xFFFFFFFF

// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-tlsalloc
func tlsAlloc() (uint32, error) {
	r, _, err := procTlsAlloc.Call()
	if uint32(r) == outOfIndexes {
		return 0, err
	}
	return uint32(r), nil
}

func tlsFree(index uint32) { procTlsFree.Call(uintptr(index)) }

// flsAlloc allocates a fiber-local slot. When a thread ends, the callback gets the thread's
// value, if it is not zero.
// https://learn.microsoft.com/windows/win32/api/fibersapi/nf-fibersapi-flsalloc
func flsAlloc(callback uintptr) (uint32, error) {
	r, _, err := procFlsAlloc.Call(callback)
	if uint32(r) == outOfIndexes {
		return 0, err
	}
	return uint32(r), nil
}

// flsSet sets the slot's value for the calling thread.
func flsSet(index uint32, value unsafe.Pointer) error {
	if r, _, err := procFlsSet.Call(uintptr(index), uintptr(value)); r == 0 {
		return err
	}
	return nil
}

// flsGet returns the slot's value for the calling thread.
func flsGet(index uint32) unsafe.Pointer {
	r, _, _ := procFlsGet.Call(uintptr(index))
	return pointer(r)
}

// createThread starts a thread that this runtime does not know, at an address.
// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createthread
func createThread(start, stack uintptr) (windows.Handle, error) {
	const stackIsReservation = 0x10000 // STACK_SIZE_PARAM_IS_A_RESERVATION
	r, _, err := procCreateThread.Call(0, stack, start, 0, stackIsReservation, 0)
	if r == 0 {
		return 0, err
	}
	return windows.Handle(r), nil
}

// addressAsName passes an address where GetModuleHandleEx is declared to take a
// name; GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS says so to the system.
func addressAsName(address uintptr) *uint16 {
	return *(**uint16)(unsafe.Pointer(&address))
}

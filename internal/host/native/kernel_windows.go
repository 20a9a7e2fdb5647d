package native

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

// Functions of Windows that golang.org/x/sys/windows lacks.
var (
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	procSetEvent   = kernel32.NewProc("SetEvent")
	procExitThread = kernel32.NewProc("ExitThread")

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

//go:generate go run golang.org/x/sys/windows/mkwinsyscall -output zsyscall_windows.go kernel_windows.go

// TLS_OUT_OF_INDEXES and FLS_OUT_OF_INDEXES are 0xFFFFFFFF. When a thread ends, the callback
// of a fiber-local slot gets the thread's value, if it is not zero.
//
//sys	tlsAlloc() (index uint32, err error) [failretval==0xFFFFFFFF] = kernel32.TlsAlloc
//sys	tlsFree(index uint32) = kernel32.TlsFree
//sys	flsAlloc(callback uintptr) (index uint32, err error) [failretval==0xFFFFFFFF] = kernel32.FlsAlloc
//sys	flsSet(index uint32, value unsafe.Pointer) (err error) = kernel32.FlsSetValue
//sys	flsValue(index uint32) (value uintptr) = kernel32.FlsGetValue
//sys	startThreadAt(attributes uintptr, stack uintptr, start uintptr, argument uintptr, flags uint32, id *uint32) (thread windows.Handle, err error) = kernel32.CreateThread

// flsGet returns the slot's value for the calling thread.
func flsGet(index uint32) unsafe.Pointer { return pointer(flsValue(index)) }

// createThread starts a thread that this runtime does not know, at an address.
// https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createthread
func createThread(start, stack uintptr) (windows.Handle, error) {
	const stackIsReservation = 0x10000 // STACK_SIZE_PARAM_IS_A_RESERVATION
	return startThreadAt(0, stack, start, 0, stackIsReservation, nil)
}

// addressAsName passes an address where GetModuleHandleEx is declared to take a
// name; GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS says so to the system.
func addressAsName(address uintptr) *uint16 {
	return *(**uint16)(unsafe.Pointer(&address))
}

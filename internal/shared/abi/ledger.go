//go:build go1.22

package abi

// A Ledger records what the runtime of a library of the pure bridge gets from Windows. The
// host releases it when it unloads the library. The assembly of the pure bridge defines
// the ledger field for field in the library's data; ImageHeader.Ledger has its address.
// While the runtime runs, only hooks in assembly write to it. They replace functions of
// Windows, run on any thread, and cannot use Go.
//
// The tables have fixed sizes. When one is full, a bit of Full is set. The library keeps
// working, but can no longer be unloaded.
type Ledger struct {
	// Addresses, valid once Windows has relocated the library.
	Stubs   uintptr           // code of the hook for Rules[0]; that for Rules[i] is StubSize*i bytes after it
	Memory  uintptr           // a [MemorySlots]uintptr: base addresses of reserved memory; 0: free
	Handles uintptr           // a [HandleSlots]byte: the kind of handle 4*i; 0: it is not the library's
	Pending uintptr           // a [PendingSlots]uintptr: OVERLAPPEDs of I/O under way; 0: free
	Hooks   [NumHooks]uintptr // code of the hooks that have code of their own

	// Stopping makes each thread of the library end before or after its next wait. The
	// library sets it when it halts, and never resets it.
	Stopping uint64

	// Written by the host before the library's runtime starts.
	Halted                 uintptr // event: Stopping is set
	Leave                  uintptr // event: set by the host after Halted; wakes threads that wait for handles that the runtime did not create
	SetEvent               uintptr // addresses of the system's functions
	ExitThread             uintptr
	WaitForMultipleObjects uintptr

	Full    uint64 // Full bits
	Periods uint64 // calls of timeBeginPeriod less those of timeEndPeriod

	NVectored uint64
	NConsole  uint64
	Vectored  [HandlerSlots]struct {
		Thunk    uintptr // host: code of the host's that calls what is in Slot; this is what the system gets
		Slot     uintptr // host: address of the word, in the host, for the address of the handler
		Handle   uintptr // the system's, to remove it
		Continue uint64  // 1: a vectored continue handler; 0: a vectored exception handler
	}
	Console [HandlerSlots]struct {
		Thunk    uintptr
		Slot     uintptr
		Function uintptr // the handler that was added
	}
	Modules [ModuleSlots]uintptr // handles of loaded DLLs; bit 0: from the system's folder
	Rules   [NumRules]Rule

	// Addresses of GuardSize bytes of code that is never called, before and after the code of
	// the hooks. No other code is in between.
	HooksStart uintptr
	HooksEnd   uintptr
}

// A Rule is about one function of the system.
type Rule struct {
	Hash uint64  // of the name that is passed to GetProcAddress; 0: the rule is for an import only
	Real uintptr // address of the function
	Hook uintptr // what GetProcAddress returns; 0: the function itself
	Op   uint64  // what the hook at Stubs does; see OpResult
	Seen uint64  // not 0: the library got the function by GetProcAddress
}

// Sizes of the tables.
const (
	MemorySlots  = 8192    // an arena of Go's heap on Windows has 4 MiB, so this is some 32 GiB
	HandleSlots  = 1 << 16 // a handle is a multiple of 4, and the system takes small ones first
	PendingSlots = 1 << 14 // a socket has two operations under way at most
	HandlerSlots = 4
	ModuleSlots  = 64
	NumRules     = 144
	StubSize     = 5
	GuardSize    = 4096
)

// Bits of Ledger.Full, by the table that was too small.
const (
	FullMemory uint64 = 1 << iota
	FullHandles
	FullModules
	FullVectored
	FullConsole
	FullPending
)

// The hooks with code of their own. Rules of the same index hold the functions.
const (
	HookVirtualAlloc = iota
	HookVirtualFree
	HookAddVectoredExceptionHandler
	HookAddVectoredContinueHandler
	HookSetConsoleCtrlHandler
	HookLoadLibraryExW
	HookLoadLibraryW
	HookGetProcAddress
	HookFreeLibrary
	HookWaitForSingleObject // waits for Leave as well
	HookSleep
	HookTimeBeginPeriod
	HookTimeEndPeriod
	HookWSAIoctl // returns addresses of functions
	NumHooks
)

// The parts of Rule.Op, from the lowest byte on: what to do; the kind of the handle;
// which argument points to it; how many handles are there; flags.
const (
	OpResult = 1 + iota // the result is a handle, unless it is 0 or negative
	OpOut               // an argument points to where handles are written
	OpClose             // the first argument is a handle that is closed
	OpWait              // threads end before it and after it once Stopping is set
	OpBegin             // an argument points to an OVERLAPPED, or is 0

	OpZeroIsSuccess = 1 << 32  // with OpOut: it has succeeded if the result is 0; else if it is not
	OpIfOwnProcess  = 2 << 32  // with OpOut: only if the third argument is the current process
	OpNextArgument  = 4 << 32  // with OpOut: so does the next argument
	OpMinusOneFails = 8 << 32  // with OpBegin: it has failed if the result is -1; else if it is 0
	OpDequeues      = 16 << 32 // with OpWait: it is GetQueuedCompletionStatusEx

	OpKindShift     = 8
	OpArgumentShift = 16
	OpHandlesShift  = 24
)

// Kinds of handles.
const (
	HandleOther = 1 + iota
	HandleEvent
	HandleTimer
	HandlePort // I/O completion port
	HandleFile // may have overlapped I/O under way
	HandleSocket
)

// HashName is the hash of a function's name in a Rule: FNV-1a, 64 bits.
func HashName(name string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := 0; i < len(name); i++ {
		h ^= uint64(name[i])
		h *= 0x100000001b3
	}
	return h
}

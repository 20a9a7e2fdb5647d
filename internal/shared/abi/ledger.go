//go:build go1.22

package abi

// Ledger are where a library of the pure bridge notes what its runtime takes from the
// system, so that the host can give it back when the library is unloaded. They lie
// in the library's data, where the assembly of the pure bridge defines them field for
// field; ImageHeader.Ledger has the address. Only hooks in assembly write to them while the
// runtime runs: they stand in the place of functions of the system, run on any thread,
// and cannot use Go.
//
// A fixed table that is full sets a bit of Full. The library works on, but can no
// longer be unloaded.
type Ledger struct {
	// Addresses, right as soon as the system has relocated the library.
	Stubs   uintptr           // code of the hook for Rules[0]; that for Rules[i] is StubSize*i behind it
	Memory  uintptr           // a [MemorySlots]uintptr: base addresses of reserved memory; 0: free
	Handles uintptr           // a [HandleSlots]byte: what kind of handle 4*i is; 0: none of the library's
	Pending uintptr           // a [PendingSlots]uintptr: OVERLAPPEDs of I/O under way; 0: free
	Hooks   [NumHooks]uintptr // code of the hooks that have code of their own

	// Stopping makes every thread of the library end that comes to a wait, or from one.
	// Written by the library's halt, never taken back.
	Stopping uint64

	// Written by the host before the library's runtime starts.
	Halted                 uintptr // event: Stopping is set
	Leave                  uintptr // event: the host sets it after Halted; who waits for something not of the runtime's is woken
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
}

// A Rule is about one function of the system.
type Rule struct {
	Hash uint64  // of the name under which GetProcAddress is asked for it; 0: it is not
	Real uintptr // address of the function
	Hook uintptr // what GetProcAddress gives instead; 0: the function itself
	Op   uint64  // what the hook at Stubs does; see below
	Seen uint64  // not 0: GetProcAddress was asked for it
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
	HookWaitForSingleObject // for handles of any kind: waits for Leave as well
	HookSleep
	HookTimeBeginPeriod
	HookTimeEndPeriod
	HookWSAIoctl // gives addresses of functions
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
	OpNextArgument  = 4 << 32  // with OpOut: so does the argument behind it
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

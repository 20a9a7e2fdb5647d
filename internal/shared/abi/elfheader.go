//go:build go1.22

package abi

// An ELFHeader is on Linux what an [ImageHeader] is on Windows: what the host and a
// library of the pure bridge share beside the EntryTable. It lies in the library's data,
// where the assembly of the pure bridge defines it field for field; the build finds it
// in the finished file by its Magic and notes the address in the manifest.
type ELFHeader struct {
	Magic      [2]uint64
	EntryTable EntryTable // Version and Size are 0 until State is ImageUp

	// Addresses of the library's assembly and data, right as soon as the host has
	// relocated the library.
	Hooks         [NumPatches]uintptr // take the places of the functions in Patches
	CriticalStart uintptr             // code in which no thread of the library may be ended:
	CriticalEnd   uintptr             // it is about to note what it got from the system
	SyscallReturn uintptr             // where the hook of Syscall6 goes on behind its system call
	Signals       uintptr             // a [NumSignals]SignalAction: the handlers that the runtime asked for
	Threads       uintptr             // a [ThreadSlots]ThreadSlot
	Memory        uintptr             // a [MemoryBlocks]MemoryBlock
	Files         uintptr             // a [FileSlots]byte; 1: this descriptor is the library's
	SystemCalls   uintptr             // a [SystemCallSlots]byte: what the hook of Syscall6 notes; see below
	ThreadWords   uintptr             // a [2]uintptr: where a thread has its words for this library, from FS on; Generation

	// Written by the host before the library's runtime starts.
	Slot      uintptr // the host's record of this load
	HostEntry uintptr // C function void(Frame *, slot)
	Bounds    uintptr // C function void(uintptr bounds[2]): where the calling thread's stack lies
	Process   uint64  // id of the process

	// Written by the library.
	State    uint64 // ImageStarting, ImageUp or ImageExited; a futex
	ExitCode uint64 // with ImageExited
	Printed  uint64 // how many bytes the runtime has printed while it started; more than Output holds, perhaps
	Full     uint64 // not 0: a table was too small, so the library can no longer be unloaded
	Output   [4096]byte
}

// Patches are the functions of the runtime and the standard library whose places the
// hooks of an ELFHeader take. The build finds them by name.
const (
	PatchSyscall6      = iota // all system calls but the runtime's own
	PatchExit                 // void runtime.exit(int32)
	PatchRtsigprocmask        // void runtime.rtsigprocmask(how, new, old, size)
	PatchWrite1               // int32 runtime.write1(fd, p, n)
	PatchPipe2                // runtime.pipe2; in Go 1.22 only
	NumPatches
)

// A SignalAction is what rt_sigaction takes and gives.
type SignalAction struct {
	Handler  uintptr
	Flags    uint64
	Restorer uintptr
	Mask     uint64
}

// A ThreadSlot is one thread of a library's runtime. The kernel writes the thread's id,
// and 0 as the thread ends; -1 stands for a thread that is being made.
type ThreadSlot struct {
	ID    int32
	_     int32
	Stack uintptr // address of its mapping of ThreadStack bytes; 0: there is none any more
}

// A MemoryBlock is a mapping that the library's runtime has made.
type MemoryBlock struct{ Address, Size uintptr }

// Sizes of the tables.
const (
	NumSignals      = 65
	ThreadSlots     = 1024
	ThreadStack     = 256 << 10
	MemoryBlocks    = 8192
	FileSlots       = 1 << 16
	SystemCallSlots = 512
)

// In the mapping of a thread's stack, the last ThreadBlock bytes are what FS points
// into, ThreadFS from their start. So a host's words must be within these bounds.
const (
	ThreadBlock = 8 << 10
	ThreadFS    = 4 << 10
)

// What the hook of Syscall6 notes of a system call.
const (
	FileResult    = 1 + iota // the result is a descriptor
	FilePairArg1             // the first argument points to two
	FileClose                // the first argument is one that is closed
	FilePairArg4             // the fourth argument points to two
	FileDuplicate            // fcntl: the result is one with F_DUPFD and F_DUPFD_CLOEXEC
)

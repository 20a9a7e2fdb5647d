//go:build go1.22

package abi

// An ELFHeader is on Linux what an [ImageHeader] is on Windows: the memory that the host
// shares with a library of the pure bridge. The assembly of the pure bridge defines it field
// for field in the library's data. The build finds it in the finished file by its Magic, and
// puts the address into the manifest.
type ELFHeader struct {
	Magic      [2]uint64
	EntryTable EntryTable // Version and Size are 0 until State is ImageUp

	// Addresses of the library's assembly and data, valid once the host has relocated the
	// library.
	Hooks         [NumPatches]uintptr // replace the functions in PatchedFunctions
	CriticalStart uintptr             // code in which no thread of the library may be ended,
	CriticalEnd   uintptr             // because it is recording what it got from the system
	SyscallReturn uintptr             // the address after the system call in the hook of Syscall6
	Signals       uintptr             // a [NumSignals]SignalAction: the handlers that the runtime asked for
	Threads       uintptr             // a [ThreadSlots]ThreadSlot
	Memory        uintptr             // a [MemoryBlocks]MemoryBlock
	Files         uintptr             // a [FileSlots]byte; 1: this descriptor is the library's
	SystemCalls   uintptr             // a [SystemCallSlots]byte: what the hook of Syscall6 records; see FileResult
	ThreadWords   uintptr             // a [2]uintptr: the offset from FS of a thread's words for this library, and Generation

	// Written by the host before the library's runtime starts.
	Slot      uintptr // the host's callback slot for this load
	HostEntry uintptr // C function void(Frame *, slot)
	Bounds    uintptr // C function void(uintptr bounds[2]): the bounds of the calling thread's stack
	Process   uint64  // id of the process

	// Written by the library.
	State    uint64     // ImageStarting, ImageUp or ImageExited; a futex
	ExitCode uint64     // with ImageExited
	Printed  uint64     // how many bytes the runtime has printed while it started; may exceed the size of Output
	Full     uint64     // not 0: a table was too small, so the library can no longer be unloaded
	Light    uintptr    // with ImageUp: like EntryTable.Call, but faster, and relies on more of the runtime's inside; 0: there is none
	Output   [4096]byte // the first of these bytes; once Dying is set, Printed and Output begin again

	// How the library ends without the process.
	Ended   uintptr // C function void(Slot, int32 code) of the host, which does not return; written by the host. 0: the library ends the process
	Dying   uint64  // 1: the runtime prints why it ends, and nothing of that goes to standard error; 2: it prints a stack
	Text    uintptr // a [TextSize]byte, a ring of what the runtime has printed since it started
	TextLen uint64  // how many bytes were written to Text; may exceed TextSize
	Dies    uintptr // C function void(Slot) of the host, which the library calls when it sets Dying to 2; written by the host with Ended
	Leaving uint64  // not 0: a thread ends, or leaves the library, where it would make its next system call; written by the host
}

// The functions of the runtime and the standard library that the hooks of an ELFHeader
// replace. The build finds them by name.
const (
	PatchSyscall6      = iota // all system calls but the runtime's own
	PatchExit                 // void runtime.exit(int32)
	PatchRtsigprocmask        // void runtime.rtsigprocmask(how, new, old, size)
	PatchWrite1               // int32 runtime.write1(fd, p, n)
	PatchPipe2                // runtime.pipe2; in Go 1.22 only
	PatchRaiseproc            // void runtime.raiseproc(sig), which tells other threads to print their stacks
	PatchRaise                // void runtime.raise(sig), by which the runtime kills itself
	PatchVfork                // syscall.rawVforkSyscall(trap, a1, a2, a3), which starts a program
	NumPatches
)

// A SignalAction is the kernel's struct sigaction (rt_sigaction in sigaction(2)).
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
	Stack uintptr // address of its mapping of ThreadStack bytes; 0: it was unmapped
}

// A MemoryBlock is a mapping that the library's runtime has made.
type MemoryBlock struct{ Address, Size uintptr }

// Sizes of the tables.
const (
	NumSignals      = 65
	ThreadSlots     = 10240 // Go ends a program that has 10,000 threads
	ThreadStack     = 256 << 10
	MemoryBlocks    = 8192
	FileSlots       = 1 << 16
	SystemCallSlots = 512
	TextSize        = 64 << 10
)

// The last ThreadBlock bytes in the mapping of a thread's stack are its thread block. FS
// points to ThreadFS bytes after the start of the block. The words of a host must be within
// the block.
const (
	ThreadBlock = 8 << 10
	ThreadFS    = 4 << 10
)

// What the hook of Syscall6 records of a system call.
const (
	FileResult    = 1 + iota // the result is a descriptor
	FilePairArg1             // the first argument points to two
	FileClose                // the first argument is one that is closed
	FilePairArg4             // the fourth argument points to two
	FileDuplicate            // fcntl: the result is one with F_DUPFD and F_DUPFD_CLOEXEC
	EndsProcess              // exit and exit_group, which end the library
)

//go:build go1.22

package abi

// An ImageHeader is the memory that the host shares with a library of the pure bridge on
// Windows: how to start its runtime, and how the runtime ended if it did not start. The
// assembly of the pure bridge defines it field for field in the library's data. The build
// finds it in the finished file by its Magic, and puts the address into the manifest.
type ImageHeader struct {
	Magic      [2]uint64
	EntryTable EntryTable

	// Addresses of the library's assembly, valid once Windows has relocated the library.
	ExitHook  uintptr // replaces ExitProcess
	WriteHook uintptr // replaces WriteFile

	// Written by the host before the library's runtime starts.
	Ready       uintptr // handle of the event that the library sets when State has changed
	Stop        uintptr // handle of the event that makes the library's runtime halt
	SetEvent    uintptr // addresses of the system's functions
	ExitThread  uintptr
	ExitProcess uintptr
	WriteFile   uintptr

	// Written by the library.
	State    uint64 // one of the ImageHeader constants
	ExitCode uint64 // with ImageExited
	Printed  uint64 // how many bytes the runtime has printed while it started; may exceed the size of Output
	Output   [4096]byte

	// Ledger is the address of the library's Ledger, valid once Windows has relocated the
	// library. If it is 0, the library has no ledger and cannot be unloaded.
	Ledger uintptr

	// CallbackTable is the address of the entries of functions that the runtime has made of Go
	// functions (syscall.NewCallback), and CallbackEntry that of the code which each of them
	// calls. They are 0 where no host uses them.
	CallbackTable uintptr
	CallbackEntry uintptr
}

// States of an ImageHeader.
const (
	ImageStarting uint64 = iota // as linked
	ImageUp                     // the EntryTable is complete
	ImageExited                 // the runtime wanted to end the process: a panic, or os.Exit, in an init function
)

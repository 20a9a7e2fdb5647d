//go:build go1.22

package abi

// An ImageHeader is what host and library share of a library made by the pure bridge,
// beside its EntryTable: how its runtime is started, and how it ended if it did not come
// up. It lies in the library's data, where the assembly of the pure bridge defines
// it field for field; the build finds it in the finished file by its Magic and
// notes the address in the manifest.
type ImageHeader struct {
	Magic      [2]uint64
	EntryTable EntryTable

	// Addresses of the library's assembly, right as soon as the system has
	// relocated the library.
	ExitHook  uintptr // takes the place of ExitProcess
	WriteHook uintptr // takes the place of WriteFile

	// Written by the host before the library's runtime starts.
	Ready       uintptr // handle of the event that the library sets once State has changed
	Stop        uintptr // handle of the event that makes the library's runtime halt
	SetEvent    uintptr // addresses of the system's functions
	ExitThread  uintptr
	ExitProcess uintptr
	WriteFile   uintptr

	// Written by the library.
	State    uint64 // one of the ImageHeader constants
	ExitCode uint64 // with ImageExited
	Printed  uint64 // how many bytes the runtime has printed while it started; more than Output holds, perhaps
	Output   [4096]byte

	// Ledger is the address of the library's Ledger, right as soon as the system has
	// relocated the library. 0: it keeps none, and cannot be unloaded.
	Ledger uintptr
}

// States of an ImageHeader.
const (
	ImageStarting uint64 = iota // as linked
	ImageUp                     // the EntryTable is complete
	ImageExited                 // the runtime wanted to end the process: a panic, or os.Exit, in an init function
)

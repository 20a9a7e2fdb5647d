//go:build go1.22

// Package abi is the binary contract between a host and a library: the entry table,
// the image header, and the resource ledger of the pure bridge. It holds layouts and
// constants, and no code of either side. C and assembly declare the same layouts.
package abi

import "unsafe"

// Version is the version of the contract between host and library: the entry
// table, the frame, and the encoding. A host refuses a library of another one.
const Version = 3

// A EntryTable is what a loaded library tells the host about itself, whichever bridge
// made it. The host hands a zeroed one with Version and Size set to the library's
// init entry, which fills it. All pointers are to memory of the library, which
// stays mapped. The C declaration of the same structure is in the cgo bridge.
type EntryTable struct {
	Version uint64 // the library's Version
	Size    uint64 // size of the structure in bytes, as the side that wrote it knows it

	// Call is a C function void(Frame *).
	Call unsafe.Pointer

	// Manifest is the manifest, ManifestLen bytes long.
	Manifest    unsafe.Pointer
	ManifestLen uint64

	// The rest governs the binding of threads to the library's runtime, and is
	// zero where that runtime does it by itself (everywhere but on Windows).

	// Bind is a C function void(void) that enters the library from a thread
	// that it does not know and leaves with the thread bound: it sets Word to 1
	// on its way out. The caller sets it back to 0 and holds a lock for all of it.
	Bind unsafe.Pointer

	// Unbind is a C function void(void *g), fit to be the callback of a
	// fiber-local slot. It hands the runtime's thread state back as the thread ends.
	Unbind unsafe.Pointer

	// Word is the runtime's x_cgo_pthread_key_created: not 0 keeps the thread
	// state as a call returns, and makes it an error to enter from an unbound thread.
	Word unsafe.Pointer

	// TLSOffset is where, in bytes from the thread environment block, the
	// runtime keeps the pointer to the current g's place.
	TLSOffset uint64
}

//go:build go1.22

// Package abi is the binary contract between a host and a library: the entry table,
// the image header, and the resource ledger of the pure bridge. It holds layouts and
// constants, and no code of either side. C and assembly declare the same layouts.
package abi

import "unsafe"

// Version is the version of the contract between host and library: the entry
// table, the frame, and the encoding. A host refuses a library of another one.
const Version = 19

// An EntryTable describes a loaded library of either bridge to the host. The host sets
// Version and Size and passes it to the library's init entry, which fills it. All pointers
// are to memory of the library. The cgo bridge declares the same structure in C.
type EntryTable struct {
	Version uint64 // the library's Version
	Size    uint64 // size of the structure in bytes, as the side that wrote it knows it

	// Call is a C function void(Frame *).
	Call unsafe.Pointer

	// Manifest is the manifest, ManifestLen bytes long.
	Manifest    unsafe.Pointer
	ManifestLen uint64

	// The rest is for binding threads to the library's runtime. It is zero where
	// runtime/cgo binds them, which is everywhere but on Windows.

	// Bind is a C function void(void) that binds the calling thread, which must be
	// unbound. It leaves Word at 1. The caller sets Word to 0 afterwards, and holds a
	// lock from before the call.
	Bind unsafe.Pointer

	// Unbind is a C function void(void *g) that returns the M of a thread that ends. It
	// can be the callback of a fiber-local slot.
	Unbind unsafe.Pointer

	// Word is the runtime's x_cgo_pthread_key_created. If it is not 0, the M stays with
	// the thread when a call returns, and entering from an unbound thread is an error.
	Word unsafe.Pointer

	// TLSOffset is the offset in the thread environment block of the TLS slot in which
	// the runtime keeps a pointer to the word that holds the current g.
	TLSOffset uint64
}

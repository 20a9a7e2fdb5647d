//go:build go1.22 && amd64

package elf

import (
	"unsafe"

	// Under names that the plugin's package cannot have.
	winplugin_abi "github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	winplugin_pluginrt "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// winplugin_entries is where the assembly looks for the addresses of Go code.
var winplugin_entries winplugin_pluginrt.Entries

// winplugin_header returns the address of the abi.ELFHeader that the assembly defines.
func winplugin_header() unsafe.Pointer

// winplugin_leave returns the address of the C function that callbacks go through.
func winplugin_leave() uintptr

// The runtime has these for runtime/cgo and sanitizers, and calls the code at the
// addresses in the variables _cgo_…. A variable that is linked to the name of a function
// in assembly has the function's address.

//go:linkname winplugin_sigaction winplugin_sigaction
var winplugin_sigaction byte

//go:linkname winplugin_cgo_sigaction _cgo_sigaction
var winplugin_cgo_sigaction = &winplugin_sigaction

//go:linkname winplugin_mmap winplugin_mmap
var winplugin_mmap byte

//go:linkname winplugin_cgo_mmap _cgo_mmap
var winplugin_cgo_mmap = &winplugin_mmap

//go:linkname winplugin_munmap winplugin_munmap
var winplugin_munmap byte

//go:linkname winplugin_cgo_munmap _cgo_munmap
var winplugin_cgo_munmap = &winplugin_munmap

//go:linkname winplugin_bounds winplugin_bounds
var winplugin_bounds byte

//go:linkname winplugin_cgo_getstackbound _cgo_getstackbound
var winplugin_cgo_getstackbound = &winplugin_bounds

//go:linkname winplugin_begin winplugin_begin
var winplugin_begin byte

//go:linkname winplugin_cgo_notify _cgo_notify_runtime_init_done
var winplugin_cgo_notify = &winplugin_begin

// Winplugin_Main is the main function of the library.
func Winplugin_Main() {
	winplugin_entries.Leave = winplugin_leave()
	winplugin_setStubs(&winplugin_entries)
	header := (*winplugin_abi.ELFHeader)(winplugin_header())
	header.Light = winplugin_findLight()
	winplugin_pluginrt.Serve(&winplugin_library, header, &winplugin_entries)
}

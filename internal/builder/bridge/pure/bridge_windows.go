//go:build go1.22 && !cgo

package pure

import (
	"unsafe"

	// Under names that the plugin's package cannot have.
	winplugin_abi "github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	winplugin_pluginrt "github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// winplugin_entries is where the assembly looks for the addresses of Go code.
var winplugin_entries winplugin_pluginrt.Entries

// winplugin_address returns the address of the abi.ImageHeader that the assembly defines.
func winplugin_address() unsafe.Pointer

// winplugin_tls returns where, from the thread environment block on, the runtime
// keeps its g.
func winplugin_tls() uintptr

// The entries. They are called by their addresses in the image, never from Go.
func winplugin_call()
func winplugin_bind()
func winplugin_unbind()
func winplugin_exit()
func winplugin_write()

// winplugin_halt ends the calling thread, and makes each other thread of the library end at
// its next wait. See hooks_windows_amd64.s.
func winplugin_halt()

// winplugin_bounds returns the address of the function that tells the runtime where
// a thread's stack lies.
func winplugin_bounds() uintptr

func winplugin_stack()

// Winplugin_Main is the main function of the library.
func Winplugin_Main() {
	winplugin_entries.Bounds = winplugin_bounds()
	winplugin_setStubs(&winplugin_entries)
	winplugin_pluginrt.Serve(&winplugin_library, (*winplugin_abi.ImageHeader)(winplugin_address()), &winplugin_entries, winplugin_tls(), winplugin_halt)
}

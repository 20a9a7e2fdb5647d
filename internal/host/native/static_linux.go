//go:build amd64 && winplugin_static && !cgo

package native

import "errors"

// A program that is built with CGO_ENABLED=0 and the tag winplugin_static has no libc and no
// purego: package nolibc makes its threads. So it can load libraries of the pure bridge only.

var errStatic = errors.New("this program was built without libc (tag winplugin_static), which libraries of the cgo bridge need; build the plugin with the pure bridge, or the program without the tag")

func canDlopen() error { return errStatic }

func dlopen(string) (uintptr, error) { return 0, errStatic }

func dlclose(uintptr) {}

func dlsym(uintptr, string) (uintptr, error) { return 0, errStatic }

// In entry_linux_amd64.s, which also refers to the rest.
var (
	hostEntryPC, bindThreadPC, unbindThreadPC uintptr
	threadKey                                 uint32
	setSpecific                               uintptr
)

// Entry returns the address of the process's entry for callbacks.
func Entry() uintptr { return hostEntryPC }

//go:build (!linux && !windows) || (linux && winplugin_static && !cgo)

package e2e

// rawCall is never reached: such a host loads no libraries with C exports.
func rawCall(uintptr, []uintptr) { panic("no libc") }

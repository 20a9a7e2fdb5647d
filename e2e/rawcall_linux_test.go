//go:build !winplugin_static || cgo

package e2e

import "github.com/ebitengine/purego"

// rawCall calls a C function in the way that hosts without this module do.
func rawCall(address uintptr, args []uintptr) { purego.SyscallN(address, args...) }

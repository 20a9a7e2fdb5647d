package e2e

import "syscall"

// rawCall calls a C function in the way that hosts without this module do.
func rawCall(address uintptr, args []uintptr) { _, _, _ = syscall.SyscallN(address, args...) }

//go:build amd64 || arm64

package madetype

import "unsafe"

// In the host only tests make types. The code for methods in a plugin is part of its bridge.

var closures [maxStubs]unsafe.Pointer

func stubs()

func stubsAddress() unsafe.Pointer

func init() { SetStubs(uintptr(stubsAddress()), uintptr(unsafe.Pointer(&closures))) }

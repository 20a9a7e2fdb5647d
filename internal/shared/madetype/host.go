//go:build amd64 || arm64

package madetype

import "unsafe"

// In the host types are made by tests alone. A plugin's code for methods is in its bridge.

var closures [maxStubs]unsafe.Pointer

func stubs()

func stubsAddress() unsafe.Pointer

func init() { SetStubs(uintptr(stubsAddress()), uintptr(unsafe.Pointer(&closures))) }

//go:build go1.22

package pluginrt

import "unsafe"

// getg returns the address of the running goroutine's g, which tells goroutines apart as long as
// they run. It is the bridge's, and nil where that has none.
var getg func() uintptr

// code returns the func whose code is at an address, nil for 0.
func code(address uintptr) func() uintptr {
	if address == 0 {
		return nil
	}
	closure := &[1]uintptr{address}
	return *(*func() uintptr)(unsafe.Pointer(&closure))
}

// goroutine returns what getg does, and how deep in the goroutine's stack the variable mark is.
// The stack may move, but not its content against its upper end, which is the second word of a g.
func goroutine(mark *byte) (g, depth uintptr) {
	if getg == nil {
		return 0, 0
	}
	g = getg()
	high := g + unsafe.Sizeof(g)
	return g, **(**uintptr)(unsafe.Pointer(&high)) - uintptr(unsafe.Pointer(mark))
}

//go:build go1.22

package pluginrt

import (
	"runtime"
	"strconv"
	"strings"
	"sync"
	"unsafe"
)

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

// A routine is a goroutine. When it ends, the runtime uses its g again for another one, which has
// another id.
type routine struct {
	g  uintptr // its address
	id uint64
}

// goroutine returns the running goroutine, and how deep in its stack the variable mark is. g is 0
// if goroutines cannot be told apart.
// The stack may move, but not its content against its upper end, which is the second word of a g.
func goroutine(mark *byte) (r routine, depth uintptr) {
	if getg == nil {
		return routine{}, 0
	}
	offset := idOffset()
	if offset == 0 {
		return routine{}, 0
	}
	g := getg()
	high := uintptr(wordAt(g + unsafe.Sizeof(g)))
	return routine{g, wordAt(g + offset)}, high - uintptr(unsafe.Pointer(mark))
}

// wordAt returns what the runtime has at an address.
func wordAt(address uintptr) uint64 { return **(**uint64)(unsafe.Pointer(&address)) }

// idOffset returns the offset of the goroutine's id in the runtime's g. A test at run time finds
// it: on amd64 it is 152 in Go 1.22 and 1.26, and 160 in Go 1.24. It is 0 if the test finds none.
var idOffset = sync.OnceValue(findID)

// idWithin bounds the offsets that are tried. A g is larger.
const idWithin = 256

// findID looks for the only word that is the id in the g of each of some goroutines.
func findID() uintptr {
	var differs [idWithin / 8]bool
	for range 3 {
		done := make(chan struct{})
		go func() {
			defer close(done)
			id, g := stackID(), getg()
			for i := range differs {
				differs[i] = differs[i] || id == 0 || wordAt(g+8*uintptr(i)) != id
			}
		}()
		<-done
	}
	found := uintptr(0)
	for i, differs := range differs {
		if !differs && found != 0 {
			return 0
		}
		if !differs {
			found = 8 * uintptr(i)
		}
	}
	return found
}

// stackID returns the id of the running goroutine that a stack trace begins with, or 0.
func stackID() uint64 {
	var b [64]byte
	s, _ := strings.CutPrefix(string(b[:runtime.Stack(b[:], false)]), "goroutine ")
	s, _, _ = strings.Cut(s, " ")
	id, _ := strconv.ParseUint(s, 10, 64)
	return id
}

package e2e

import (
	"syscall"
	"testing"
)

// A plugin that has the address of a function of the host calls it, on the
// caller's thread and on one of its own, and the host calls the plugin from there.
func TestCallbacks(t *testing.T) {
	p := open(t, webserver(t))
	depth := 0
	var back uintptr
	back = syscall.NewCallback(func(n uintptr) uintptr {
		if n == 0 {
			return 1
		}
		if int(n) > depth {
			depth = int(n)
		}
		return uintptr(call(t, p, "CallBack", back, int(n)-1)[0].(int))
	})
	if r := call(t, p, "CallBack", back, 6); r[0] != 1<<7 {
		t.Errorf("got %v, want %d", r[0], 1<<7)
	}
	if depth != 6 {
		t.Errorf("the calls nested: got %d deep, want 6", depth)
	}
}

//go:build amd64

package nolibc

// AtThreadEnd makes each thread of this program call a C function void(void) before the
// thread ends.
func AtThreadEnd(function uintptr) { winplugin_threadEnd = function }

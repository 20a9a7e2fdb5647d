package nolibc

// AtThreadEnd lets each thread of this program call a C function void(void) before it
// ends.
func AtThreadEnd(function uintptr) { winplugin_threadEnd = function }

package webserver

import "syscall"

// CallBack calls a function of the host with n, and again from its own
// goroutine, and returns the sum of the results.
func CallBack(function uintptr, n int) int {
	here, _, _ := syscall.SyscallN(function, uintptr(n))
	there := make(chan uintptr)
	go func() {
		r, _, _ := syscall.SyscallN(function, uintptr(n))
		there <- r
	}()
	return int(here + <-there)
}

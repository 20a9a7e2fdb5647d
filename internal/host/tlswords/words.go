// Package tlswords reserves thread-local words for the libraries of the pure bridge on
// Linux. For each library, each thread of the process has a word for the g of the library's
// runtime, and words in which the host records the thread's state. They must be at the same
// offset from FS in every thread, so they are part of the program's own thread-local storage.
package tlswords

// Count is how many libraries there can be at once, Size how many bytes each has. Their
// product is small enough for a host that is a shared library itself: glibc has some 1,600
// bytes for all that are loaded into a running program.
const (
	Count = 64
	Size  = 24
)

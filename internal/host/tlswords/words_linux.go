//go:build amd64 && !cgo && !winplugin_static

package tlswords

// reserved returns 0. It refers to the words, so that the linker keeps them.
func reserved() uintptr

// First returns where the words of library 0 are, in bytes from FS. Without cgo Go's
// linker lays out the program's thread-local storage, with nothing in it but the words
// and the runtime's g, which comes last whatever the symbols' order is.
func First() int64 {
	return -8 - Count*Size + int64(reserved())
}

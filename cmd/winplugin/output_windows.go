package main

import (
	"os"

	"golang.org/x/sys/windows"
)

// detachOutput makes standard error the process's standard output, so that what a plugin
// prints goes there, and returns standard output itself. Go's runtime and the C library
// of a plugin ask for the handle while the library is loaded.
func detachOutput() (*os.File, error) {
	return os.Stdout, windows.SetStdHandle(windows.STD_OUTPUT_HANDLE, windows.Handle(os.Stderr.Fd()))
}

// isScreen reports whether f is a console that understands the sequences that clear it. It makes
// the console do so.
func isScreen(f *os.File) bool {
	var mode uint32
	if windows.GetConsoleMode(windows.Handle(f.Fd()), &mode) != nil {
		return false
	}
	return windows.SetConsoleMode(windows.Handle(f.Fd()), mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}

// Package hostile does what a plugin in a process of its own should not do.
package hostile

import "os"

// Add works.
func Add(a, b int) int { return a + b }

// Scribble writes a byte to n bytes of the memory that host and plugin share.
func Scribble(at, n int, b byte) error {
	memory, err := section()
	if err != nil {
		return err
	}
	for i := range memory[at : at+n] {
		memory[at+i] = b
	}
	return nil
}

// ScribbleAndExit is Scribble, and ends the process at once.
func ScribbleAndExit(at, n int, b byte) error {
	if err := Scribble(at, n, b); err != nil {
		return err
	}
	os.Exit(3)
	return nil
}

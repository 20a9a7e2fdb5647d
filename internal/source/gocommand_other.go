//go:build !unix

package source

import "os/exec"

// stopWithChildren leaves it at the default, which ends the go command alone:
// a compiler that it had started ends by itself after the package it works on,
// and writes only to the go command's own work folder.
func stopWithChildren(*exec.Cmd) {}

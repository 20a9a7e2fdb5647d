//go:build !unix

package source

import "os/exec"

// startGroup leaves it at the default, which ends the go command alone: a
// compiler that it had started ends by itself after the package it works on.
func startGroup(cmd *exec.Cmd) (release func(), err error) {
	return func() {}, cmd.Start()
}

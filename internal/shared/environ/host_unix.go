//go:build (linux || darwin) && (amd64 || arm64)

package environ

import "unsafe"

// What the runtime called before; nil: nothing.
var nextSetenv, nextUnsetenv unsafe.Pointer

// hooks returns the addresses of C functions that count a change and go on to nextSetenv or
// nextUnsetenv.
func hooks() (setenv, unsetenv unsafe.Pointer)

func init() {
	nextSetenv, nextUnsetenv = cgoSetenv, cgoUnsetenv
	cgoSetenv, cgoUnsetenv = hooks()
}

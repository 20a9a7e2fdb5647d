//go:build !windows

package build

import (
	"errors"
	"syscall"
)

// transient reports whether err may pass by itself. Here nobody is kept from
// files that others have open.
func transient(error) bool { return false }

func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

// tempEnv makes compilers put their temporary files into dir.
func tempEnv(dir string) []string {
	return []string{"GOTMPDIR=" + dir, "TMPDIR=" + dir}
}

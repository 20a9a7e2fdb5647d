//go:build unix

package fsutil

import (
	"fmt"
	"os"
	"syscall"
)

// CheckPrivate returns a *NotPrivateError if somebody else than the user or the
// administrator owns the folder or may write to it. Windows has access control lists
// instead of modes; there the members of other groups count.
func CheckPrivate(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return nil
	}
	if user := uint32(os.Geteuid()); stat.Uid != user && stat.Uid != 0 {
		return &NotPrivateError{dir, fmt.Sprintf("it belongs to user %d, and this process runs as user %d", stat.Uid, user), fmt.Sprintf("chown %d '%s'", user, dir)}
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return &NotPrivateError{dir, fmt.Sprintf("other users may write to it (mode %#o)", mode), fmt.Sprintf("chmod go-w '%s'", dir)}
	}
	return nil
}

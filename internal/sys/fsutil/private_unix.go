//go:build unix

package fsutil

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// CheckPrivate returns a *NotPrivateError if another user than this one or the
// administrator owns the folder, can write to it, or can replace it. For a missing folder
// it looks at the folders above, and returns fs.ErrNotExist if they are private. Windows
// has access control lists instead of modes; there the members of other groups count.
func CheckPrivate(dir string) error {
	if err := checkParents(dir); err != nil {
		return err
	}
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

// checkParents returns a *NotPrivateError if other users can rename or replace dir,
// because they can write to a folder above it. In a folder with the sticky bit, such as
// /tmp, they cannot. A group that has the number of the folder's owner counts as the owner:
// many systems give each user a group, and let it write to what the user creates.
func checkParents(dir string) error {
	at, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	if resolved, err := filepath.EvalSymlinks(at); err == nil {
		at = resolved
	}
	for at != filepath.Dir(at) {
		at = filepath.Dir(at)
		info, err := os.Stat(at)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		others := info.Mode().Perm() & 0o022
		if stat, ok := info.Sys().(*syscall.Stat_t); ok && stat.Gid == stat.Uid {
			others &^= 0o020
		}
		if others != 0 && info.Mode()&os.ModeSticky == 0 {
			return &NotPrivateError{dir, fmt.Sprintf("other users may replace it, because they may write to %s (mode %#o)", at, info.Mode().Perm()), fmt.Sprintf("chmod go-w '%s'", at)}
		}
	}
	return nil
}

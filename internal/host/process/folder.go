//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A folder is one in which a process works. It lies in another one, beside a lock file that this
// process holds: what is not locked was left behind by a host that was killed. Process ids would not
// do, because hosts in containers may share a folder for temporary files, and not their ids.
type folder struct {
	root string
	lock *fsutil.Lock
}

const (
	folderPrefix = "winplugin-process-"
	lockName     = "lock"
	workName     = "work"

	// abandonedAge is the age from which an unlocked folder belongs to no process: the lock of a
	// younger one may be about to be taken.
	abandonedAge = time.Minute
)

// removeLeftFolders removes what earlier hosts have left behind, at the first use.
var removeLeftFolders = sync.OnceFunc(func() { removeAbandoned(os.TempDir(), time.Now().Add(-abandonedAge)) })

// newFolder makes an empty folder, and returns its path.
func newFolder() (_ *folder, path string, err error) {
	removeLeftFolders()
	root, err := os.MkdirTemp("", folderPrefix)
	if err != nil {
		return nil, "", fmt.Errorf("making a folder for its process: %w", err)
	}
	f := &folder{root: root}
	path = filepath.Join(root, workName)
	if f.lock, err = fsutil.TryLock(filepath.Join(root, lockName)); err == nil {
		err = os.Mkdir(path, 0o700)
	}
	if err != nil {
		f.remove()
		return nil, "", fmt.Errorf("making a folder for its process: %w", err)
	}
	return f, path, nil
}

// remove removes the folder, unless it is nil.
func (f *folder) remove() {
	if f == nil {
		return
	}
	if f.lock != nil {
		f.lock.Unlock() // Windows removes no open file
	}
	_ = os.RemoveAll(f.root)
}

// removeAbandoned removes the folders in dir that are older than limit, that nobody but this user
// can have made, and that no process holds.
func removeAbandoned(dir string, limit time.Time) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if !entry.IsDir() || !strings.HasPrefix(entry.Name(), folderPrefix) {
			continue
		}
		root := filepath.Join(dir, entry.Name())
		info, err := os.Lstat(filepath.Join(root, lockName))
		if err != nil || !info.Mode().IsRegular() || info.ModTime().After(limit) || fsutil.CheckPrivate(root) != nil {
			continue
		}
		if lock, err := fsutil.TryLock(filepath.Join(root, lockName)); err == nil {
			lock.Unlock()
			_ = os.RemoveAll(root)
		}
	}
}

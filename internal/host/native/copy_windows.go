package native

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// copiesFiles says that a private copy is loaded of files that are not in the cache.
const copiesFiles = true

// A privateCopy is a copy of a library in a folder of its own. It is removed when the
// library is unloaded. A library that stays in the process keeps its copy: a later
// process removes it.
type privateCopy struct {
	file *os.File
	dir  string
}

// abandonedAge is the age from which a copy that can be deleted belongs to no process: a
// younger one may be about to be loaded.
const abandonedAge = 10 * time.Minute

// copiesDir is the folder of private copies. The first use in a process removes what
// earlier processes have left there.
var copiesDir = sync.OnceValues(func() (string, error) {
	user, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(user, "go-winplugin", "loaded")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", err
	}
	if err := fsutil.CheckPrivate(dir); err != nil {
		return "", err
	}
	removeAbandoned(dir, time.Now().Add(-abandonedAge))
	return dir, nil
})

// removeAbandoned removes the copies in dir that are older than limit and that no process
// has loaded: Windows does not delete a loaded DLL.
func removeAbandoned(dir string, limit time.Time) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if info, err := entry.Info(); err != nil || info.ModTime().After(limit) {
			continue
		}
		folder := filepath.Join(dir, entry.Name())
		files, _ := os.ReadDir(folder)
		for _, file := range files {
			os.Remove(filepath.Join(folder, file.Name()))
		}
		os.Remove(folder)
	}
}

func newPrivateCopy(source io.Reader, name string) (_ *privateCopy, err error) {
	parent, err := copiesDir()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(parent, "")
	if err != nil {
		return nil, err
	}
	c := &privateCopy{dir: dir}
	defer func() {
		if err != nil {
			c.remove()
		}
	}()
	path := filepath.Join(dir, name)
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(file, source)
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, err
	}
	c.file, err = fsutil.OpenUnchanging(path)
	return c, err
}

// remove removes the copy, which is not loaded.
func (c *privateCopy) remove() {
	c.file.Close()
	_ = fsutil.RemoveAll(c.dir)
}

// loadsByPath reports whether a library must be loaded by its own path. DLLs that it
// needs are looked for beside the file at that path, also if a copy is loaded.
func loadsByPath(*os.File) bool { return false }

// finalPath is the path of an open file without links, which names that file as long as
// it is open and cannot be renamed.
func finalPath(file *os.File) (string, error) {
	buffer := make([]uint16, windows.MAX_LONG_PATH)
	n, err := windows.GetFinalPathNameByHandle(windows.Handle(file.Fd()), &buffer[0], uint32(len(buffer)), 0)
	if err == nil && int(n) >= len(buffer) {
		err = windows.ERROR_FILENAME_EXCED_RANGE
	}
	if err != nil {
		return "", fmt.Errorf("the path of the open file cannot be found: %w", err)
	}
	return plainPath(windows.UTF16ToString(buffer[:n])), nil
}

// plainPath removes the prefix of an extended-length path. A path that is too long without
// the prefix keeps it.
func plainPath(path string) string {
	if len(path) >= windows.MAX_PATH {
		return path
	}
	if share, ok := strings.CutPrefix(path, `\\?\UNC\`); ok {
		return `\\` + share
	}
	return strings.TrimPrefix(path, `\\?\`)
}

// searchBeside lets DLLs be looked for in the folder of the file at path as well, until
// done is called.
func searchBeside(path string) (done func()) {
	dir, err := windows.UTF16PtrFromString(filepath.Dir(path))
	if err != nil {
		return func() {}
	}
	cookie, _, _ := procAddDllDirectory.Call(uintptr(unsafe.Pointer(dir)))
	return func() {
		if cookie != 0 {
			procRemoveDllDirectory.Call(cookie)
		}
	}
}

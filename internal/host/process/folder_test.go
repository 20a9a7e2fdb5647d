//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// Folders of hosts that were killed are removed, and nothing else is.
func TestAbandonedFolders(t *testing.T) {
	limit := time.Now().Add(-time.Minute)
	old := limit.Add(-time.Hour)
	for _, test := range []struct {
		name, folder string
		lock         string // the name of its lock file
		held         bool   // by a host that runs
		made         time.Time
		want         bool // it is there afterwards
	}{
		{"left behind", "winplugin-process-1", "lock", false, old, false},
		{"in use", "winplugin-process-1", "lock", true, old, true},
		{"about to be locked", "winplugin-process-1", "lock", false, time.Now(), true},
		{"without a lock file", "winplugin-process-1", "other", false, old, true},
		{"of another program", "another-1", "lock", false, old, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			root := filepath.Join(dir, test.folder)
			if err := os.MkdirAll(filepath.Join(root, "work", "more"), 0o700); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(root, test.lock)
			lock, err := fsutil.TryLock(path)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(path, test.made, test.made); err != nil {
				t.Fatal(err)
			}
			if test.held {
				defer lock.Unlock()
			} else {
				lock.Unlock()
			}
			removeAbandoned(dir, limit)
			if _, err := os.Stat(root); os.IsNotExist(err) == test.want {
				t.Errorf("got %v, want that it is there: %t", err, test.want)
			}
		})
	}
}

// A folder is empty, is locked while it is used, and ends with its use.
func TestFolder(t *testing.T) {
	for _, name := range []string{"TMPDIR", "TMP"} {
		t.Setenv(name, t.TempDir())
	}
	f, path, err := newFolder()
	if err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(path); len(entries) != 0 || err != nil {
		t.Errorf("got %v, %v, want an empty folder", entries, err)
	}
	removeAbandoned(filepath.Dir(f.root), time.Now().Add(time.Hour))
	if _, err := os.Stat(path); err != nil {
		t.Errorf("while it is used: got %v, want that it stays", err)
	}
	f.remove()
	if _, err := os.Stat(f.root); !os.IsNotExist(err) {
		t.Errorf("after its use: got %v, want that it does not exist", err)
	}
}

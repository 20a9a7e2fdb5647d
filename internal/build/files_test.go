package build

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestWriteAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.json")
	for _, content := range []string{"one", "two"} {
		if err := writeAtomic(path, []byte(content)); err != nil {
			t.Fatal(err)
		}
		if data, err := os.ReadFile(path); err != nil || string(data) != content {
			t.Errorf("content is %q, %v", data, err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "taken", "x"), "")
	if err := writeAtomic(filepath.Join(dir, "taken"), nil); err == nil {
		t.Error("a folder was replaced by a file")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("folder holds %v, %v: a half-written file is left", entries, err)
	}
}

func TestCacheError(t *testing.T) {
	for want, err := range map[string]error{
		"is full":           &fs.PathError{Op: "write", Path: "x", Err: errDiskFull},
		"cannot be written": &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission},
		"in the cache":      errors.New("something else"),
	} {
		got := cacheError("storing", "/cache", err)
		if !errors.Is(got, err) || !strings.Contains(got.Error(), want) || !strings.Contains(got.Error(), "/cache") {
			t.Errorf("%v: got %q, want %q in it", err, got, want)
		}
	}
}

func TestCacheIsAFile(t *testing.T) {
	c := testCache(t)
	write(t, c.dir, "")
	if _, err := c.newWorkspace(); err == nil || !strings.Contains(err.Error(), c.dir) {
		t.Errorf("error is %v, want one that names the cache folder", err)
	}
}

package build

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestCacheError(t *testing.T) {
	for want, err := range map[string]error{
		"is full":           &fs.PathError{Op: "write", Path: "x", Err: errDiskFull},
		"cannot be written": &fs.PathError{Op: "open", Path: "x", Err: fs.ErrPermission},
		"in the cache":      errors.New("something else"),
	} {
		t.Run(want, func(t *testing.T) {
			got := cacheError("storing", "/cache", err)
			if !errors.Is(got, err) || !strings.Contains(got.Error(), want) || !strings.Contains(got.Error(), "/cache") {
				t.Errorf("%v: got %q, want %q in it", err, got, want)
			}
		})
	}
}

func TestCacheIsAFile(t *testing.T) {
	c := testCache(t)
	write(t, c.dir, "")
	if _, err := c.newWorkspace(); err == nil || !strings.Contains(err.Error(), c.dir) {
		t.Errorf("error is %v, want one that names the cache folder", err)
	}
}

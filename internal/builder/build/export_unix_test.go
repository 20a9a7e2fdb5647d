//go:build unix

package build

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestExportKeepsUmask(t *testing.T) {
	dir := t.TempDir()
	a := &Artifact{Path: filepath.Join(dir, "p_0123.so"), Header: filepath.Join(dir, "p_0123.h")}
	write(t, a.Path, "library")
	write(t, a.Header, "header")
	old := syscall.Umask(0o027)
	defer syscall.Umask(old)
	got, err := Export(a, filepath.Join(dir, "x.so"))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]os.FileMode{got.Path: 0o750, got.Header: 0o640} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s has mode %v, %v, want %v", path, info.Mode().Perm(), err, want)
			}
		})
	}
}

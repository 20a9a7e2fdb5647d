//go:build unix

package fsutil

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestReadRegular(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := errors.Join(
		os.WriteFile(in("file"), []byte("12345"), 0o600),
		syscall.Mkfifo(in("pipe"), 0o600),
		os.Mkdir(in("folder"), 0o700),
		os.Symlink("file", in("link")),
		os.Symlink("pipe", in("link to pipe")),
		os.Symlink("/dev/zero", in("device")),
	); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name  string
		limit int64
		want  string // the content, or text of the error
	}{
		{"file", 5, "12345"},
		{"file", 4, "has 5 bytes"},
		{"link", 9, "12345"},
		{"pipe", 9, "a named pipe"},
		{"link to pipe", 9, "a named pipe"},
		{"device", 9, "a device"},
		{"folder", 9, "a folder"},
		{"missing", 9, "no such file"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadRegular(in(test.name), test.limit)
			if err != nil {
				got = []byte(err.Error())
			}
			if !strings.Contains(string(got), test.want) {
				t.Errorf("ReadRegular gives %q, want %q", got, test.want)
			}
		})
	}
}

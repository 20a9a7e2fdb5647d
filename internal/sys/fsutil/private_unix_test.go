//go:build unix

package fsutil

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestCheckPrivate(t *testing.T) {
	for _, test := range []struct {
		name  string
		mode  os.FileMode
		owner int
		want  string // "": accepted
	}{
		{"private", 0o700, os.Geteuid(), ""},
		{"readable", 0o755, os.Geteuid(), ""},
		{"writable by the group", 0o775, os.Geteuid(), "chmod go-w"},
		{"writable by all", 0o777, os.Geteuid(), "chmod go-w"},
		{"of another user", 0o700, 12345, "belongs to user 12345"},
		{"of the administrator", 0o755, 0, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "a folder")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(dir, test.owner, -1); err != nil {
				t.Skip(err)
			}
			if err := os.Chmod(dir, test.mode); err != nil {
				t.Fatal(err)
			}
			err := CheckPrivate(dir)
			var refused *NotPrivateError
			switch {
			case test.want == "" && err != nil:
				t.Errorf("got %v, want none", err)
			case test.want != "" && (!errors.As(err, &refused) || !strings.Contains(err.Error(), test.want)):
				t.Errorf("got %v, want a NotPrivateError with %q", err, test.want)
			}
		})
	}
	if err := CheckPrivate(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing folder: got %v, want ErrNotExist", err)
	}
}

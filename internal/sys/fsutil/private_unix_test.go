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

// Who can write to a folder can replace what is in it.
func TestCheckPrivateParents(t *testing.T) {
	user := os.Geteuid()
	for _, test := range []struct {
		name  string
		mode  os.FileMode
		group int
		want  bool // refused
	}{
		{"readable", 0o755, user, false},
		{"writable by all", 0o777, user, true},
		{"writable by all, sticky", 0o777 | os.ModeSticky, user, false},
		{"writable by the owner's own group", 0o775, user, false},
		{"writable by another group", 0o775, 12345, true},
		{"writable by another group, sticky", 0o775 | os.ModeSticky, 12345, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			parent := filepath.Join(t.TempDir(), "a parent")
			dir := filepath.Join(parent, "one", "two")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.Chown(parent, -1, test.group); err != nil {
				t.Skip(err)
			}
			if err := os.Chmod(parent, test.mode); err != nil {
				t.Fatal(err)
			}
			link := filepath.Join(t.TempDir(), "link")
			if err := os.Symlink(dir, link); err != nil {
				t.Fatal(err)
			}
			for _, path := range []string{dir, link, filepath.Join(parent, "missing", "folder")} {
				t.Run(filepath.Base(path), func(t *testing.T) {
					err := CheckPrivate(path)
					var refused *NotPrivateError
					if !test.want && err != nil && !errors.Is(err, os.ErrNotExist) {
						t.Errorf("%s: got %v, want no error", path, err)
					}
					if test.want && (!errors.As(err, &refused) || !strings.Contains(refused.Remedy, "a parent'")) {
						t.Errorf("%s: got %v, want a NotPrivateError about the parent", path, err)
					}
				})
			}
		})
	}
}

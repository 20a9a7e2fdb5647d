package fsutil

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestView(t *testing.T) {
	path := filepath.Join(t.TempDir(), "файл")
	want := strings.Repeat("content ", 10000)
	if err := os.WriteFile(path, []byte(want), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("file", func(t *testing.T) {
		data, done, err := View(path, 1<<20)
		if err != nil || string(data) != want {
			t.Fatalf("got %d bytes, error %v, want the %d of the file", len(data), err, len(want))
		}
		if err := done(); err != nil {
			t.Error(err)
		}
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	})
	t.Run("missing", func(t *testing.T) {
		if _, _, err := View(path, 1<<20); !os.IsNotExist(err) {
			t.Errorf("got error %v, want os.ErrNotExist", err)
		}
	})
	t.Run("folder", func(t *testing.T) {
		if _, _, err := View(filepath.Dir(path), 1<<20); err == nil {
			t.Error("got no error, want one")
		}
	})
}

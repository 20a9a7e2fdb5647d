package fsutil

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestWriteAtomic(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.json")
	for _, content := range []string{"one", "two"} {
		t.Run(content, func(t *testing.T) {
			if err := WriteAtomic(path, []byte(content)); err != nil {
				t.Fatal(err)
			}
			if data, err := os.ReadFile(path); err != nil || string(data) != content {
				t.Errorf("content: got %q, %v, want %v", data, err, content)
			}
		})
	}
	if err := os.Mkdir(filepath.Join(dir, "taken"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "taken", "x"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteAtomic(filepath.Join(dir, "taken"), nil); err == nil {
		t.Error("a folder at the path: got no error, want one")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Errorf("got the entries %v and error %v, want two entries and no half-written file", entries, err)
	}
}

func TestLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "x.lock")
	first, err := WaitLock(context.Background(), path, func() { t.Error("a free lock: got a wait, want none") })
	if err != nil {
		t.Fatal(err)
	}
	if _, err := TryLock(path); !errors.Is(err, ErrLocked) {
		t.Errorf("second lock in one process: %v, want ErrLocked", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	if _, err := WaitLock(ctx, path, cancel); !errors.Is(err, context.Canceled) {
		t.Errorf("waiting without end: %v, want context.Canceled", err)
	}
	second, err := WaitLock(context.Background(), path, first.Unlock)
	if err != nil {
		t.Fatal(err)
	}
	second.Discard()
	if _, err := os.Lstat(path); err == nil {
		t.Error("a discarded lock: got a file that is left, want none")
	}
}

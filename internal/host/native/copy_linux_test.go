package native

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// libc takes a library under a path that it knows for the one loaded before, so no path
// is used twice, and each names the open file.
func TestDescriptorPath(t *testing.T) {
	file, err := os.Open(os.Args[0])
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	want, err := file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	seen := make(map[string]bool)
	for range 1000 {
		path := descriptorPath(file)
		if seen[path] {
			t.Fatalf("got the path %s again, want another", path)
		}
		seen[path] = true
		if len(path) > 100 {
			t.Fatalf("got the path %s of %d bytes, want at most 100", path, len(path))
		}
		if got, err := os.Stat(path); err != nil || !os.SameFile(got, want) {
			t.Fatalf("%s: got %v, error %v, want the same file", path, got, err)
		}
	}
}

// The copy keeps its content and has no name on disk.
func TestPrivateCopy(t *testing.T) {
	path := filepath.Join(t.TempDir(), "library.so")
	if err := os.WriteFile(path, []byte("content"), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer source.Close()
	c, err := newPrivateCopy(source, "library.so")
	if err != nil {
		t.Fatal(err)
	}
	defer c.file.Close()
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(io.NewSectionReader(c.file, 0, 100))
	if err != nil || string(got) != "content" {
		t.Errorf("the copy has %q, %v, want %q", got, err, "content")
	}
}

func TestDynamicHost(t *testing.T) {
	if err := dynamicHost(); err != nil {
		t.Errorf("a host that is linked dynamically: got error %v, want nil", err)
	}
}

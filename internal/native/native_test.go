package native

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// enter_windows_*.s has these offsets in it.
func TestCrossingLayout(t *testing.T) {
	got := []uintptr{unsafe.Offsetof(Crossing{}.call), unsafe.Offsetof(Crossing{}.frame), unsafe.Offsetof(Crossing{}.tls), unsafe.Offsetof(Crossing{}.g)}
	if diff := cmp.Diff([]uintptr{0, 8, 16, 24}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOpenRefuses(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text file.so")
	if err := os.WriteFile(text, []byte("no library"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{text, filepath.Join(dir, "missing.so"), dir} {
		var load *manifest.LoadError
		if l, err := Open(context.Background(), path, &manifest.File{Manifest: &manifest.Manifest{}}, Options{}); !errors.As(err, &load) || load.Reason != manifest.System || load.Path != path {
			t.Errorf("Open(%s) = %v, %v", path, l, err)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Open(ctx, text, &manifest.File{Manifest: &manifest.Manifest{}}, Options{}); err == nil {
		t.Error("opened with a context that had ended")
	}
}

package e2e

import (
	"context"
	"path/filepath"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A process of low integrity works, in a folder that it can write to.
func TestIsolatedLowIntegrity(t *testing.T) {
	p := openHostile(t, winplugin.WithLowIntegrity())
	if sum, err := bound[func(int, int) (int, error)](t, p, "Add")(1, 2); err != nil || sum != 3 {
		t.Errorf("Add: got %d, %v, want 3", sum, err)
	}
	if _, err := p.Call(context.Background(), "Write", "größe.txt"); err != nil {
		t.Errorf("writing to its folder: got %v, want nil", err)
	}
	level, err := bound[func() (uint32, error)](t, p, "Integrity")()
	const low = 0x1000
	if err != nil || level != low && !inWine() {
		t.Errorf("got the level %#x, %v, want %#x", level, err, low)
	}
	elsewhere := filepath.Join(t.TempDir(), "file")
	if _, err := p.Call(context.Background(), "WriteTo", elsewhere); err == nil && !inWine() {
		t.Error("writing to a folder of the host: got nil, want an error")
	}
}

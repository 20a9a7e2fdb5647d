package build

import (
	"context"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// One search finds that there is no C compiler and what to build with instead.
func TestOneSearch(t *testing.T) {
	cfg := config(t, plugin(t))
	cfg.GOOS, cfg.GOARCH = "windows", "amd64"
	cfg.Go = recorder(t, t.TempDir(), "go")
	t.Setenv("CC_FOR_windows_amd64", "none")
	b, err := newBuilder(cfg)
	if err != nil {
		t.Fatal(err)
	}
	tools, kind, err := b.findToolchain(context.Background(), true)
	if err != nil || kind != manifest.Pure || tools.Go != cfg.Go || tools.CC != "" {
		t.Errorf("got %+v for the %s bridge, %v, want the go command alone for the pure one", tools, kind, err)
	}
	if n := runs(t, cfg.Go); n != 1 {
		t.Errorf("the go command ran %d times, want once", n)
	}
}

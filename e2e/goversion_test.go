package e2e

import (
	"os"
	"testing"
)

// The plugin's own runtime and its manifest name the Go that built it, which is
// the one in WINPLUGIN_TEST_GOVERSION, if that is set. So with the bridge.
func TestGoVersion(t *testing.T) {
	p := openKitchen(t)
	got, want := call(t, p, "GoVersion")[0], p.Manifest().GoVersion
	if got != want {
		t.Errorf("got a runtime of %s, want that of the manifest, %s", got, want)
	}
	if v := os.Getenv("WINPLUGIN_TEST_GOVERSION"); v != "" && want != v {
		t.Errorf("got a plugin built by %s, want %s", want, v)
	}
	if kind, b := p.Manifest().Bridge.Kind, os.Getenv("WINPLUGIN_TEST_BRIDGE"); b != "" && kind != b {
		t.Errorf("got a plugin built with the bridge %s, want %s", kind, b)
	}
}

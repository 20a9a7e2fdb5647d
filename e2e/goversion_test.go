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
		t.Errorf("the plugin's runtime is of %s, its manifest says %s", got, want)
	}
	if v := os.Getenv("WINPLUGIN_TEST_GOVERSION"); v != "" && want != v {
		t.Errorf("the plugin was built by %s, not by %s", want, v)
	}
	if kind, b := p.Manifest().Bridge.Kind, os.Getenv("WINPLUGIN_TEST_BRIDGE"); b != "" && kind != b {
		t.Errorf("the plugin was built with the bridge %s, not with %s", kind, b)
	}
}

package detect

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLocalToolchain(t *testing.T) {
	settings := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(settings, []byte("GOFLAGS=-mod=mod\nGOTOOLCHAIN=go1.99.0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		env  environ
		want string // of the variable
	}{
		{"nothing is set", environ{"GOENV=off"}, "local"},
		{"settings are missing", environ{"GOENV=" + settings + ".missing"}, "local"},
		{"variable is empty", environ{"GOENV=off", "GOTOOLCHAIN="}, "local"},
		{"variable is set", environ{"GOENV=off", "GOTOOLCHAIN=auto"}, "auto"},
		{"go env -w has set it", environ{"GOENV=" + settings}, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := newFinder(Config{Env: test.env}).env.get("GOTOOLCHAIN"); got != test.want {
				t.Errorf("GOTOOLCHAIN is %q, want %q", got, test.want)
			}
		})
	}
}

func TestSetting(t *testing.T) {
	settings := filepath.Join(t.TempDir(), "env")
	if err := os.WriteFile(settings, []byte("GOWORK=/w/go.work\r\nGOFLAGS=-mod=mod -v\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, setting string
		env           []string
		want          string
	}{
		{"of go env -w", "GOWORK", []string{"GOENV=" + settings}, "/w/go.work"},
		{"last line", "GOFLAGS", []string{"GOENV=" + settings}, "-mod=mod -v"},
		{"variable", "GOWORK", []string{"GOENV=" + settings, "GOWORK=off"}, "off"},
		{"none", "GOTOOLCHAIN", []string{"GOENV=" + settings}, ""},
		{"no settings", "GOWORK", []string{"GOENV=off"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := Setting(test.env, test.setting); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

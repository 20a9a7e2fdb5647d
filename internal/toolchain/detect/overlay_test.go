package detect

import "testing"

func TestTakesOverlay(t *testing.T) {
	for _, test := range []struct {
		name, version, goroot string
		want                  bool
	}{
		{"installed", "go1.26.8", "/usr/local/go", true},
		{"oldest", "go1.23.0", "/usr/lib/go-1.23", true},
		{"too old", "go1.22.12", "/usr/local/go", false},
		{"development", "devel go1.27-abcdef", "/usr/local/go", false},
		{"named by go.mod", "go1.25.4", "/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.4.linux-amd64", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (&Toolchain{GoVersion: test.version, GOROOT: test.goroot}).TakesOverlay(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

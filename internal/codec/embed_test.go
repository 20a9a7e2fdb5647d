package codec

import (
	"os"
	"strings"
	"testing"
)

// Plugins get all of the package but this side's own files.
func TestSource(t *testing.T) {
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := f.Name()
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || name == "embed.go" {
			continue
		}
		b, err := Source.ReadFile(name)
		if err != nil || !strings.HasPrefix(string(b), "//go:build go1.22\n") {
			t.Errorf("%s: %v, or no build constraint", name, err)
		}
	}
}

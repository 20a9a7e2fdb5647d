package source

import (
	"strings"
	"testing"
)

func TestTooOldNamesTheToolchain(t *testing.T) {
	err := TooOld("go: go.mod requires go >= 1.99 (running go 1.25.0; GOTOOLCHAIN=local)\n")
	if err == nil || !strings.Contains(err.Error(), "the toolchain is go 1.25.0;") {
		t.Errorf("got %v, want the toolchain's version in it", err)
	}
}

package build

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestCheckFlags(t *testing.T) {
	for _, flags := range [][]string{{"-o", "x"}, {"-buildmode=pie"}, {"--overlay=x"}, {"-tags=a", "-C=/"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			if checkFlags(flags) == nil {
				t.Errorf("checkFlags(%v): got no error, want one", flags)
			}
		})
	}
	if err := checkFlags([]string{"-tags", "a,b", "-race", "-ldflags=-o x"}); err != nil {
		t.Error(err)
	}
}

func TestSplitLinkerFlags(t *testing.T) {
	for _, flags := range [][]string{
		{"-tags=x", "-ldflags=-X main.v=1", "-v"},
		{"-tags=x", "-ldflags", "-X main.v=1", "-v"},
		{"-ldflags=lost", "-tags=x", "--ldflags=-X main.v=1", "-v"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			rest, ldflags := splitLinkerFlags(flags)
			if diff := cmp.Diff([]string{"-tags=x", "-v"}, rest); diff != "" || ldflags != "-X main.v=1" {
				t.Errorf("%q: got %q, want -X main.v=1; other flags differ (-want +got):\n%s", flags, ldflags, diff)
			}
		})
	}
}

// Packages are compiled without DWARF unless the user may want it.
func TestBridgeFlagsOfDWARF(t *testing.T) {
	for _, test := range []struct {
		name, kind, goflags string
		flags               []string
		want                bool
	}{
		{"pure bridge", manifest.Pure, "", nil, false},
		{"program", manifest.Program, "-mod=mod", []string{"-tags=x"}, false},
		{"cgo bridge", manifest.CGO, "", nil, false},
		{"flags of the linker", manifest.Pure, "", []string{"-ldflags=-w=false"}, true},
		{"flags of the linker in two parts", manifest.Pure, "", []string{"-ldflags", "-w=false"}, true},
		{"flags of the compiler", manifest.Pure, "", []string{"--gcflags=all=-N -l"}, true},
		{"flags of the compiler in GOFLAGS", manifest.Pure, "-mod=mod '-gcflags=all=-N -l'", nil, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			flags := bridgeFlags(test.kind, test.goflags, test.flags)
			if got := !slices.Contains(flags, "-gcflags=all=-dwarf=false"); got != test.want {
				t.Errorf("got DWARF %t with %q, want %t", got, flags, test.want)
			}
		})
	}
}

package build

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
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

// Packages of modules for Go versions before 1.9 are compiled with what cmd/cgo writes.
func TestAliasFlags(t *testing.T) {
	for _, test := range []struct {
		name, kind, language, goflags string
		flags                         []string
		want                          []string
	}{
		{"Go 1.7", manifest.CGO, "go1.7", "", nil, []string{"-gcflags=example.com/old=-lang=go1.9 -dwarf=false"}},
		{"with DWARF", manifest.CGO, "go1.8", "", []string{"-ldflags=-w=false"}, []string{"-gcflags=example.com/old=-lang=go1.9"}},
		{"Go 1.9", manifest.CGO, "go1.9", "", nil, nil},
		{"Go 1.22", manifest.CGO, "go1.22", "", nil, nil},
		{"no version", manifest.CGO, "", "", nil, nil},
		{"pure bridge", manifest.Pure, "go1.7", "", nil, nil},
		{"flags of the compiler in GOFLAGS", manifest.CGO, "go1.7", "-gcflags=all=-N", nil, nil},
		{"flags of the compiler", manifest.CGO, "go1.7", "", []string{"-gcflags=all=-N"}, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &source.Model{ImportPath: "example.com/old", Language: test.language}
			if diff := cmp.Diff(test.want, aliasFlags(test.kind, m, test.goflags, test.flags)); diff != "" {
				t.Errorf("flags differ (-want +got):\n%s", diff)
			}
		})
	}
}

// A module whose go.mod names a Go version before type aliases is built by each bridge.
func TestModuleOfOldGo(t *testing.T) {
	sameEverywhere(t)
	for _, kind := range []string{manifest.CGO, manifest.Pure} {
		t.Run(kind, func(t *testing.T) {
			dir := plugin(t)
			write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.7\n")
			remove(t, filepath.Join(dir, "plugin.go")) // embedded files came with Go 1.16
			cfg := config(t, dir)
			cfg.Bridge = kind
			a, err := Run(context.Background(), cfg)
			if err != nil {
				t.Fatalf("got error %v, want nil", err)
			}
			if f, _ := a.Manifest.Lookup("Version"); f == nil {
				t.Errorf("got the manifest %+v, want Version in it", a.Manifest)
			}
		})
	}
}

package bridge

import (
	"errors"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestGoAssembly(t *testing.T) {
	const function = "-- a.go --\npackage p\n\nfunc F() int\n"
	const assembly = "-- a_amd64.s --\n//go:build !purego\n\n#include \"textflag.h\"\n\nTEXT ·F(SB), NOSPLIT, $0-8\n\tRET\n"
	tests := []struct {
		name, archive, kind string
		want                []string // in the error; nil for none
	}{
		{"cgo bridge", function + assembly, manifest.CGO, []string{"a_amd64.s:1:1", "--bridge pure", "--tags purego"}},
		{"pure bridge", function + assembly, manifest.Pure, nil},
		{"another target's", "-- a.go --\npackage p\n\nfunc F() {}\n-- a_arm64.s --\n", manifest.CGO, nil},
		{"package with cgo", function + assembly + "-- c.go --\npackage p\n\nimport \"C\"\n", manifest.CGO, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			opt := options
			opt.Kind = test.kind
			_, err := Describe(load(t, "", test.archive), opt)
			var e *source.BuildError
			if errors.As(err, &e) != (test.want != nil) {
				t.Fatalf("error is %v, want %q", err, test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error is %q, want %q in it", err, want)
				}
			}
		})
	}
}

// Names that only the cgo bridge needs are free for the others.
func TestNamesOfCGO(t *testing.T) {
	const archive = "-- a.go --\npackage p\n\ntype C int\n\nfunc F(c C) C { return c }\n\nfunc syscall() {}\n\nfunc go_plugin_x() {}\n"
	opt := options
	if _, err := Describe(load(t, "", archive), opt); err == nil || strings.Count(err.Error(), "is needed by the bridge") != 3 {
		t.Errorf("cgo bridge: error is %v, want one with three names", err)
	}
	opt.Kind = manifest.Pure
	if _, err := Describe(load(t, "", archive), opt); err != nil {
		t.Errorf("pure bridge: got error %v, want nil", err)
	}
}

package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func example() *winplugin.Manifest {
	integer := manifest.Type{Kind: manifest.Int}
	return &winplugin.Manifest{
		Package: "p", ImportPath: "example.org/p", Doc: "Package p is an example.\n\nIt has two paragraphs.\n",
		GOOS: "windows", GOARCH: "amd64", GoVersion: "go1.26.8", SourceHash: "abc", Flags: []string{"-tags=x"},
		Bridge: manifest.Bridge{Kind: "cgo", Version: 1},
		Functions: []winplugin.Function{{
			Name: "Add", Doc: "Add adds.\n", Symbol: "go_plugin_p_Add",
			Params:  []manifest.Param{{Name: "a", Type: integer}, {Name: "b", Type: integer}},
			Results: []manifest.Param{{Type: integer}},
		}, {
			Name: "Unit.Of", Receiver: "Unit",
			Params: []manifest.Param{
				{Name: "u", Type: manifest.Type{Kind: manifest.String, Name: "example.org/p.Unit"}, Borrow: true},
				{Name: "list", Type: manifest.Type{Kind: manifest.Slice, Elem: &integer}, Borrow: true},
			},
		}, {
			Name: "Port", Results: []manifest.Param{{Type: manifest.Type{Kind: manifest.Pointer, Elem: &integer}}},
		}},
		Variables:    []manifest.Variable{{Name: "Limit", Doc: "Limit limits.\n", Type: integer}},
		Skipped:      []manifest.Skipped{{Name: "Feed", Signature: "Feed(c chan int)", Reason: "a chan does not cross"}, {Name: "Map", Reason: "generic"}},
		Types:        map[string]manifest.Decl{"example.org/p.Unit": {Doc: "Unit is a unit.\n", Type: manifest.Type{Kind: manifest.String}}},
		Dependencies: []manifest.Module{{Path: "example.org/a", Version: "v1.2.3"}, {Path: "example.org/b"}},
	}
}

func TestDescribe(t *testing.T) {
	want := `package:     p
import path: example.org/p
system:      windows/amd64
go:          go1.26.8
bridge:      cgo, version 1
flags:       -tags=x
source:      abc

Package p is an example.

It has two paragraphs.

functions:
  Add(a int, b int) int
      Add adds.
      C symbol go_plugin_p_Add
  Unit.Of(u p.Unit, list []int)
      borrows u, list
  Port() *int
      returns a place that the plugin may write to later: *winplugin.Object stands for it, and a pointer of the host's is to a copy

variables:
  Limit int
      Limit limits.

cannot be called:
  Feed(c chan int)
      a chan does not cross
  Map
      generic

types:
  example.org/p.Unit string
      Unit is a unit.

dependencies:
  example.org/a v1.2.3
  example.org/b (local folder)
`
	if diff := cmp.Diff(want, describe(example())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSummary(t *testing.T) {
	want := `package p (example.org/p) for windows/amd64: 3 functions can be called
  Add(a int, b int) int
  Unit.Of(u p.Unit, list []int)
  Port() *int
      returns a place that the plugin may write to later: *winplugin.Object stands for it, and a pointer of the host's is to a copy

variables:
  Limit int

cannot be called:
  Feed(c chan int)
      a chan does not cross
  Map
      generic
`
	if diff := cmp.Diff(want, summary(example())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

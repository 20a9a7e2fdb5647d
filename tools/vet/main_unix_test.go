//go:build unix

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/txtar"
)

// The analyzers are all that go vet has.
func TestAnalyzers(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "tool", "vet", "help").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, list, found := strings.Cut(string(out), "Registered analyzers:\n")
	if !found {
		t.Fatalf("got no list of analyzers in what go tool vet help prints:\n%s", out)
	}
	list, _, _ = strings.Cut(strings.TrimLeft(list, "\n"), "\n\n")
	var ours []string
	for _, a := range vet.Suite {
		ours = append(ours, a.Name)
	}
	n := 0
	for line := range strings.Lines(list) {
		n++
		if name := strings.Fields(line)[0]; !slices.Contains(ours, name) {
			t.Errorf("go vet has the analyzer %s, which is missing here: update golang.org/x/tools", name)
		}
	}
	if n < 30 {
		t.Errorf("got %d analyzers of go vet, want 30 at least", n)
	}
}

const mod = "-- go.mod --\nmodule example.com/m\n\ngo 1.25\n"

// What go vet finds is found, for another processor than this one.
func TestFindings(t *testing.T) {
	out, err := checked(t, `
-- a_arm64.go --
package m

func F(x int64) int64
-- a_arm64.s --
#include "textflag.h"
TEXT ·F(SB), NOSPLIT, $0-24
	RET
-- b.go --
//go:build windows
// +build linux

package m
-- p/p.go --
package p

import "fmt"

func Say(format string, args ...any) { fmt.Printf(format, args...) }
-- q/q.go --
package q

import "example.com/m/p"

func G() { p.Say("%d", "x") }
-- q/q_test.go --
package q

func in(x int) { x = x }
`)
	if err == nil {
		t.Error("got no error, want one")
	}
	for _, test := range []struct{ name, want string }{
		{"assembly", "a_arm64.s:2:1: [arm64] F: wrong argument size 24; expected $...-16"},
		{"a file that is left out", "b.go:2:1: +build lines do not match //go:build condition"},
		{"a fact about a dependency", `Say format %d has arg "x" of wrong type string`},
		{"a test", "q_test.go:3:18: self-assignment of x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if strings.Count(out, test.want) != 1 {
				t.Errorf("got\n%s\nwant once: %s", out, test.want)
			}
		})
	}
}

// Packages that do not type-check fail, and correct ones do not.
func TestTypes(t *testing.T) {
	for _, test := range []struct{ name, files, want string }{
		{"correct", "-- a.go --\npackage m\n\nfunc F() {}\n", ""},
		{"a type error", "-- a.go --\npackage m\n\nvar X int = \"x\"\n", "cannot use \"x\""},
		{"a file for another processor", "-- a.go --\npackage m\n\nvar X = y\n-- b_amd64.go --\npackage m\n\nvar y = 1\n", "undefined: y"},
		{"no package", "", "no packages match"},
	} {
		t.Run(test.name, func(t *testing.T) {
			out, err := checked(t, test.files)
			if test.want == "" {
				if err != nil || out != "" {
					t.Errorf("got %v and\n%s\nwant no finding", err, out)
				}
				return
			}
			if err == nil || !strings.Contains(out+err.Error(), test.want) {
				t.Errorf("got %v and\n%s\nwant %s", err, out, test.want)
			}
		})
	}
}

// checked checks a module for arm64.
func checked(t *testing.T, files string) (out string, err error) {
	t.Helper()
	dir := t.TempDir()
	for _, file := range txtar.Parse([]byte(mod + files)).Files {
		name := filepath.Join(dir, file.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, file.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	var w strings.Builder
	err = check(&w, dir, []string{"GOARCH=arm64", "CGO_ENABLED=0", "GOWORK=off"}, "./...")
	return w.String(), err
}

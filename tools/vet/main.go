// Command vet checks packages as go vet does, for systems whose object files nobody needs. It reads
// the dependencies, the standard library included, from their sources. go vet compiles them
// all instead, which takes ten times as long on a machine whose cache is empty. The analyzers are
// those of go vet (a test compares the lists). It does not compile: tools/test.sh has the rest.
//
//	GOOS=windows GOARCH=arm64 CGO_ENABLED=0 vet ./...
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/suite/vet"
	"golang.org/x/tools/go/packages"
)

func main() {
	if err := check(os.Stderr, ".", nil, os.Args[1:]...); err != nil {
		fmt.Fprintln(os.Stderr, "vet:", err)
		os.Exit(1)
	}
}

// check analyzes the packages and their tests in a folder, and writes what it finds to w. env is
// added to the environment of the go command.
func check(w io.Writer, dir string, env []string, patterns ...string) error {
	pkgs, err := packages.Load(&packages.Config{
		Mode: packages.LoadAllSyntax | packages.NeedModule, Tests: true, Dir: dir, Env: append(os.Environ(), env...),
	}, patterns...)
	if err != nil {
		return err
	}
	if len(pkgs) == 0 {
		return fmt.Errorf("no packages match %q", patterns)
	}
	failed := false
	packages.Visit(pkgs, nil, func(p *packages.Package) {
		for _, err := range p.Errors {
			fmt.Fprintln(w, err)
			failed = true
		}
	})
	if failed {
		return errors.New("packages have errors")
	}
	graph, err := checker.Analyze(vet.Suite, pkgs, nil)
	if err != nil {
		return err
	}
	if err := graph.PrintText(w, -1); err != nil {
		return err
	}
	for action := range graph.All() {
		// A failure within a dependency shows as that of the packages that need it.
		if action.IsRoot && (action.Err != nil || len(action.Diagnostics) > 0) {
			return errors.New("there are findings")
		}
	}
	return nil
}

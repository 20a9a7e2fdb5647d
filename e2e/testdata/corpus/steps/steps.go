// Package steps runs programs that do, step by step, what a package is for, with the
// package linked directly, and writes what each step gave: one file for each program into
// the folder that is the command's argument. The tests in e2e do the same steps with the
// packages as plugins.
//
// Further arguments name programs; without them all run.
package steps

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Main is what a command does.
func Main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: direct FOLDER [PROGRAM…]")
		os.Exit(2)
	}
	for name, run := range programs {
		if len(os.Args) > 2 && !slices.Contains(os.Args[2:], name) {
			continue
		}
		out.Reset()
		run()
		if err := os.WriteFile(filepath.Join(os.Args[1], name+".txt"), out.Bytes(), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
}

var (
	programs = map[string]func(){}
	out      bytes.Buffer // the output of the program that runs
)

// Case adds a program.
func Case(name string, run func()) { programs[name] = run }

// Step writes what f returns. A panic is a result too.
func Step(key string, f func() any) {
	defer func() {
		if r := recover(); r != nil {
			fmt.Fprintf(&out, "%s\tPANIC %s\n", key, line(fmt.Sprint(r)))
		}
	}()
	fmt.Fprintf(&out, "%s\t%s\n", key, line(fmt.Sprint(f())))
}

// line returns text as one line of a limited length.
func line(text string) string {
	text = strings.ReplaceAll(text, "\n", `\n`)
	return text[:min(len(text), 1500)]
}

// Must returns v, or panics with err.
func Must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

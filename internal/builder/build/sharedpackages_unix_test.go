//go:build unix

package build

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"
)

// The go command compiles the shared packages for the first plugin alone: another one in another module takes
// them from its cache.
func TestSharedPackagesAreCompiledOnce(t *testing.T) {
	goCommand, err := exec.LookPath("go")
	if err != nil {
		t.Skip(err)
	}
	log := filepath.Join(t.TempDir(), "log")
	verbose := filepath.Join(t.TempDir(), "go")
	script := "#!/bin/sh\n[ \"$1\" = build ] || exec '" + goCommand + "' \"$@\"\nshift\nexec '" + goCommand + "' build -x \"$@\" 2>>'" + log + "'\n"
	if err := os.WriteFile(verbose, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	var compiled []string
	for _, module := range []string{"example.com/one", "example.com/two"} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, "go.mod"), "module "+module+"\n\ngo 1.22\n")
		write(t, filepath.Join(dir, "plugin.go"), fmt.Sprintf("package plugin\n\nfunc F() int { return %d }\n", time.Now().UnixNano())) // so that no earlier run has compiled it
		cfg := config(t, dir)
		cfg.Go = verbose
		if err := os.RemoveAll(log); err != nil {
			t.Fatal(err)
		}
		stages(t, cfg)
		text, err := os.ReadFile(log)
		if err != nil {
			t.Fatal(err)
		}
		compiled = nil
		for _, m := range regexp.MustCompile(`compile[^\n]* -p (\S+) `).FindAllStringSubmatch(string(text), -1) {
			compiled = append(compiled, m[1])
		}
	}
	if want := []string{"example.com/two", "main"}; !slices.Equal(compiled, want) {
		t.Errorf("the second plugin compiled %q, want %q", compiled, want)
	}
}

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"winplugin": main})
}

// TestScript runs the scripts in testdata/script. Beyond testscript's own they
// have:
//
//	exits CODE ARG…   runs winplugin, which must end with the exit code
//	only PATTERN      each line of the last command's standard error must match
//	truncate FROM TO  copies the first half of a file
//	dev ARG…          runs winplugin dev in the background
//	await PATTERN     waits for a line of it that matches
//	interrupt         interrupts it; it must succeed, and have printed no escape sequences
//	$ROOT             the module's root
//	$KITCHEN          a plugin folder within the module; needs --allow os
//	$CACHE            the cache folder, which all scripts share
//	$HOST             this system
//	$GO, $WINPLUGIN   paths of the go command and of this one
func TestScript(t *testing.T) {
	root, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	// The default folder of the cache. It is shared because a build in Wine takes
	// seconds, and lies outside of the scripts' folders because those go away
	// while other scripts run.
	caches := t.TempDir()
	set := []string{
		"WINPLUGIN_NO_INSTALL=1", // no test reaches outside of the machine
		"ROOT=" + root,
		"HOST=" + runtime.GOOS,
		"KITCHEN=" + filepath.Join(root, "cmd", "winplugin", "testdata", "kitchen"),
		"XDG_CACHE_HOME=" + caches,
		"LocalAppData=" + caches,
		"CACHE=" + filepath.Join(caches, "go-winplugin"),
	}
	for name, program := range map[string]string{"GO": "go", "WINPLUGIN": "winplugin"} {
		path, err := exec.LookPath(program)
		if err != nil {
			t.Fatal(err)
		}
		set = append(set, name+"="+path)
	}
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		out, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatalf("go env %s: %v, want nil", name, err)
		}
		set = append(set, name+"="+strings.TrimSpace(string(out)))
	}
	deadline, _ := t.Deadline()
	testscript.Run(t, testscript.Params{
		Deadline:            deadline,
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			env.Vars = append(append(environment(), env.Vars...), set...)
			env.Values["session"] = &session{env: slices.Clone(env.Vars)}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits, "only": only, "truncate": truncate, "dev": startDev, "await": awaitLine, "interrupt": interrupt},
	})
}

// environment returns what Go, C compilers and Windows itself need of the
// environment. Not all of it: a test must not depend on more than it must, and -v
// would log it.
func environment() []string {
	prefixes := []string{
		"GOROOT=", "GOFLAGS=", "GOPROXY=", "GOSUMDB=", "GOTOOLCHAIN=", "GOTMPDIR=", "GORACE=", "GOAMD64=", "CGO_", "CC=", "WINE",
		"SYSTEM", "WINDIR=", "COMSPEC=", "PATHEXT=", "PROCESSOR_", "NUMBER_OF_PROCESSORS=", "PROGRAM",
		"HTTP_PROXY=", "HTTPS_PROXY=", "NO_PROXY=", "SSL_CERT_",
	}
	env := slices.DeleteFunc(os.Environ(), func(entry string) bool {
		return !slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(strings.ToUpper(entry), p) })
	})
	// Else each run of the command sleeps for a second at its end under -race.
	return append([]string{"GORACE=atexit_sleep_ms=10"}, env...)
}

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: exits CODE ARG…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec("winplugin", args[1:]...)
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if got != want {
		ts.Fatalf("winplugin ended with exit code %d, want %d", got, want)
	}
}

func only(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: only PATTERN")
	}
	pattern, err := regexp.Compile("^(?:" + args[0] + ")$")
	ts.Check(err)
	for line := range strings.Lines(ts.ReadFile("stderr")) {
		if line = strings.TrimRight(line, "\r\n"); !pattern.MatchString(line) {
			ts.Fatalf("got %q on standard error, want nothing but %s", line, pattern)
		}
	}
}

func truncate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: truncate FROM TO")
	}
	data, err := os.ReadFile(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), data[:len(data)/2], 0o600))
}

package detect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A Trial is the result of trying a compiler: the machine that it names, and whether it can
// build a small library together with the go command.
type Trial struct {
	Version string   `json:"version,omitempty"` // the version that it prints
	Machine string   `json:"machine,omitempty"` // the machine for which it compiles
	Linker  string   `json:"linker,omitempty"`  // the version that its linker prints
	Built   bool     `json:"built"`             // the library was built, and its file is right
	Loaded  bool     `json:"loaded"`            // a separate program loaded and called the library
	Problem *Problem `json:"problem,omitempty"` // why the compiler is unsuitable; nil if it is not
	Note    string   `json:"note,omitempty"`    // why the library was not loaded, if nothing is wrong with it
}

// trialTimeout bounds one command of a trial. The first build compiles Go's runtime, which
// takes a minute with a virus scanner.
const trialTimeout = 10 * time.Minute

// library is the source of the library that a trial builds. It calls C, because cgo reads
// object files only then. Its language version is the oldest that plugins may have.
const (
	libraryModule = "module trial\n\ngo 1.22\n"
	librarySource = `package main

// static int add(int a, int b) { return a + b; }
import "C"

//export winplugin_trial
func winplugin_trial(a, b int32) int32 { return int32(C.add(C.int(a), C.int(b))) }

func main() {}
`
)

// try tries a compiler. With load, a small C program loads the library in a separate
// process, which a broken library may crash. A build does not use load, and only checks the
// library's file. One reason is that systems with rules about programs (AppLocker, WDAC)
// refuse to start a new program that is not signed, but load libraries; so a refusal would
// prove nothing. The other reason is that a build must not load the library in the host's
// own process, which it might crash.
func (f *finder) try(ctx context.Context, t *Toolchain, c candidate, load bool) Trial {
	var trial Trial
	fail := func(p *Problem) Trial {
		trial.Problem = p
		return trial
	}
	path := c.path()
	var p *Problem
	if trial.Machine, p = f.verify(ctx, c.args); p != nil {
		return fail(p)
	}
	if out, err := f.ask(ctx, c.args, "--version"); err == nil {
		trial.Version = firstLine(out)
	}
	trial.Linker = f.linker(ctx, c)
	if p := f.checkLinker(path, trial.Linker, t.GoVersion); p != nil {
		return fail(p)
	}

	dir, err := f.trialDir()
	if err != nil {
		return fail(&Problem{Message: "the folder for trials cannot be written: " + err.Error(), general: true, err: err,
			Remedy: "choose another cache folder, with --cache-dir or WithCacheDir"})
	}
	defer fsutil.RemoveAll(dir) // a later trial removes what is left
	with := *t
	with.CC, with.ccArgs = c.cc, c.args
	file, p := f.buildLibrary(ctx, &with, dir)
	if p != nil {
		return fail(p)
	}
	if p := inspect(file, f.GOOS, f.GOARCH); p != nil {
		p.Path = path
		p.Remedy = f.remedy(p.Trap, path)
		return fail(p)
	}
	trial.Built = true
	if !load {
		return trial
	}
	trial.Loaded, trial.Note, p = f.load(ctx, &with, file)
	return fail(p)
}

func (f *finder) tryAndRecord(ctx context.Context, t *Toolchain, c candidate, load bool) Trial {
	trial := f.try(ctx, t, c, load)
	if ctx.Err() == nil {
		f.writeRecord(t, c, trial)
	}
	return trial
}

// trialDir makes a folder for a trial, and removes the folders that crashed trials have
// left.
func (f *finder) trialDir() (string, error) {
	if err := os.MkdirAll(f.Records, 0o700); err != nil {
		return "", err
	}
	old, _ := filepath.Glob(filepath.Join(f.Records, "trial-*")) // finds none if the folder has a bracket in its name
	for _, dir := range old {
		if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > 24*time.Hour {
			os.RemoveAll(dir)
		}
	}
	return os.MkdirTemp(f.Records, "trial-")
}

// buildLibrary builds the library in dir and returns its path.
func (f *finder) buildLibrary(ctx context.Context, with *Toolchain, dir string) (string, *Problem) {
	for name, content := range map[string]string{"go.mod": libraryModule, "trial.go": librarySource} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return "", &Problem{Path: dir, Message: "cannot be written: " + err.Error(), general: true, err: err}
		}
	}
	file := filepath.Join(dir, "trial"+map[bool]string{true: ".dll", false: ".so"}[f.GOOS == "windows"])
	// The flags are those of a plugin's build, so both use the same compiled packages of
	// the standard library. The user's GOFLAGS are for plugins, and may not suit here. An
	// empty GOFLAGS would not replace a setting of go env -w.
	env := append(with.Env(), "GOFLAGS=-mod=mod", "GOWORK=off")
	out, err := f.run(ctx, dir, env, with.Go, "build", "-buildmode=c-shared", "-trimpath", "-buildvcs=false", "-ldflags=-s -w -buildid=", "-o", file, ".")
	if err != nil {
		if p := f.checkGo(ctx, with, dir, "GOFLAGS=-mod=mod"); p != nil {
			return "", p
		}
		return "", f.explain(with.ccArgs[0], "does not build a library: "+gist(out), out, err)
	}
	if p := vanished(file); p != nil {
		p.Remedy = f.remedy(p.Trap, file)
		return "", p
	}
	return file, nil
}

// run runs a command of a trial and returns what it printed.
func (f *finder) run(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	out, err := command.Command{Path: name, Args: args, Dir: dir, Env: env, Timeout: trialTimeout}.Run(ctx)
	if failed := new(command.Error); errors.As(err, &failed) {
		return failed.Output(), err
	}
	return string(out), err
}

// gist returns the most informative line of go build's output: the first one that is neither
// a package's name nor the start of a list.
func gist(out string) string {
	first := ""
	for line := range strings.Lines(out) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "# ") || strings.HasSuffix(line, ":") {
			continue
		}
		if strings.Contains(line, "error") {
			return line
		}
		if first == "" {
			first = line
		}
	}
	if first == "" {
		return "it prints nothing"
	}
	return first
}

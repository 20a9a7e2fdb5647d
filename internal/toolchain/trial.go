package toolchain

import (
	"context"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/disk"
	"github.com/RamanSharma100/go-winplugin/internal/group"
)

// A Trial is what came out of trying a compiler: of asking it what it is, and of
// building a small library with it and the go command.
type Trial struct {
	Version string   `json:"version,omitempty"` // what it says it is
	Machine string   `json:"machine,omitempty"` // what it compiles for
	Linker  string   `json:"linker,omitempty"`  // what its linker says it is
	Built   bool     `json:"built"`             // the library was built and looks as it must
	Loaded  bool     `json:"loaded"`            // a program of its own loaded and called it
	Problem *Problem `json:"problem,omitempty"` // why the compiler does not do; nil if it does
	Note    string   `json:"note,omitempty"`    // why it was not loaded, if nothing is wrong with it
}

// trialTimeout bounds one command of a trial. A first build compiles Go's runtime,
// which takes a minute where a virus scanner looks at each file.
const trialTimeout = 10 * time.Minute

// library is the source of the library that is built on trial. It calls C, because
// cgo reads objects only then. The language version is the oldest of plugins.
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

// try tries a compiler. With load the library is loaded as well, by a small C program
// in a process of its own: what is broken breaks that one. A build does without. The
// program would be one more that has just been made and that nobody has signed, which
// systems with rules about programs (AppLocker, WDAC) refuse to start though they
// load libraries; so such a refusal would prove nothing. And a host's process may not
// be risked for a trial. What a build can tell without running it is told from the
// file.
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
	defer disk.RemoveAll(dir) // what is left is removed by a later trial
	with := &Toolchain{Go: t.Go, GoVersion: t.GoVersion, GOROOT: t.GOROOT, GOOS: f.GOOS, GOARCH: f.GOARCH, env: f.env, ccArgs: c.args}
	if with.CC, err = joinQuoted(c.args); err != nil {
		return fail(&Problem{Trap: TrapSpaces, Path: path, Message: err.Error(), err: err})
	}
	file, p := f.buildLibrary(ctx, with, dir)
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
	trial.Loaded, trial.Note, p = f.load(ctx, with, file)
	return fail(p)
}

// trialDir makes a folder for a trial, and removes those that crashed trials have
// left.
func (f *finder) trialDir() (string, error) {
	if err := os.MkdirAll(f.Records, 0o700); err != nil {
		return "", err
	}
	old, _ := filepath.Glob(filepath.Join(f.Records, "trial-*")) // none in a folder with a bracket in its name
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
	// The flags of a plugin's build: what is compiled of the standard library for one
	// serves the other. GOFLAGS concerns the plugin and may not fit here. It is not
	// set empty, because then the one that go env -w wrote would count.
	env := append(with.Env(), "GOFLAGS=-mod=mod", "GOWORK=off", "PWD="+dir)
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

// checkGo says what is wrong with the go command if it cannot build a program without
// cgo. flags is GOFLAGS=…, or "" for the user's own.
func (f *finder) checkGo(ctx context.Context, t *Toolchain, dir, flags string) *Problem {
	without := &Toolchain{Go: t.Go, GoVersion: t.GoVersion, GOROOT: t.GOROOT, GOOS: t.GOOS, GOARCH: t.GOARCH, env: t.env}
	env := append(without.Env(), "GOWORK=off", "PWD="+dir)
	if flags != "" {
		env = append(env, flags)
	}
	source, program := filepath.Join(dir, "program.go"), filepath.Join(dir, "program.exe")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		return &Problem{Path: dir, Message: "cannot be written: " + err.Error(), general: true, err: err}
	}
	defer os.Remove(source)
	build := func(env []string) (string, error) {
		return f.run(ctx, dir, env, t.Go, "build", "-trimpath", "-buildvcs=false", "-o", program, "program.go")
	}
	out, err := build(env)
	if err == nil {
		p := vanished(program)
		if p != nil {
			p.Remedy = f.remedy(p.Trap, program)
		}
		return p
	}
	if _, err := build(append(env, "GOROOT=")); err == nil && f.env.get("GOROOT") != "" {
		p := f.setting("GOROOT", TrapGOROOT, errors.New(gist(out)))
		p.general, p.Output = true, out
		return p
	}
	p := f.explain(t.Go, "does not build a program: "+gist(out), out, err)
	if p.general = true; p.Trap == "" {
		p.Remedy = remedyGo(f.env)
	}
	return p
}

// vanished reports a finished file that is gone or may not be read: an antivirus
// program took it.
func vanished(file string) *Problem {
	in, err := os.Open(file)
	if err == nil {
		in.Close()
		return nil
	}
	// ERROR_VIRUS_INFECTED and ERROR_VIRUS_DELETED, whose numbers mean nothing of the
	// kind elsewhere, are covered: whatever keeps the file from being opened now came
	// after the linker had written it.
	message := "was built and is gone, most likely taken by an antivirus program"
	if !errors.Is(err, os.ErrNotExist) {
		message = "was built and cannot be opened, most likely because of an antivirus program: " + err.Error()
	}
	return &Problem{Trap: TrapAntivirus, Path: file, Message: message, general: true, err: err}
}

// linker returns what the linker of a compiler says it is, "" if that cannot be found
// out.
func (f *finder) linker(ctx context.Context, c candidate) string {
	out, err := f.ask(ctx, c.args, "-print-prog-name=ld")
	name := firstLine(out)
	if err != nil || name == "" {
		return ""
	}
	path, ok := environ(f.env.with("PATH=" + filepath.Dir(c.path()) + string(filepath.ListSeparator) + f.env.get("PATH"))).program(name)
	if !ok {
		return ""
	}
	if out, err = f.ask(ctx, []string{path}, "--version"); err != nil {
		return ""
	}
	return firstLine(out)
}

// Go 1.25 writes DWARF 5, which GNU ld reads since 2.37; older ones make broken
// programs for Windows (golang.org/issue/75077, go.dev/wiki/MinimumRequirements).
// Plugins are linked without DWARF, unless the user's flags want it, but Go does not
// promise that this is enough.
var gnuLinker = regexp.MustCompile(`^GNU ld .*?(\d+)\.(\d+)[\w.+-]*$`)

func (f *finder) checkLinker(compiler, linker, goVersion string) *Problem {
	m := gnuLinker.FindStringSubmatch(linker)
	if f.GOOS != "windows" || m == nil || version.Compare(language(goVersion), "go1.25") < 0 {
		return nil
	}
	major, _ := strconv.Atoi(m[1])
	minor, _ := strconv.Atoi(m[2])
	if major > 2 || major == 2 && minor >= 37 {
		return nil
	}
	return &Problem{Trap: TrapBinutils, Path: compiler, Remedy: f.remedy(TrapBinutils, compiler),
		Message: fmt.Sprintf("links with binutils %s.%s, and %s needs 2.37 or later", m[1], m[2], goVersion)}
}

// run runs a command of a trial and returns what it printed. It goes through a file:
// a compiler's server that outlives it may hold a pipe open for hours.
func (f *finder) run(ctx context.Context, dir string, env []string, name string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	out, err := os.CreateTemp(dir, "output-")
	if err != nil {
		return "", err
	}
	defer os.Remove(out.Name())
	defer out.Close()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir, cmd.Env = dir, env
	cmd.Stdout, cmd.Stderr = out, out
	release, err := group.Start(cmd)
	if err != nil {
		return "", err
	}
	err = cmd.Wait()
	release()
	if ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	text := make([]byte, 1<<16)
	n, _ := out.ReadAt(text, 0)
	return string(text[:n]), err
}

// gist is the line of go build's output that says most: the first that is neither a
// package's name nor the start of a list.
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

// notStarted reports whether err says that a program could not even be started.
func notStarted(err error) bool {
	exit := new(exec.ExitError)
	var errno syscall.Errno
	return err != nil && !errors.As(err, &exit) && errors.As(err, &errno)
}

package detect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// oldestGo is the oldest version whose plugins are tested.
const oldestGo = "go1.22"

// lookGo finds the go command: the first one that is not too old, or else the first one. It
// starts no process.
func (f *finder) lookGo() (found candidate) {
	for c := range f.gos() {
		if root, content := f.goroot(c.path()); c.binding || root == "" || !tooOld(firstLine(content)) {
			return c
		}
		if found.args == nil {
			found = c
		}
	}
	return found
}

func tooOld(goVersion string) bool {
	v := language(goVersion)
	return version.IsValid(v) && version.Compare(v, oldestGo) < 0
}

// goCommand sets t's Go, GOROOT and GoVersion.
func (f *finder) goCommand(ctx context.Context, t *Toolchain) error {
	found := f.lookGo()
	t.Go = found.path()
	if t.Go == "" {
		missing := &Error{Missing: "go command", Remedy: remedyGo(f.env)}
		if f.Go != "" {
			missing.Looked = []string{f.Go}
			return missing
		}
		missing.Looked, missing.Setup = []string{"go in PATH"}, true
		for dir := range f.goDirs() {
			missing.Looked = append(missing.Looked, filepath.Join(dir.Dir, "go"))
		}
		return missing
	}
	if p := f.inspectGo(ctx, t); p != nil {
		missing := &Error{Missing: "working go command", Err: p, Trap: p.Trap, Remedy: p.Remedy}
		if p.Trap == TrapGoVersion {
			missing.Missing, missing.Setup = "go command of version 1.22 or later", f.Go == ""
		}
		return missing
	}
	return nil
}

// inspectGo sets t's GOROOT and GoVersion, and returns what is wrong with the command.
func (f *finder) inspectGo(ctx context.Context, t *Toolchain) *Problem {
	root, content := f.goroot(t.Go)
	t.GOROOT, t.GoVersion = root, firstLine(content)
	t.GOFLAGS, t.CPPFLAGS, t.AllowedCPPFLAGS = f.env.get("GOFLAGS"), f.env.get("CGO_CPPFLAGS"), f.env.get("CGO_CPPFLAGS_ALLOW")
	if f.Dir != "" || t.GoVersion == "" {
		if err := f.askGo(ctx, t, t.Env()); err != nil {
			if p := f.checkFlags(t); p != nil {
				return p // this flag may be the cause
			}
			return f.blame(ctx, t, err)
		}
	}
	if tooOld(t.GoVersion) {
		return &Problem{Trap: TrapGoVersion, Path: t.Go, Message: "is " + t.GoVersion + ", which is too old for plugins", Remedy: remedyGo(f.env)}
	}
	return f.checkFlags(t)
}

// blame tests whether GOROOT keeps the go command from working, by running it without.
func (f *finder) blame(ctx context.Context, t *Toolchain, err error) *Problem {
	if f.env.get("GOROOT") != "" && f.askGo(ctx, t, append(t.Env(), "GOROOT=")) == nil {
		return f.setting("GOROOT", TrapGOROOT, err)
	}
	if p := f.explain(t.Go, err.Error(), err.Error(), err); p.general {
		return p
	}
	return &Problem{Path: t.Go, Message: err.Error(), err: err,
		Remedy: "run " + t.Go + " env in the plugin's folder and correct what it reports, or install Go again: " + remedyGo(f.env)}
}

// setting returns the problem of a variable that breaks go build.
func (f *finder) setting(name string, trap Trap, err error) *Problem {
	setting := name
	if value := f.env.get(name); value != "" {
		setting += "=" + value
	}
	return &Problem{Trap: trap, Message: fmt.Sprintf("%s breaks the go command: %v", setting, err), Remedy: f.remedy(trap, ""), err: err}
}

// goroot returns the GOROOT that goPath will use and the content of its VERSION
// file, both "" if that cannot be told from the files alone.
func (f *finder) goroot(goPath string) (root, content string) {
	root = f.env.get("GOROOT")
	if root == "" {
		real, err := filepath.EvalSymlinks(goPath)
		if err != nil {
			return "", ""
		}
		root = filepath.Dir(filepath.Dir(real))
	}
	data, err := os.ReadFile(filepath.Join(root, "VERSION"))
	if err != nil {
		return "", "" // a wrapper such as ~/go/bin/go1.25.0, or a Go without a VERSION file
	}
	return root, string(data)
}

// askGoTimeout bounds go env, which may download a toolchain.
const askGoTimeout = 10 * time.Minute

// askGo runs go env in the folder of the build.
func (f *finder) askGo(ctx context.Context, t *Toolchain, env []string) error {
	out, err := command.Command{Path: t.Go, Args: []string{"env", "-json", "GOROOT", "GOVERSION", "GOFLAGS", "CGO_CPPFLAGS", "CGO_CPPFLAGS_ALLOW"}, Dir: f.Dir, Env: env, Timeout: askGoTimeout}.Run(ctx)
	if err != nil {
		return err
	}
	var answer struct{ GOROOT, GOVERSION, GOFLAGS, CGO_CPPFLAGS, CGO_CPPFLAGS_ALLOW string }
	if err := json.Unmarshal(out, &answer); err != nil {
		return fmt.Errorf("%s env: %w", t.Go, err)
	}
	if answer.GOVERSION == "" {
		return errors.New("go env does not tell its version")
	}
	t.GOROOT, t.GoVersion = answer.GOROOT, answer.GOVERSION
	t.GOFLAGS, t.CPPFLAGS, t.AllowedCPPFLAGS = answer.GOFLAGS, answer.CGO_CPPFLAGS, answer.CGO_CPPFLAGS_ALLOW
	return nil
}

// language turns a toolchain's version into one that package go/version understands. Go
// reports versions such as "devel go1.27-abcdef", "go1.26.8 X:nocoverageredesign" and
// "go1.26.8-custom".
func language(v string) string {
	v = strings.TrimPrefix(v, "devel ")
	if i := strings.IndexAny(v, " -"); i >= 0 {
		v = v[:i]
	}
	return v
}

// newer orders folders by the Go version in their path, the newest first, or else by their
// names.
func newer(a, b string) bool {
	if c := version.Compare(versionIn(a), versionIn(b)); c != 0 {
		return c > 0
	}
	return a > b
}

func versionIn(path string) string {
	for _, part := range strings.Split(filepath.ToSlash(path), "/") {
		v := strings.Replace(part, "go-", "go", 1) // Debian writes go-1.24
		if version.IsValid(v) {
			return v
		}
	}
	return ""
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

package toolchain

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/version"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// oldestGo is the oldest version whose plugins are tested.
const oldestGo = "go1.22"

// lookGo finds the go command and returns where it looked. It starts no
// process.
func (f *finder) lookGo() (path string, looked []string) {
	if f.Go != "" {
		path, _ = f.env.program(f.Go)
		return path, []string{f.Go}
	}
	looked = append(looked, "go in PATH")
	if path, ok := f.env.program("go"); ok {
		return path, looked
	}
	dirs := append(goPlaces(f.env), f.Places...)
	if root := f.env.get("GOROOT"); root != "" {
		dirs = append([]string{filepath.Join(root, "bin")}, dirs...)
	}
	for _, dir := range dirs {
		path := filepath.Join(dir, "go")
		looked = append(looked, path)
		if path, ok := f.env.executable(path); ok {
			return path, looked
		}
	}
	return "", looked
}

// goCommand fills in t's Go, GOROOT and GoVersion.
func (f *finder) goCommand(ctx context.Context, t *Toolchain) error {
	missing := &Error{Missing: "go command"}
	t.Go, missing.Looked = f.lookGo()
	if t.Go == "" {
		missing.Remedy = remedyGo(f.env)
		return missing
	}
	root, content := f.goroot(t.Go)
	t.GOROOT, t.GoVersion = root, firstLine(content)
	if f.Dir != "" || t.GoVersion == "" {
		if err := f.askGo(ctx, t); err != nil {
			missing.Err = err
			missing.Missing, missing.Looked = "working go command", nil
			missing.Remedy = "run " + t.Go + " env in the plugin's folder and mend what it reports, or install Go again: " + remedyGo(f.env)
			return missing
		}
	}
	if v := language(t.GoVersion); version.IsValid(v) && version.Compare(v, oldestGo) < 0 {
		missing.Missing, missing.Looked = "go command of version 1.22 or later", nil
		missing.Err = fmt.Errorf("%s is %s", t.Go, t.GoVersion)
		missing.Remedy = remedyGo(f.env)
		return missing
	}
	return nil
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
		return "", "" // a wrapper such as ~/go/bin/go1.25.0, or a build without one
	}
	return root, string(data)
}

// askGo runs go env in the folder of the build.
func (f *finder) askGo(ctx context.Context, t *Toolchain) error {
	cmd := exec.CommandContext(ctx, t.Go, "env", "-json", "GOROOT", "GOVERSION")
	cmd.Env = t.Env()
	cmd.Dir = f.Dir
	if f.Dir != "" {
		cmd.Env = append(cmd.Env, "PWD="+f.Dir)
	}
	cmd.WaitDelay = time.Second
	quiet(cmd)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		if text := strings.TrimSpace(stderr.String()); text != "" {
			return fmt.Errorf("%s env: %w: %s", t.Go, err, text)
		}
		return fmt.Errorf("%s env: %w", t.Go, err)
	}
	var answer struct{ GOROOT, GOVERSION string }
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		return fmt.Errorf("%s env: %w", t.Go, err)
	}
	if answer.GOVERSION == "" {
		return errors.New(t.Go + " env does not tell its version")
	}
	t.GOROOT, t.GoVersion = answer.GOROOT, answer.GOVERSION
	return nil
}

// language turns a toolchain's version into one that go/version understands:
// "devel go1.27-abcdef", "go1.26.8 X:nocoverageredesign" and "go1.26.8-custom"
// occur.
func language(v string) string {
	v = strings.TrimPrefix(v, "devel ")
	if i := strings.IndexAny(v, " -"); i >= 0 {
		v = v[:i]
	}
	return v
}

// newer orders folders by the Go version in their path, the newest first, and
// falls back to their names.
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

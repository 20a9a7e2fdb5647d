package source

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// A goCommand runs the go command in the plugin's folder.
type goCommand struct {
	cfg      Config
	file     string // Config.File as an absolute path, or ""
	path     string
	env      []string
	extraEnv []string // what env has beyond cfg.Env and the build needs too
	settings goSettings

	bare    bool
	goMod   []byte            // of a bare folder
	replace map[string]string // the overlay
	temp    string
	frozen  *frozen
}

// goSettings are the variables that go env is asked for.
type goSettings struct {
	GOMOD, GOWORK, GOENV, GOFLAGS, GOROOT, GOMODCACHE, GOTMPDIR, GOVERSION string
	GOAMD64, GOARM64, GOEXPERIMENT                                         string
}

// newGoCommand asks the go command for its settings in the folder, and prepares an overlay if
// there is no go.mod. The caller must close the result.
func newGoCommand(ctx context.Context, cfg Config) (*goCommand, error) {
	g := &goCommand{cfg: cfg, path: cfg.Go}
	if g.path == "" {
		path, err := exec.LookPath("go")
		if err != nil {
			return nil, fmt.Errorf("go command not found: %w; install Go from https://go.dev/dl", err)
		}
		g.path = path
	}
	g.env = append(cfg.Env[:len(cfg.Env):len(cfg.Env)],
		"GOOS="+cfg.GOOS, "GOARCH="+cfg.GOARCH)

	if cfg.Root != cfg.Dir {
		g.withoutWorkspace()
	}
	out, err := g.run(ctx, "env", "-json", "GOMOD", "GOWORK", "GOENV", "GOFLAGS", "GOROOT", "GOMODCACHE", "GOTMPDIR", "GOVERSION", "GOAMD64", "GOARM64", "GOEXPERIMENT")
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(out, &g.settings); err != nil {
		return nil, fmt.Errorf("go env gave no JSON: %w", err)
	}
	if g.settings.GOMOD == "" {
		return nil, errors.New("the go command runs with GO111MODULE=off, but plugins are built as modules; unset it (go env -u GO111MODULE)")
	}
	// A go list that is interrupted as it compiles leaves its work folder
	// behind, so it gets one that is removed here.
	parent := cfg.TempDir
	if parent == "" {
		parent = g.settings.GOTMPDIR
	}
	if g.temp, err = os.MkdirTemp(parent, "winplugin-source-"); err != nil {
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	copies := cfg.CopyDir
	if copies == "" {
		copies = g.temp
	}
	if g.frozen, err = newFrozen(copies); err != nil {
		g.close()
		return nil, fmt.Errorf("temporary folder: %w", err)
	}
	g.env = append(g.env, "GOTMPDIR="+g.temp)
	if g.settings.GOMOD == os.DevNull {
		if err := g.addModule(); err != nil {
			g.close()
			return nil, err
		}
	}
	return g, nil
}

// close removes the temporary files.
func (g *goCommand) close() {
	// Compilers that are just being stopped may hold files for a moment more,
	// which Windows does not let go.
	for range 10 {
		if os.RemoveAll(g.temp) == nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// addModule gives a bare folder a go.mod by overlay.
func (g *goCommand) addModule() error {
	g.bare = true
	g.goMod = fmt.Appendf(nil, "module %s\n\ngo %s\n", g.bareModule(), g.language())
	// A workspace above the folder does not list it, and would refuse it.
	if g.settings.GOWORK != "" && g.settings.GOWORK != "off" {
		g.withoutWorkspace()
	}
	mod := filepath.Join(g.temp, "overlay.mod")
	if err := os.WriteFile(mod, g.goMod, 0o600); err != nil {
		return err
	}
	g.replace = map[string]string{filepath.Join(g.cfg.Dir, "go.mod"): mod}
	return g.writeOverlay()
}

func (g *goCommand) withoutWorkspace() {
	g.extraEnv = append(g.extraEnv, "GOWORK=off")
	g.env = append(g.env, "GOWORK=off")
}

// freeze makes the go command read the copies of the inputs from now on.
func (g *goCommand) freeze(in *Inputs, start time.Time) (late bool, err error) {
	late, err = g.frozen.freeze(in, start)
	if err != nil {
		return false, err
	}
	if g.replace == nil {
		g.replace = make(map[string]string)
	}
	maps.DeleteFunc(g.replace, func(_, to string) bool { return to == "" })
	maps.Copy(g.replace, g.frozen.overlay(g.settings.GOMODCACHE))
	return late, g.writeOverlay()
}

func (g *goCommand) overlayFile() string { return filepath.Join(g.temp, "overlay.json") }

func (g *goCommand) writeOverlay() error { return WriteOverlay(g.overlayFile(), g.replace) }

// listArgs returns go list's arguments: first those given, then the flags that
// the later build has as well.
func (g *goCommand) listArgs(args ...string) []string {
	args = append([]string{"list", "-e"}, args...)
	if len(g.replace) > 0 {
		args = append(args, "-overlay="+g.overlayFile())
	}
	// Looking for version control costs time and changes nothing here.
	return append(append(args, "-buildvcs=false"), g.cfg.Flags...)
}

// run runs the go command and returns what it printed. Its error output becomes a
// *BuildError.
func (g *goCommand) run(ctx context.Context, args ...string) ([]byte, error) {
	out, err := command.Command{Path: g.path, Args: args, Dir: g.cfg.Root, Env: g.env}.Run(ctx)
	failed := new(command.Error)
	switch {
	case command.NotStarted(err):
		return nil, err
	case errors.As(err, &failed):
		return nil, g.failure(args[0], failed.Stderr, failed.Err)
	case err != nil:
		return nil, err
	}
	return out, nil
}

// failure turns the output of a failed go command into an error.
func (g *goCommand) failure(verb, stderr string, err error) error {
	e := &BuildError{Package: g.cfg.Dir}
	stderr = g.frozen.restore(stderr, g.cfg.Root)
	if e.Err = TooOld(stderr); e.Err != nil {
		return e
	}
	var rest []string
	for line := range strings.Lines(stderr) {
		line = strings.TrimRight(line, "\r\n")
		if d, ok := parseLine(g.cfg.Root, g.cfg.Dir, strings.TrimPrefix(line, "go: ")); ok {
			e.Diagnostics = append(e.Diagnostics, d)
		} else if line = strings.TrimSpace(strings.TrimPrefix(line, "go: ")); line != "" && !strings.HasPrefix(line, "downloading ") {
			rest = append(rest, line)
		}
	}
	e.Diagnostics = SortDiagnostics(e.Diagnostics)
	text := strings.TrimSuffix(strings.Join(rest, "; "), ":")
	switch {
	case text == "" && len(e.Diagnostics) == 0:
		e.Err = fmt.Errorf("go %s failed: %w", verb, err)
	case text != "":
		e.Err = errors.New(text)
	}
	return e
}

// version is the toolchain's version.
func (g *goCommand) version() string {
	if g.cfg.GoVersion != "" {
		return g.cfg.GoVersion
	}
	return g.settings.GOVERSION
}

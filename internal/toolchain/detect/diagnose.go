package detect

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A Report lists the tools to build plugins with, the results of trying them, what is wrong,
// and how to fix it.
type Report struct {
	Host   string `json:"host"`   // this system, as GOOS/GOARCH
	Target string `json:"target"` // the system to build for

	Bridge       string `json:"bridge,omitempty"`        // the bridge for a plugin without cgo
	BridgeReason string `json:"bridge_reason,omitempty"` // why builds take this bridge

	Go        []GoCommand `json:"go"`        // the go commands that were found, in order of preference
	Compilers []Compiler  `json:"compilers"` // the C compilers that were found, in order of preference

	// Problems do not belong to a single tool. A problem that is not harmless keeps
	// plugins from being built.
	Problems []*Problem `json:"problems"`

	GoWorks bool `json:"go_works"` // plugins can be built without a C compiler, by the pure bridge
	CWorks  bool `json:"c_works"`  // plugins can be built with a C compiler
	Ready   bool `json:"ready"`    // plugins can be built for the target by the bridge that was asked for
	Setup   bool `json:"setup"`    // something is missing that "winplugin setup" installs
}

// A GoCommand is a go command that was found.
type GoCommand struct {
	Path    string   `json:"path"`
	From    string   `json:"from"` // how it was found
	Version string   `json:"version,omitempty"`
	GOROOT  string   `json:"goroot,omitempty"`
	Used    bool     `json:"used"`
	Problem *Problem `json:"problem,omitempty"`
}

// A Compiler is a C compiler that was found, and the result of trying it.
type Compiler struct {
	Command string `json:"command"` // as it is written in CC
	From    string `json:"from"`
	Used    bool   `json:"used"`
	Trial
}

// Diagnose finds all tools that could build for cfg's target. It tries each compiler again,
// and loads the library that the compiler built. Later builds use the results. With
// cfg.NeedC the report is not ready unless a compiler works. Trials need cfg.Records. There
// is no report if the target is unknown or ctx ended.
func Diagnose(ctx context.Context, cfg Config) (*Report, error) {
	f := newFinder(cfg)
	if err := f.checkTarget(); err != nil {
		return nil, err
	}
	r := &Report{Host: runtime.GOOS + "/" + runtime.GOARCH, Target: f.target(), Go: []GoCommand{}, Compilers: []Compiler{}, Problems: []*Problem{}}
	t := f.diagnoseGo(ctx, r)
	f.diagnoseCompilers(ctx, r, t)
	r.Problems = append(r.Problems, f.environment(filepath.Dir(f.Records))...)
	if ctx.Err() != nil {
		return nil, ended(ctx, nil)
	}
	r.Ready = r.GoWorks && (r.CWorks || !f.NeedC)
	return r, nil
}

// diagnoseGo lists the go commands and tries the one that builds would use. It returns nil
// if this one is unsuitable.
func (f *finder) diagnoseGo(ctx context.Context, r *Report) *Toolchain {
	var used *Toolchain
	chosen := f.lookGo().path()
	for c := range f.gos() {
		if c.err != nil {
			continue
		}
		t := &Toolchain{Go: c.path(), GOOS: f.GOOS, GOARCH: f.GOARCH, env: f.env}
		g := GoCommand{Path: t.Go, From: c.from, Used: t.Go == chosen}
		g.Problem = f.inspectGo(ctx, t)
		g.Version, g.GOROOT = t.GoVersion, t.GOROOT
		if g.Used && g.Problem == nil {
			used = t
			g.Problem = f.tryGo(ctx, t)
		}
		r.GoWorks = r.GoWorks || g.Used && g.Problem == nil
		r.Setup = r.Setup || g.Used && f.Go == "" && g.Problem != nil && g.Problem.Trap == TrapGoVersion
		r.Go = append(r.Go, g)
	}
	if chosen == "" {
		p := &Problem{Message: "no go command was found", Remedy: remedyGo(f.env)}
		if r.Setup = f.Go == ""; !r.Setup {
			p.Message += ": " + f.Go + " is not there"
		}
		r.Problems = append(r.Problems, p)
	}
	if !r.GoWorks {
		return nil
	}
	return used
}

// tryGo builds a program without cgo, with the user's GOFLAGS, and without them.
func (f *finder) tryGo(ctx context.Context, t *Toolchain) *Problem {
	dir, err := f.trialDir()
	if err != nil {
		return &Problem{Path: f.Records, Message: "cannot be written: " + err.Error(), err: err,
			Remedy: "choose another cache folder, with --cache-dir or WithCacheDir"}
	}
	defer fsutil.RemoveAll(dir)
	p := f.checkGo(ctx, t, dir, "")
	if p == nil || p.Trap == TrapGOROOT {
		return p
	}
	if f.checkGo(ctx, t, dir, "GOFLAGS=-mod=mod") == nil {
		setting := f.setting("GOFLAGS", TrapGOFLAGS, fmt.Errorf("%s", gist(p.Output)))
		setting.Output = p.Output
		return setting
	}
	return p
}

// diagnoseCompilers tries each compiler. t is nil if there is no Go to try them with.
func (f *finder) diagnoseCompilers(ctx context.Context, r *Report, t *Toolchain) {
	var refused []*Problem
	named := ""
	for c := range f.compilers() {
		if ctx.Err() != nil {
			return
		}
		compiler := Compiler{Command: c.cc, From: c.from}
		switch {
		case c.err != nil:
			compiler.Problem = &Problem{Message: c.err.Error(), Remedy: remedyCC(f.env, f.GOOS, f.GOARCH)}
		case t == nil:
			compiler.Machine, compiler.Problem = f.verify(ctx, c.args)
			compiler.Note = "there is no go command that works to try it with"
		default:
			f.Trying(c.cc)
			compiler.Trial = f.tryAndRecord(ctx, t, c, true)
		}
		if compiler.Problem != nil {
			refused = append(refused, compiler.Problem)
		} else if t != nil {
			compiler.Used, r.CWorks = !r.CWorks, true
		}
		if c.binding {
			named = c.from
		}
		r.Compilers = append(r.Compilers, compiler)
	}
	if !r.CWorks && t != nil {
		e := f.noCompiler(named, refused)
		r.Setup = e.Setup
		r.Problems = append(r.Problems, &Problem{Trap: e.Trap, Message: "no C compiler for " + f.target() + " was found that works", Remedy: e.Remedy, Harmless: !f.NeedC, err: e})
	}
}

// longestCache is how long the path of the cache folder may be on Windows: MinGW's
// tools open paths of up to 260 characters, and a build's temporary files take some
// 100 beyond it.
const longestCache = 150

// environment checks the settings that are traps. cache is the cache folder.
func (f *finder) environment(cache string) []*Problem {
	var list []*Problem
	if f.env.get("CGO_ENABLED") == "0" {
		list = append(list, &Problem{Trap: TrapCGOEnabled, Harmless: true, Remedy: unset("CGO_ENABLED"),
			Message: "CGO_ENABLED=0 switches cgo off for the go command; builds of plugins set it themselves, your own go build does not"})
	}
	if runtime.GOOS == "windows" && len(cache) > longestCache {
		list = append(list, &Problem{Trap: TrapLongPath, Path: cache, Harmless: true, Remedy: shorten(cache),
			Message: fmt.Sprintf("has a path of %d characters, and MinGW's tools fail with paths beyond 260", len(cache))})
	}
	return list
}

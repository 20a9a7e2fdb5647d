// Package detect finds what a plugin is built with: the go command and,
// where cgo is needed, a C compiler for the target. It yields the environment
// in which go build runs.
//
// A compiler is asked for the machine it compiles for before it is used: a PATH
// on Windows often holds one that looks right and makes libraries that do not
// load.
package detect

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// A Config says what to look for. Its zero value finds what builds for the host
// without cgo.
type Config struct {
	Go string // the go command, a path or a name; "" searches
	CC string // the C compiler, perhaps with arguments; "" searches

	GOOS, GOARCH string // target; "" is the host's
	NeedC        bool   // a C compiler must be found, and cgo is on

	// Dir is the folder in which go will run. The go command may switch to
	// another toolchain because of a go.mod there, so with a Dir the version is
	// asked of go itself; without one it is read from GOROOT.
	Dir string

	// Places lists more folders that hold programs, looked into after all others:
	// the bin folders of private installations.
	Places []string

	// Records is the folder in which the results of trials are kept; "" keeps none.
	// A compiler whose record still holds is taken or refused by it, and no process
	// is started. With Try, one without a record is tried; else it is believed if it
	// compiles for the target. Try needs Records.
	Records string
	Try     bool
	Trying  func(compiler string) // called before a trial, which takes seconds; may be nil

	Env []string     // base environment; nil is os.Environ()
	Log *slog.Logger // nil discards
}

// A Place is a folder in which programs of a toolchain lie.
type Place struct {
	Dir  string // absolute
	From string // how it is known, for people: "scoop", "the registry"

	Shared bool // any user may create the folder
}

// A Toolchain is what has been found.
type Toolchain struct {
	Go        string // absolute path of the go command
	GoVersion string // "go1.26.8"
	GOROOT    string

	// GOFLAGS, CPPFLAGS and AllowedCPPFLAGS are the go command's settings GOFLAGS,
	// CGO_CPPFLAGS and CGO_CPPFLAGS_ALLOW, from the environment, and if [Config.Dir] is
	// set also from go env -w.
	GOFLAGS, CPPFLAGS, AllowedCPPFLAGS string

	CC        string // as go expects it in CC: quoted where needed, with arguments; "" without cgo
	CCMachine string // what the compiler compiles for, "x86_64-w64-mingw32"

	GOOS, GOARCH string

	env     environ
	ccArgs  []string
	records string
}

// Find finds the toolchain that cfg asks for. The error is an *Error unless ctx
// ended. If only the C compiler is missing, the toolchain without one is returned with the
// error.
func Find(ctx context.Context, cfg Config) (*Toolchain, error) {
	f := newFinder(cfg)
	if err := checkTarget(f.GOOS, f.GOARCH); err != nil {
		return nil, err
	}
	if !proven(f.GOOS, f.GOARCH) {
		f.Log.Warn("plugins for this system are not tested", "target", f.target())
	}
	t := &Toolchain{GOOS: f.GOOS, GOARCH: f.GOARCH, env: f.env, records: f.Records}
	if err := f.goCommand(ctx, t); err != nil {
		return nil, ended(ctx, err)
	}
	if f.NeedC {
		if err := f.compiler(ctx, t); err != nil {
			if ctx.Err() != nil {
				return nil, ended(ctx, err)
			}
			return t, err
		}
	}
	f.Log.Debug("toolchain", "go", t.Go, "version", t.GoVersion, "cc", t.CC, "machine", t.CCMachine, "target", f.target())
	return t, nil
}

// ended prefers the end of ctx as the cause: a compiler that was killed because
// of it is not a broken one.
func ended(ctx context.Context, err error) error {
	if cause := context.Cause(ctx); cause != nil {
		return fmt.Errorf("looking for the toolchain: %w", cause)
	}
	return err
}

// A finder is a Config with its defaults filled in.
type finder struct {
	Config
	env environ
}

func newFinder(cfg Config) *finder {
	if cfg.GOOS == "" {
		cfg.GOOS = runtime.GOOS
	}
	if cfg.GOARCH == "" {
		cfg.GOARCH = runtime.GOARCH
	}
	if cfg.Env == nil {
		cfg.Env = os.Environ()
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Trying == nil {
		cfg.Trying = func(string) {}
	}
	return &finder{Config: cfg, env: environ(cfg.Env).withLocalToolchain()}
}

func (f *finder) target() string { return f.GOOS + "/" + f.GOARCH }

func (f *finder) native() bool { return f.GOOS == runtime.GOOS && f.GOARCH == runtime.GOARCH }

// proven reports whether plugins for the target are part of the tests.
func proven(goos, goarch string) bool { return supported(goos, goarch) && goarch == "amd64" }

// supported reports whether plugins for the target are meant to work.
func supported(goos, goarch string) bool {
	return (goos == "windows" || goos == "linux") && (goarch == "amd64" || goarch == "arm64")
}

func checkTarget(goos, goarch string) error {
	refuse := func(err error) error {
		return &Error{
			Missing: fmt.Sprintf("way to build plugins for %s/%s", goos, goarch),
			Remedy:  "choose windows/amd64, windows/arm64, linux/amd64 or linux/arm64 as the target",
			Err:     err,
		}
	}
	switch goarch {
	case "386", "arm", "mips", "mipsle":
		return refuse(errors.New("32-bit systems are not supported"))
	}
	if supported(goos, goarch) || goos == runtime.GOOS && goarch == runtime.GOARCH {
		return nil
	}
	return refuse(errors.New("the target is not supported"))
}

// Env returns the complete environment for go build. GOROOT and the user's own
// settings (GOFLAGS, GOPROXY, CGO_CFLAGS …) stay as they are.
func (t *Toolchain) Env() []string {
	set := []string{"GOOS=" + t.GOOS, "GOARCH=" + t.GOARCH}
	if t.CC == "" {
		set = append(set, "CGO_ENABLED=0")
	} else {
		set = append(set, "CGO_ENABLED=1", "CC="+t.CC)
	}

	// The folders go in front, not at the end: MinGW's cc1 finds its libraries
	// through PATH, and those of another MinGW crash it.
	front := []string{filepath.Dir(t.Go)}
	if len(t.ccArgs) > 0 {
		if dir := filepath.Dir(t.ccArgs[0]); dir != front[0] {
			front = append(front, dir)
		}
	}
	if path := t.env.get("PATH"); path != "" {
		front = append(front, path)
	}
	set = append(set, "PATH="+strings.Join(front, string(os.PathListSeparator)))

	// These steer the runtime of the host program, not the go command it starts:
	// gctrace would mix its lines with the compiler's, a small GOMEMLIMIT make
	// it crawl.
	env := t.env.without("GODEBUG", "GOGC", "GOMEMLIMIT", "GOTRACEBACK")
	if t.env.get("GO111MODULE") == "off" {
		env = env.without("GO111MODULE") // everything here works with modules only
	}
	return env.with(set...)
}

// Package detect finds the tools that build plugins: the go command and, if cgo is needed, a
// C compiler for the target. It returns the environment in which go build runs.
//
// Before a compiler is used, it must name the machine for which it compiles. On Windows,
// PATH often has a compiler whose libraries cannot be loaded, although its name is right.
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

// A Config says which tools to find. The zero value is for builds for the host without cgo.
type Config struct {
	Go string // the go command, a path or a name; "" searches
	CC string // the C compiler, perhaps with arguments; "" searches

	GOOS, GOARCH string // target; "" is the host's
	NeedC        bool   // a C compiler must be found, and cgo is enabled

	// Dir is the folder in which go will run. A go.mod there may make the go command
	// switch to another toolchain, so the go command itself is asked for its version. If
	// Dir is empty, the version is read from GOROOT.
	Dir string

	// Places lists further folders with programs, such as those of private
	// installations. They are searched last.
	Places []string

	// Records is the folder for the results of trials; "" keeps none. If a compiler has a
	// valid record, the record decides, and no process is started. If it has none, it is
	// tried with Try, and otherwise accepted if it names the target's machine. Try needs
	// Records.
	Records string
	Try     bool
	Trying  func(compiler string) // called before a trial, which takes seconds; may be nil

	Env []string     // base environment; nil means os.Environ()
	Log *slog.Logger // nil discards
}

// A Place is a folder with programs of a toolchain.
type Place struct {
	Dir  string // absolute
	From string // how it was found, for people: "scoop", "the registry"

	Shared bool // any user may have created the folder
}

// A Toolchain is the result of [Find].
type Toolchain struct {
	Go        string // absolute path of the go command
	GoVersion string // "go1.26.8"
	GOROOT    string

	// GOFLAGS, CPPFLAGS and AllowedCPPFLAGS are the go command's settings GOFLAGS,
	// CGO_CPPFLAGS and CGO_CPPFLAGS_ALLOW, from the environment, and if [Config.Dir] is
	// set also from go env -w.
	GOFLAGS, CPPFLAGS, AllowedCPPFLAGS string

	CC        string // as the go command takes it in CC, quoted where necessary, with arguments; "" without cgo
	CCMachine string // the machine for which it compiles, as in "x86_64-w64-mingw32"

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
	if err := f.checkTarget(); err != nil {
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

// Known returns a toolchain without a C compiler that [Find] has found before, with the
// environment of cfg. The caller has checked that nothing has changed which decides what Find
// finds; see [Identify].
func Known(cfg Config, found Toolchain) *Toolchain {
	f := newFinder(cfg)
	found.env, found.records = f.env, f.Records
	return &found
}

// ended returns the cause of ctx if ctx ended, and else err. A compiler that was killed
// because ctx ended is not broken.
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
func proven(goos, goarch string) bool {
	return (goos == "windows" || goos == "linux") && goarch == "amd64"
}

// supported reports whether plugins for the target are supported, tested or not.
func (f *finder) supported() bool {
	if f.GOARCH != "amd64" && f.GOARCH != "arm64" {
		return false
	}
	switch f.GOOS {
	case "windows", "linux":
		return true
	case "darwin", "freebsd", "netbsd", "openbsd":
		return !f.NeedC // programs
	}
	return false
}

func (f *finder) checkTarget() error {
	refuse := func(err error) error {
		return &Error{
			Missing: fmt.Sprintf("way to build plugins for %s/%s", f.GOOS, f.GOARCH),
			Remedy:  "choose amd64 or arm64 of windows or linux as the target, or of darwin, freebsd, netbsd or openbsd for a plugin without cgo",
			Err:     err,
		}
	}
	switch f.GOARCH {
	case "386", "arm", "mips", "mipsle":
		return refuse(errors.New("32-bit systems are not supported"))
	}
	if f.supported() || f.native() {
		return nil
	}
	return refuse(errors.New("the target is not supported"))
}

// Env returns the complete environment for go build. GOROOT and the user's own
// settings (GOFLAGS, GOPROXY, CGO_CFLAGS …) are unchanged.
func (t *Toolchain) Env() []string {
	set := []string{"GOOS=" + t.GOOS, "GOARCH=" + t.GOARCH}
	if t.CC == "" {
		set = append(set, "CGO_ENABLED=0")
	} else {
		set = append(set, "CGO_ENABLED=1", "CC="+t.CC)
	}

	// The folders must be at the beginning: MinGW's cc1 finds its libraries through PATH,
	// and crashes with those of another MinGW.
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

	// The user set these for the runtime of the host, not for the go command: gctrace
	// would mix its lines with those of the compiler, and a small GOMEMLIMIT would make
	// the go command slow.
	env := t.env.without("GODEBUG", "GOGC", "GOMEMLIMIT", "GOTRACEBACK")
	if t.env.get("GO111MODULE") == "off" {
		env = env.without("GO111MODULE") // plugins are built with modules only
	}
	return env.with(set...)
}

package winplugin

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/object"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/process"
	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// An Option changes how a plugin is built or loaded. A function ignores options that do not
// concern it.
type Option func(*config) error

type config struct {
	target        string // "" or GOOS/GOARCH
	bridge        Bridge
	tags          []string
	ldflags       []string
	borrow        map[string][]string
	toolchain     Toolchain
	cacheDir      string
	output        string
	policy        policy.Policy
	strictImports bool
	noBinding     bool
	isolation     Isolation
	process       process.Options // with isolation Process
	environment   []string
	noInstall     bool
	noNetwork     bool
	cExports      bool
	mirror        string
	noUnload      bool
	noSurvival    bool
	crashOutput   io.Writer
	killAfter     time.Duration
	restart       *reload.Policy
	reload        *reload.UpdatePolicy
	watch         *watcher
	lowPriority   bool
	maxDepth      int
	limits        backend.Limits
	log           *slog.Logger
	progress      func(build.Event)
	inOut         map[string][]string
	methods       []string
	packages      []string
	instantiate   []string
	pluginLog     slog.Handler
	proxies       map[reflect.Type]func(*object.Object) (any, error)
}

func newConfig(opts []Option) (*config, error) {
	c := &config{target: runtime.GOOS + "/" + runtime.GOARCH}
	for _, opt := range opts {
		if opt == nil {
			continue
		}
		if err := opt(c); err != nil {
			return nil, err
		}
	}
	if err := c.checkIsolation(); err != nil {
		return nil, err
	}
	if c.watch != nil && c.reload == nil {
		return c, WithReload(ReloadPolicy{})(c)
	}
	return c, nil
}

// isGoFile reports whether path is that of a Go file, which stands for its package.
func isGoFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular() && filepath.Ext(path) == ".go"
}

// build returns the configuration of a build of the package that path names: a folder, a
// Go file in it, or an import path.
func (c *config) build(path string) build.Config {
	if isGoFile(path) {
		return c.buildFile(filepath.Dir(path), filepath.Base(path))
	}
	return c.buildFile(path, "")
}

// buildFile returns the configuration of a build of the package in dir. file, if not
// empty, must be one of the package's files.
func (c *config) buildFile(dir, file string) build.Config {
	goos, goarch, _ := strings.Cut(c.target, "/")
	var flags []string
	if len(c.tags) > 0 {
		flags = []string{"-tags=" + strings.Join(c.tags, ",")}
	}
	if len(c.ldflags) > 0 {
		joined, _ := detect.JoinFlags(c.ldflags) // WithLinkerFlags has tried
		flags = append(flags, "-ldflags="+joined)
	}
	var saw func(*build.Inputs)
	if c.watch != nil {
		saw = c.watch.saw
	}
	return build.Config{
		Inputs: saw, LowPriority: c.lowPriority,
		Dir: dir, File: file, Packages: c.packages, GOOS: goos, GOARCH: goarch, Bridge: string(c.bridge), Separate: c.isolation == Process, Flags: flags,
		Borrow: c.borrow, Go: c.toolchain.Go, CC: c.toolchain.CC, Policy: c.policy, StrictImports: c.strictImports, CacheDir: c.cacheDir,
		Install: c.installs(), NoNetwork: c.noNetwork, LoaderSource: loaderSource, CExports: c.cExports, InOut: c.inOut, Methods: c.methods, Instantiate: c.instantiate, Log: c.log, Progress: c.progress,
	}
}

func (c *config) load() plugin.Options {
	o := plugin.Options{
		NoBinding: c.noBinding, NoUnload: c.noUnload, NoSurvival: c.noSurvival, CrashOutput: c.crashOutput, KillAfter: c.killAfter, Log: c.log, Slog: c.pluginLog, Proxies: c.proxies,
		MaxDepth: c.maxDepth, Limits: c.limits,
	}
	if c.separate() {
		o.Process, o.ProcessOptions = c.isolation == Process, c.process
		o.ProcessOptions.Environment = process.Environment(os.Environ(), c.environment)
	}
	return o
}

// native reports whether what is built can be loaded here.
func (c *config) native() error {
	if host := runtime.GOOS + "/" + runtime.GOARCH; c.target != host {
		return fmt.Errorf("a plugin for %s cannot be opened on %s; use Build to make its library", c.target, host)
	}
	return nil
}

// WithTarget sets the system that the library is built for, "GOOS/GOARCH" as in
// "windows/amd64". The default is the host's. Building for Windows on another
// system needs nothing but Go, unless the plugin uses cgo.
func WithTarget(target string) Option {
	return func(c *config) error {
		if goos, goarch, ok := strings.Cut(target, "/"); !ok || goos == "" || goarch == "" || strings.Contains(goarch, "/") {
			return fmt.Errorf("target %q is not of the form GOOS/GOARCH; write it like windows/amd64", target)
		}
		c.target = target
		return nil
	}
}

// A Bridge is a way to make a library of a plugin. The libraries of all bridges are
// opened and called alike, but for [Program].
type Bridge string

const (
	// Auto chooses Pure for Windows and linux/amd64, whichever compilers the machine has, Program
	// for macOS, FreeBSD, NetBSD and OpenBSD, and for linux/arm64 with [WithIsolation], and CGO
	// otherwise. It also chooses CGO if the plugin or a dependency cannot
	// be built without cgo, if [WithCExports] asks for C exports, or if [WithToolchain]
	// names a C compiler. On windows/amd64 and linux/amd64 the first build on a machine
	// tries Pure with a small library in a process of its own. If that fails, Auto chooses
	// CGO. The manifest says why a bridge was chosen.
	Auto Bridge = ""

	// CGO makes a C shared library, on every system. It needs a C compiler. The
	// library can be called from other languages too.
	CGO Bridge = "cgo"

	// Pure makes a library for Windows or linux/amd64 with nothing but Go, on any
	// system. It cannot build plugins that need cgo, and its libraries have no C exports.
	Pure Bridge = "pure"

	// Program makes a program that runs the plugin in a process of its own, and needs nothing but
	// Go. It is for macOS, FreeBSD, NetBSD, OpenBSD and linux/arm64. Opening it takes
	// [WithIsolation].
	Program Bridge = "program"
)

// WithBridge sets the bridge. The default is Auto.
func WithBridge(b Bridge) Option {
	return func(c *config) error {
		switch b {
		case Auto, CGO, Pure, Program:
			c.bridge = b
			return nil
		}
		return fmt.Errorf("bridge %q is unknown; choose cgo, pure or program, or leave it out", b)
	}
}

// WithCExports makes a library whose functions can be called from C and other languages
// as well. [Auto] then chooses the bridge [CGO].
func WithCExports() Option {
	return func(c *config) error { c.cExports = true; return nil }
}

// WithTags adds build tags, as go build -tags sets them.
func WithTags(tags ...string) Option {
	return func(c *config) error {
		for _, tag := range tags {
			if tag == "" || strings.ContainsAny(tag, " ,\t\n") {
				return fmt.Errorf("build tag %q is malformed; give each tag as a string of its own", tag)
			}
		}
		c.tags = append(slices.Clone(c.tags), tags...)
		return nil
	}
}

// WithLinkerFlags adds flags for the linker (go tool link), as go build -ldflags does.
// Each flag is a string of its own: WithLinkerFlags("-X=example.com/plugin.Version=1.2")
// sets a variable of the plugin. Flags for the linker in GOFLAGS come before these.
func WithLinkerFlags(flags ...string) Option {
	return func(c *config) error {
		all := append(slices.Clone(c.ldflags), flags...)
		if _, err := detect.JoinFlags(all); err != nil {
			return fmt.Errorf("linker flags: %w; use one kind of quotes", err)
		}
		c.ldflags = all
		return nil
	}
}

// WithoutNetwork keeps builds from using the network: the go command takes modules from
// the module cache and from vendor folders alone, no other toolchain is downloaded, and
// nothing is installed. A build that needs something else fails.
func WithoutNetwork() Option {
	return func(c *config) error { c.noNetwork = true; return nil }
}

// WithBorrow lets a function of the plugin read the named parameters, strings or slices
// of numbers, in the caller's memory for the length of the call, without a copy. The
// function must not write to them, and must not keep them: not in a variable, not in a
// goroutine, and not in what it returns. The package's author says the same with a
// directive in the function's doc comment, "//winplugin:borrow xs".
func WithBorrow(function string, parameters ...string) Option {
	return func(c *config) error {
		var err error
		c.borrow, err = with(c.borrow, "borrowing", function, parameters)
		return err
	}
}

// A Toolchain names the programs that build plugins. A program with an empty name is
// looked up in PATH, then in the usual places. docs/toolchain.md has the order.
type Toolchain struct {
	Go string // the go command, a path or a name
	CC string // the C compiler, a path or a name, perhaps with arguments as in CC
}

// WithToolchain sets the programs that build plugins. If a program that is named is
// unsuitable, the build fails, and does not search for another one.
func WithToolchain(t Toolchain) Option {
	return func(c *config) error { c.toolchain = t; return nil }
}

// WithCacheDir sets the folder for finished libraries, temporary files of builds and
// installed tools. The default is go-winplugin in the user's cache folder
// ([os.UserCacheDir]). Several programs may use the same folder at once.
func WithCacheDir(dir string) Option {
	return func(c *config) error { c.cacheDir = dir; return nil }
}

// WithOutput makes [Build] write a copy of the library to the file path, and a copy of its
// C header, if it has one, beside it with the extension .h. If path is a folder, both go
// there under the package's name. A file that exists is replaced only if a build has made
// it.
func WithOutput(path string) Option {
	return func(c *config) error { c.output = path; return nil }
}

// WithAllowedImports lets plugins import packages that the policy refuses otherwise. A path
// is an import path such as "os", or a pattern such as "os/...".
func WithAllowedImports(paths ...string) Option {
	return func(c *config) error {
		c.policy.Allow = append(slices.Clone(c.policy.Allow), paths...)
		return nil
	}
}

// WithStrictImports applies the policy's rule on imports to packages that are named by
// their import paths too. By default the rule is for folders only, and packages by import
// path may import anything but C.
func WithStrictImports() Option {
	return func(c *config) error { c.strictImports = true; return nil }
}

// WithoutPolicy switches the policy off: plugins may import and use anything.
func WithoutPolicy() Option {
	return func(c *config) error { c.policy.Off = true; return nil }
}

// WithoutThreadBinding switches thread binding off on Windows. The plugin's runtime then does
// not know the host's threads, and prepares each call as runtime/cgo does, which costs about
// 80 µs. The loader tests thread binding with each library, and switches it off by itself if
// the test fails.
//
// On linux/amd64 it switches the light entry of the pure bridge off, which does what
// runtime.cgocallback does in less time. Other systems ignore it. If a library is opened
// several times, the options of the first time apply.
func WithoutThreadBinding() Option {
	return func(c *config) error { c.noBinding = true; return nil }
}

// WithoutUnload keeps a library in the process until the process ends. Together with
// [WithoutSurvival], the loader hooks no functions of the system. Libraries of the bridge CGO
// always stay. If a library is opened several times, the options of the first time apply.
func WithoutUnload() Option {
	return func(c *config) error { c.noUnload = true; return nil }
}

// WithoutSurvival lets the process end when the plugin does, as other Go code would end it. By
// default the plugin ends alone where that is possible: see [Plugin.Survives]. If a library
// is opened several times, the options of the first time apply.
func WithoutSurvival() Option {
	return func(c *config) error { c.noSurvival = true; return nil }
}

// WithCrashOutput writes what the plugin's runtime has printed, the last 64 KB of it, to w when
// the plugin has ended: [os.Stderr] for instance. By default it is in the [*CrashError] alone.
func WithCrashOutput(w io.Writer) Option {
	return func(c *config) error { c.crashOutput = w; return nil }
}

// WithKillAfter kills the plugin if a call has not returned when its context has been over for
// the time grace. The cause is that of the context. It applies to calls that have a
// context, whether the plugin's function takes one or not. It has no effect on plugins that
// cannot be killed: see [Plugin.Survives] and [Plugin.Kill].
func WithKillAfter(grace time.Duration) Option {
	return func(c *config) error {
		if grace <= 0 {
			return fmt.Errorf("a plugin cannot be killed %v after a context has ended; give WithKillAfter more than 0", grace)
		}
		c.killAfter = grace
		return nil
	}
}

// WithMaxDepth sets how many callbacks of plugins may be nested in each other on a
// goroutine that calls the plugin. A deeper call fails with [ErrTooDeep]. The default is
// 1,000, and the minimum is 16. Each level takes some of the thread's stack, which does not grow:
// 27,500 levels crashed a program on Linux whose threads had stacks of 8 MB.
func WithMaxDepth(n int) Option {
	return func(c *config) error {
		if n < nesting.LeastLimit {
			return fmt.Errorf("at most %d nested callbacks are too few; allow at least %d", n, nesting.LeastLimit)
		}
		c.maxDepth = n
		return nil
	}
}

// WithInOut lets a function of the plugin, or a method "Type.Method", write to the host's
// memory during a call. Slices and maps that a function may write to need no option: what it
// has written is copied back, see docs/parameters.md. A named parameter that is a slice of numbers is the host's own
// memory, which the function must not keep. For other slices, for maps, for pointers, and for
// structs and arrays that contain these, the function gets a copy, and its changes are copied back
// after the call. A parameter of which nothing can be copied back is an error when the plugin is
// opened. The directive //winplugin:inout in the plugin's source does the same. Methods with
// signatures like Read([]byte) (int, error), and parameters that are or contain pointers, need
// neither.
func WithInOut(function string, params ...string) Option {
	return func(c *config) error {
		var err error
		c.inOut, err = with(c.inOut, "writing", function, params)
		return err
	}
}

// with returns m with more parameters of the function. The error says what the option is for.
func with(m map[string][]string, what, function string, params []string) (map[string][]string, error) {
	if function == "" || len(params) == 0 {
		return m, fmt.Errorf("%s for function %q names %d parameters; name a function and at least one of its parameters", what, function, len(params))
	}
	m = maps.Clone(m)
	if m == nil {
		m = make(map[string][]string)
	}
	m[function] = append(slices.Clone(m[function]), params...)
	return m, nil
}

// WithPluginLog sends what the plugin itself logs, by log/slog or log, to a handler of the
// host, with the plugin's name as the attribute "plugin". By default the plugin's own
// logger writes to the process's standard error. The plugin waits while a record is
// handled, on the thread that logs. Values that cannot be copied arrive as text.
func WithPluginLog(h slog.Handler) Option {
	return func(c *config) error { c.pluginLog = h; return nil }
}

// WithLogger sets the logger for what this package does: builds, loading and unloading.
// Without it, only the announcement of an installation is logged: see [WithoutInstall]. The
// plugin's own log goes to [WithPluginLog].
func WithLogger(log *slog.Logger) Option {
	return func(c *config) error { c.log = log; return nil }
}

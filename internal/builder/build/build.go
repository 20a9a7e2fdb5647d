// Package build makes a library of a plugin's folder, or finds the one that it
// made before.
//
// The stages run in this order: look into the cache, find the toolchain, analyse
// the source, check it against the policy, generate the bridge, compile in a
// workspace, store the library in the cache. The plugin's folder is only read.
//
// The cache knows a plugin by its folder and holds hashes of everything the
// build depended on. If all of them still hold, no process is started. Otherwise the
// sources are analysed again, and compiled only if there is no artifact for the new sum of
// all inputs. So going back to an earlier edit costs no compilation.
package build

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch"
	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Config says what to build. Only Dir must be set.
type Config struct {
	Dir  string // the plugin's folder, or its import path, with "@version" where one is wanted
	File string // a file that must be part of the package; relative to Dir

	// Packages are further packages of the library: folders, and import paths.
	Packages []string

	GOOS, GOARCH string   // target; "" is the host's
	Bridge       string   // manifest.CGO, manifest.Pure or manifest.Program; "" is decided by choice
	Separate     bool     // the plugin is to run in a process of its own
	CExports     bool     // the library must have C exports, which takes the cgo bridge
	Flags        []string // flags for go build, such as -tags=x
	Go, CC       string   // go command and C compiler; "" searches
	Policy       policy.Policy

	// StrictImports applies the policy's rule on imports to a package that Dir names by
	// its import path. By default the rule is for folders.
	StrictImports bool

	// Borrow names parameters that read the caller's memory during a call, by the
	// name of the function; see source.Config.
	Borrow map[string][]string

	// InOut names parameters whose memory is the caller's during a call and may be
	// written to, in the same way.
	InOut map[string][]string

	// Instantiate names instances of generic functions and types; see source.Config.
	Instantiate []string

	// Methods names types of other packages whose methods are included; see source.Config.
	Methods []string

	// NoNetwork keeps the go command from using the network. A dependency that is neither
	// in the module cache nor in a vendor folder is an error then, and nothing is installed.
	NoNetwork bool

	// NoManifest leaves out the manifest of a library that is in the cache. It is for a
	// caller that reads the manifest from the library.
	NoManifest bool

	CacheDir string // "" is the folder go-winplugin in os.UserCacheDir()

	// Install says how to install missing tools into the cache folder, if a build is
	// impossible without them. nil means that builds install nothing. Check installs nothing
	// in any case. The build itself sets Dir and Progress.
	Install *install.Config

	// LoaderSource is the source of this module, for a program that tries the pure bridge
	// in a process of its own. Without it that bridge is taken to work.
	LoaderSource fs.FS

	Log      *slog.Logger // nil discards
	Progress func(Event)  // called before each stage; may be nil

	// Inputs is called with what the build depends on as soon as that is known, perhaps several
	// times, also if the build fails. May be nil.
	Inputs func(*Inputs)

	// LowPriority runs the go command and compilers with less than the usual priority.
	LowPriority bool

	// installTool is install.Require, which tests replace.
	installTool func(context.Context, install.Config, install.Tool) (*install.Installed, error)

	// trialLimit is for tests; 0 is the constant of that name.
	trialLimit time.Duration

	// onPlan, for tests, is told how a build plan was used and recorded.
	onPlan func(did string, err error)
}

// An Event says what a build is about to do.
type Event struct {
	Stage   string // one of the Stage constants
	Package string // import path; before the analysis what Config.Dir said
	Detail  string // may be empty

	// Done of Total bytes are fetched or unpacked, in StageInstall; Total is 0 while
	// it is unknown.
	Done, Total int64
}

// The stages of a build, in their order. A build that finds everything in the
// cache has only StageCached.
const (
	StageResolve   = "resolve"   // finding a package by its import path, which may be downloaded
	StageCached    = "cached"    // an artifact is there
	StageWait      = "wait"      // another build of the plugin is running
	StageToolchain = "toolchain" // finding go and the C compiler
	StageInstall   = "install"   // installing what is missing; reported repeatedly
	StageTry       = "try"       // trying a C compiler for the first time, whose command line is Detail, or, with an empty Detail, the pure bridge
	StageAnalyze   = "analyze"
	StageCheck     = "check" // against the policy
	StageGenerate  = "generate"
	StageCompile   = "compile"
	StageStore     = "store"
)

// An Artifact is a library in the cache. Its files must not be changed.
type Artifact struct {
	Path     string             // the library
	Header   string             // declares its C exports; "" if it has none
	Manifest *manifest.Manifest // nil if it is not wanted; see Config.NoManifest
	Cached   bool               // nothing had to be compiled
}

// A builder is a Config with its defaults filled in.
type builder struct {
	Config
	cache  cache
	places []string // folders with the programs that are installed in the cache folder

	// query is the import path if Config.Dir was one. Dir is then the current folder until
	// the package is found, and afterwards the folder of its files. Package and root are set
	// if the package does not belong to the main module, whose folder is root.
	query     *modfetch.Query
	pkg, root string

	installable bool // a build installs what the last search for the toolchain missed

	usesC bool       // the analysis has found that the plugin needs cgo
	trial *pureTrial // of the pure bridge; nil: not tried
}

func newBuilder(cfg Config) (*builder, error) {
	if err := checkFlags(cfg.Flags); err != nil {
		return nil, err
	}
	var query *modfetch.Query
	if q, ok := ImportPath(cfg.Dir); ok {
		query, cfg.Dir = &q, "."
		cfg.Policy.AnyImport = !cfg.StrictImports
	}
	var err error
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, fmt.Errorf("plugin folder: %w", err)
	}
	if cfg.GOOS == "" {
		cfg.GOOS = runtime.GOOS
	}
	if cfg.GOARCH == "" {
		cfg.GOARCH = runtime.GOARCH
	}
	if targets := bridge.PureTargets(); cfg.Bridge == manifest.Pure && !slices.Contains(targets, cfg.GOOS+"/"+cfg.GOARCH) {
		return nil, &detect.Error{
			Missing: fmt.Sprintf("way to build plugins for %s/%s by the pure bridge", cfg.GOOS, cfg.GOARCH),
			Remedy:  "choose one of the targets " + strings.Join(targets, ", ") + ", or the cgo bridge",
			Err:     errors.New("the pure bridge makes no libraries for this target"),
		}
	}
	if targets := bridge.ProgramTargets(); cfg.Bridge == manifest.Program && !slices.Contains(targets, cfg.GOOS+"/"+cfg.GOARCH) {
		return nil, &detect.Error{
			Missing: fmt.Sprintf("way to build plugins for %s/%s as programs", cfg.GOOS, cfg.GOARCH),
			Remedy:  "choose one of the targets " + strings.Join(targets, ", ") + ", or leave the bridge out",
			Err:     errors.New("plugins for this target are libraries"),
		}
	}
	if (cfg.Bridge == manifest.Pure || cfg.Bridge == manifest.Program) && cfg.CExports {
		return nil, fmt.Errorf("the bridge %s makes no C exports; choose the cgo bridge, or leave the bridge out", cfg.Bridge)
	}
	if cfg.installTool == nil {
		cfg.installTool = install.Require
	}
	if cfg.NoNetwork {
		cfg.Install = nil
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Event) {}
	}
	if cfg.Inputs == nil {
		cfg.Inputs = func(*Inputs) {}
	}
	if cfg.CacheDir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return nil, fmt.Errorf("no place for the cache: %w; name a cache folder", err)
		}
		cfg.CacheDir = filepath.Join(user, "go-winplugin")
	}
	if cfg.CacheDir, err = filepath.Abs(cfg.CacheDir); err != nil {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	if err := fsutil.CheckPrivate(cfg.CacheDir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("cache folder: %w", err)
	}
	if cfg.Packages, err = furtherPackages(cfg.Packages, cfg.Dir); err != nil {
		return nil, err
	}
	b := &builder{Config: cfg, cache: cache{cfg.CacheDir, cfg.Log}, query: query}
	b.findPlaces()
	return b, nil
}

func (b *builder) event(stage, pkg, detail string) {
	b.Log.Debug("build", "stage", stage, "package", pkg, "detail", detail)
	b.Progress(Event{Stage: stage, Package: pkg, Detail: detail})
}

// Check analyses the plugin, checks it against the policy, and returns the manifest of the
// library that Run would make. It returns the errors of Run that are known without compiling,
// for instance that the bridge needs a C compiler which no build would install.
func Check(ctx context.Context, cfg Config) (*manifest.Manifest, error) {
	b, err := newBuilder(cfg)
	if err != nil {
		return nil, err
	}
	if err := b.locate(ctx, false); err != nil {
		return nil, err
	}
	tools, kind, missing := b.findToolchain(ctx, false)
	if tools == nil {
		return nil, missing
	}
	m, err := b.analyzeAside(ctx, tools, kind)
	if b.turnsToCGO(err) {
		if tools, kind, missing = b.findToolchain(ctx, false); tools == nil {
			return nil, missing
		}
		m, err = b.analyzeAside(ctx, tools, kind)
	}
	if err != nil {
		return nil, err
	}
	out, err := bridge.Generate(m, b.bridgeOptions(tools, kind))
	if err != nil {
		return nil, err
	}
	if missing != nil && !b.installable {
		return nil, missing
	}
	return out.Manifest, nil
}

// analyzeAside analyses the plugin in a site that nothing is built in.
func (b *builder) analyzeAside(ctx context.Context, tools *detect.Toolchain, kind string) (*source.Model, error) {
	work, err := b.newSite(false)
	if err != nil {
		return nil, err
	}
	defer work.close()
	return b.analyze(ctx, tools, kind, work, nil)
}

func (b *builder) bridgeOptions(tools *detect.Toolchain, kind string) bridge.Options {
	_, reason := b.choice()
	return bridge.Options{Kind: kind, Reason: reason, GOOS: b.GOOS, GOARCH: b.GOARCH, GoVersion: tools.GoVersion, Flags: b.Flags, InGOROOT: tools.TakesOverlay()}
}

func (b *builder) toolchainConfig(cc string) detect.Config {
	return detect.Config{Env: b.env(), Go: b.Go, CC: cc, GOOS: b.GOOS, GOARCH: b.GOARCH, Places: b.places, Records: b.cache.path("toolchain"), Log: b.Log}
}

// env is the environment that the toolchain's is made of; nil is that of the process.
func (b *builder) env() []string {
	if !b.NoNetwork {
		return nil
	}
	// GOSUMDB would be asked about modules that are in the module cache and not in go.sum.
	return append(os.Environ(), "GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local", "GOVCS=*:off")
}

// analyze loads the plugin's package, which the policy checks before anything is
// downloaded or compiled. listing is nil, or that of an earlier build; see source.Config.
func (b *builder) analyze(ctx context.Context, tools *detect.Toolchain, kind string, work *site, listing *source.Listing) (*source.Model, error) {
	b.event(StageAnalyze, b.name(), "")
	if err := checkReserved(b.Dir); err != nil {
		return nil, err
	}
	if b.Policy.AnyImport && !b.Policy.Off {
		b.Log.Info("the policy's rule on imports does not apply to a package that is named by its import path", "package", b.name())
	}
	checking := false
	m, err := source.Load(ctx, source.Config{
		Dir: b.Dir, File: b.File, Package: b.pkg, Root: b.root, ByPath: b.query != nil, Packages: b.Packages, GOOS: b.GOOS, GOARCH: b.GOARCH,
		Env: append(tools.Env(), work.env()...), Go: tools.Go, GoVersion: tools.GoVersion, TempDir: work.temp, CopyDir: work.dir,
		Flags: append(bridgeFlags(kind, tools.GOFLAGS, b.flags()), b.flags()...), Borrow: b.Borrow, InOut: b.InOut, Methods: b.Methods, Instantiate: b.Instantiate, Listing: listing,
		Seen: func(m *source.Model) { b.Inputs(newInputs(newSnapshot(m))) },
		Approve: func(m *source.Model) error {
			if !checking {
				b.event(StageCheck, m.ImportPath, "")
			}
			checking = true
			checked := *m
			checked.OtherFiles = slices.DeleteFunc(slices.Clone(m.OtherFiles), func(path string) bool { return b.cache.madeHeader(path, m.Copies[path].Sum) })
			policy := b.Policy
			policy.AnyImport = m.ByPath && !b.StrictImports // of each package by how it was named
			return policy.Check(&checked)
		},
	})
	if err != nil {
		return nil, explain(tools, err)
	}
	for _, p := range m.All() {
		if kind != manifest.CGO && len(p.CgoFiles) > 0 {
			return nil, needsCGO(p)
		}
	}
	for _, p := range m.Packages {
		if err := checkReserved(p.Dir); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// checkReserved refuses a folder with entries that the build would add: the go command
// would compile what is in them, and nobody has analysed it.
func checkReserved(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil // the analysis says what is wrong with the folder
	}
	e := &source.BuildError{Package: dir, Err: errors.New("the plugin's folder has entries with names that the build itself uses")}
	for _, entry := range entries {
		if bridge.Reserved(entry.Name()) {
			e.Diagnostics = append(e.Diagnostics, source.Diagnostic{File: entry.Name(), Message: "remove or rename it"})
		}
	}
	if e.Diagnostics == nil {
		return nil
	}
	return e
}

// explain returns the toolchain's problem if there is one, because the plugin's source may
// seem wrong because of it.
func explain(tools *detect.Toolchain, err error) error {
	failed := new(source.BuildError)
	if !errors.As(err, &failed) {
		return err
	}
	if e := exhausted(failed); e != nil {
		return e
	}
	e := tools.Explain(failed.Error()+"\n"+failed.Output, err)
	if e == nil || e.Trap == detect.TrapHeaders && len(failed.Diagnostics) > 0 { // a header of the plugin's own
		return err
	}
	return e
}

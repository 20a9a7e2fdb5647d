// Package source turns a plugin's folder into a [Model]: the package's files,
// its exported functions with their types, docs and positions, the modules it
// is built with and everything on disk that the result depends on.
//
// The package is found by the go command (go list), so build tags, file name
// suffixes, workspaces, vendor folders, internal packages and //go:embed mean
// here what they mean to go build. It is then parsed and type-checked by
// go/parser and go/types, with the compiler's export data for what it imports.
//
// golang.org/x/tools/go/packages does nearly the same, and is not used for two
// reasons. It looks up the go command in the PATH of this process, whatever the
// environment in its Config says, so a toolchain that was found elsewhere (as
// is usual on Windows) cannot be used. And it has the go command compile the
// plugin's own package to get at the types of its imports, before anyone has
// decided whether that source may be built. Here only the imports are compiled,
// with the flags of the later build, which finds them in the go build cache.
package source

import (
	"context"
	"errors"
	"fmt"
	"go/token"
	"go/types"
	"io/fs"
	"runtime"
	"slices"
	"time"
)

// A Config says which package is to be loaded, for which target, with which
// toolchain.
type Config struct {
	Dir  string // the plugin's folder
	File string // optional: a file that must be one of the package's Go files; relative to Dir, must not leave it

	// Package is the import path of the package, if it is not one of the main module.
	// Root then is the main module's folder, in which the go command runs, outside of
	// any workspace.
	Package, Root string

	// ByPath says that the package was named by its import path.
	ByPath bool

	// Packages are further packages of the library: absolute folders, and import paths as
	// the go command finds them in the main module.
	Packages []string

	GOOS, GOARCH string   // the target
	Env          []string // the complete environment of the go command, GOOS, GOARCH, CGO_ENABLED and CC included
	Go           string   // path of the go command
	GoVersion    string   // its version, as in "go1.26.8"
	Flags        []string // build flags: -trimpath, -buildmode, -tags …
	TempDir      string   // optional: where temporary files go; all are gone when Load returns
	CopyDir      string   // optional: where Model.Copies go, which else are gone when Load returns

	// Borrow names parameters that read the caller's memory during a call, by the
	// name of the function, as the directive //winplugin:borrow does.
	Borrow map[string][]string

	// Instantiate names instances of generic functions and types, "Map[int, string]", as
	// the directive //winplugin:instantiate does.
	Instantiate []string

	// Methods names types of other packages, "database/sql.Rows", whose methods are listed
	// however far they are from the package.
	Methods []string

	// Listing is what an earlier analysis with the same configuration left, of a package that
	// has the same files, none of which has another content but for Go files of the package
	// itself. The go command is not asked then. Load fails if such a file has another
	// header (see [Header]). The model has no Inputs, Names and Overlay, and its Copies
	// are those of the package's own files. Listing needs CopyDir.
	Listing *Listing

	// Seen is called when the model's Inputs, Copies and Names are known, also if the package
	// is wrong: what must change before it can be right is among them. The rest of the model
	// may be incomplete. Optional.
	Seen func(*Model)

	// Approve decides from the package's files whether the analysis goes on. It is
	// called before the go command downloads a module, before it compiles what the
	// package imports, and when Uses is known. Its error is that of Load. Optional.
	Approve func(*Model) error

	// InOut names parameters whose memory is the caller's during a call, and may be
	// written to, as the directive //winplugin:inout does. A method's name is
	// "Type.Method".
	InOut map[string][]string
}

// Load analyses the package in cfg.Dir.
//
// What is wrong with the user's source comes back as a [*BuildError]; a folder
// or file that does not fit as an error that wraps [ErrNoPackage],
// [ErrOutsideFolder] or [ErrNotInPackage]. If ctx ends first, the error wraps
// its cause.
func Load(ctx context.Context, cfg Config) (*Model, error) {
	m, err := load(ctx, cfg)
	if err != nil && ctx.Err() != nil {
		// Whatever failed, failed because the go command was stopped.
		return nil, fmt.Errorf("analysis of %s was stopped: %w", cfg.Dir, context.Cause(ctx))
	}
	return m, err
}

func load(ctx context.Context, cfg Config) (*Model, error) {
	dir, err := folder(cfg.Dir)
	if err != nil {
		return nil, err
	}
	cfg.Dir = dir
	if cfg.Root == "" {
		cfg.Root = dir
	}
	if cfg.GOOS == "" {
		cfg.GOOS = runtime.GOOS
	}
	if cfg.GOARCH == "" {
		cfg.GOARCH = runtime.GOARCH
	}
	file, err := namedFile(dir, cfg.File)
	if err != nil {
		return nil, err
	}

	if cfg.Listing != nil {
		return loadListed(cfg, file)
	}
	if err := checkFiles(cfg); err != nil {
		return nil, err
	}
	g, err := newGoCommand(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer g.close()
	g.file = file
	if err := g.approve(); err != nil {
		return nil, err
	}
	m, list, err := g.freezeModel(ctx)
	if m != nil && m.Names != nil && cfg.Seen != nil {
		cfg.Seen(m)
	}
	if err != nil {
		return nil, err
	}
	if file != "" {
		if err := m.checkNamedFile(cfg, file); err != nil {
			return nil, err
		}
	}
	if err := list.diagnose(m); err != nil {
		return nil, err
	}
	// go list knows better than approve which files belong to the package.
	if err := cfg.approve(m.All()...); err != nil {
		return nil, err
	}
	imports, err := g.export(ctx, m, list)
	if err != nil {
		return nil, err
	}
	if err := g.analyze(m, list, imports); err != nil {
		return nil, err
	}
	m.Listing = g.newListing(m, list, imports)
	return m, nil
}

// analyze type-checks the packages and describes what a host can use of them.
func (g *goCommand) analyze(m *Model, l *packageList, exports map[string]string) error {
	pkgs, err := m.check(g.cfg, l, exports)
	if err != nil {
		return err
	}
	if err := g.cfg.approve(m.All()...); err != nil {
		return err
	}
	if err := m.describe(pkgs, l, &g.cfg); err != nil {
		return err
	}
	if len(m.Functions)+len(m.Variables)+len(m.Methods) == 0 {
		return m.noFunctions(g.file, pkgs[0])
	}
	if err := m.ask(pkgs, l); err != nil {
		return err
	}
	if err := m.unused(pkgs); err != nil {
		return err
	}
	m.Dependencies = l.modules()
	return nil
}

// freezeModel lists the package, and reads its files and all other inputs. If something
// was written meanwhile it asks the go command again, which sees the copies then; so the
// list fits to them in the end. If the package's files cannot be parsed, the model has the inputs
// nevertheless.
func (g *goCommand) freezeModel(ctx context.Context) (m *Model, l *packageList, err error) {
	const attempts = 3
	for i := 1; ; i++ {
		start := time.Now()
		if l, err = g.list(ctx); err != nil {
			return nil, nil, err
		}
		if err := l.missing(g.cfg); err != nil {
			return nil, nil, err
		}
		var late bool
		m, err = g.readModel(l)
		var unread error
		if m.Inputs, unread = g.inputs(ctx, m, l); unread == nil {
			late, unread = g.freeze(&m.Inputs, start)
		}
		if unread == nil {
			m.Copies, m.Names, m.Overlay = g.frozen.copies, g.frozen.names, g.frozen.overlay(g.settings.GOMODCACHE)
		}
		if err == nil {
			err = unread
		}
		gone := errors.Is(err, fs.ErrNotExist)
		if i == attempts || err == nil && !late || err != nil && !gone {
			break
		}
	}
	return m, l, err
}

// readModel reads the package's own files. It returns the model also if that fails.
func (g *goCommand) readModel(l *packageList) (*Model, error) {
	if g.bare {
		// A pattern such as * also finds the go.mod that is there by overlay only.
		l.root.EmbedFiles = slices.DeleteFunc(l.root.EmbedFiles, func(name string) bool { return name == "go.mod" })
	}
	m := &Model{
		GoVersion:    g.cfg.GoVersion,
		Language:     languageFor(l.root.Module),
		Dir:          g.cfg.Dir,
		Root:         g.cfg.Root,
		Name:         l.root.Name,
		ImportPath:   l.root.ImportPath,
		ByPath:       g.cfg.ByPath,
		Bare:         g.bare,
		GoModOverlay: g.goMod,
		Env:          g.extraEnv,
		Fset:         token.NewFileSet(),
		Assembly:     make(map[string][]string),
		read:         g.frozen.read,
	}
	if mod := l.root.Module; mod != nil && !g.bare {
		m.ModulePath, m.GoMod = mod.Path, mod.GoMod
	}
	g.addPackages(m, l)
	for i, p := range m.All() {
		at := l.roots()[i]
		if err := p.parse(at, l); err != nil {
			return m, err
		}
		p.StdImports = l.stdImports(at)
	}
	m.qualify()
	m.CDirs = l.cDirs(m)
	m.BuiltWith = make(map[string]bool, len(l.all))
	for _, p := range l.all {
		m.BuiltWith[p.ImportPath] = true
	}
	return m, nil
}

// Identifiers at package level, by where they were declared.
func scope(fset *token.FileSet, pkg *types.Package) map[string]token.Position {
	names := pkg.Scope().Names()
	scope := make(map[string]token.Position, len(names))
	for _, name := range names {
		scope[name] = fset.PositionFor(pkg.Scope().Lookup(name).Pos(), false)
	}
	return scope
}

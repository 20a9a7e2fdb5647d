package modfetch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// A Config says with what to search.
type Config struct {
	Go    string   // path of the go command
	Env   []string // its complete environment
	Flags []string // build flags: what a package imports may depend on tags
	Dir   string   // where the host's module is looked for
	Temp  string   // an empty folder, for a module to download with

	// Packages are import paths of further packages that are built with the one that is
	// searched for.
	Packages []string

	// Asking is called before a query that may download a module.
	Asking func()
}

// A Package is the result of [Find].
type Package struct {
	ImportPath string
	Dir        string // of its files
	Host       bool   // the host's module decided

	// The rest is empty for a package whose files may change, of the host's module, its
	// workspace or of a replacement by a folder: that is built where it lies.

	Module, Version string
	Root            string // the module's folder in the module cache
	Sum             []byte // its lines of go.sum
	GoMod           []byte // of a module that requires this one in the folder "module", and all else that the package is built with
	GoSum           []byte
}

// ErrUnknown means that no module provides the package.
var ErrUnknown = fmt.Errorf("%w: nobody has it", source.ErrNoPackage)

// Find finds the package. If the query has no version and the host's module provides the
// package, it is that one. Otherwise the go command downloads it.
//
// An error of the go command is a [*source.BuildError]. It wraps source.ErrNoPackage if there is
// no such package or version.
func Find(ctx context.Context, cfg Config, q Query) (*Package, error) {
	host := &goCommand{Config: cfg, dir: cfg.Dir}
	if q.Version == "" {
		p, err := host.find(ctx, q)
		if !errors.Is(err, ErrUnknown) || !q.Public() {
			return p, err
		}
		q.Version = "latest"
	}
	if internal(q.Path) {
		return nil, q.failure(source.ErrNoPackage, "it is internal to its module, and nothing outside may import it; name a package that is meant for others")
	}
	if !q.Public() {
		return nil, q.failure(source.ErrNoPackage, "modules that can be downloaded begin with a domain, as in example.com/name; write one, or leave the version out")
	}
	if cfg.Asking != nil {
		cfg.Asking()
	}
	own := &goCommand{Config: cfg, dir: cfg.Temp, isolated: true}
	if err := own.get(ctx, q); err != nil {
		return nil, err
	}
	p, err := own.find(ctx, q)
	if p != nil {
		p.Host = false
	}
	return p, err
}

// internal reports whether packages of other modules may not import the path.
func internal(path string) bool { return strings.Contains("/"+path+"/", "/internal/") }

// get makes a module that requires the package, and downloads what it needs.
func (g *goCommand) get(ctx context.Context, q Query) error {
	out, err := g.run(ctx, "env", "GOVERSION")
	if err != nil {
		return err
	}
	goMod := fmt.Sprintf("module %s\n\ngo %s\n", mainModule, strings.TrimPrefix(source.Language(strings.TrimSpace(string(out))), "go"))
	if err := os.WriteFile(filepath.Join(g.dir, "go.mod"), []byte(goMod), 0o600); err != nil {
		return err
	}
	_, err = g.run(ctx, append(append([]string{"get"}, g.Flags...), q.String())...)
	var said *saidError
	if errors.As(err, &said) {
		return q.explain(said)
	}
	if err != nil || len(g.Packages) == 0 {
		return err
	}
	// With -mod=mod the go command adds what the further packages need. What it does not
	// find is said when they are listed.
	args := append([]string{"list", "-e", "-deps", "-mod=mod", "-f", "{{.Dir}}"}, g.Flags...)
	_, err = g.run(ctx, append(append(args, "--", q.Path), g.Packages...)...)
	return err
}

// A listed package is what go list says about it.
type listed struct {
	Dir, ImportPath, Name string
	Standard, DepOnly     bool
	Module                *listedModule
	Error                 *struct{ Err string }
}

type listedModule struct {
	Path, Version, Dir, GoMod, GoVersion string
	Main                                 bool
	Replace                              *listedModule
}

// local reports whether the module's files may change.
func (m *listedModule) local() bool { return m.Main || m.Replace != nil && m.Replace.Version == "" }

// find looks the package up in the module that the go command runs in.
func (g *goCommand) find(ctx context.Context, q Query) (*Package, error) {
	args := append([]string{"list", "-e", "-deps", "-mod=readonly", "-json=Dir,ImportPath,Name,Standard,DepOnly,Module,Error"}, g.Flags...)
	out, err := g.run(ctx, append(append(args, "--", q.Path), g.Packages...)...)
	var said *saidError
	if errors.As(err, &said) {
		return nil, q.explain(said)
	}
	if err != nil {
		return nil, err
	}
	var all []*listed
	var root *listed
	for dec := json.NewDecoder(strings.NewReader(string(out))); ; {
		p := new(listed)
		if err := dec.Decode(p); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("go list gave no JSON: %w", err)
		}
		all = append(all, p)
		if !p.DepOnly && (p.ImportPath == q.Path || len(g.Packages) == 0) {
			root = p
		}
	}
	switch {
	case root == nil:
		return nil, ErrUnknown
	case root.Standard:
		return nil, q.failure(source.ErrNoPackage, "it is part of Go's standard library, which a host imports itself; to have it in a plugin, write a package that exports what is wanted of it")
	case root.Module == nil && root.Dir == "":
		return nil, ErrUnknown
	case root.Module == nil || root.Dir == "":
		text := "the go command has no files of it"
		if root.Error != nil {
			text = root.Error.Err
		}
		return nil, q.explain(&saidError{text: text})
	case root.Module.local():
		return &Package{ImportPath: root.ImportPath, Dir: root.Dir, Host: true}, nil
	case internal(q.Path):
		return nil, q.failure(source.ErrNoPackage, "it is internal to its module, and nothing outside may import it; name a package that is meant for others")
	}
	for _, p := range all {
		if p.Error != nil && p.Module == nil && !p.Standard {
			return nil, q.explain(&saidError{text: p.Error.Err})
		}
	}
	p := &Package{ImportPath: root.ImportPath, Dir: root.Dir, Host: true, Module: root.Module.Path, Version: root.Module.Version, Root: root.Module.Dir}
	return p, g.describe(ctx, p, all)
}

package winplugin

import (
	"context"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Manifest describes a plugin: its package, functions, variables and types, what it was
// built from, and what cannot be called, with the reason.
type Manifest = manifest.Manifest

// A Function is a callable function of a [Manifest].
type Function = manifest.Function

// An Artifact is a finished library.
type Artifact struct {
	Path     string // the library
	Header   string // the C header that declares its exports; "" if it has none
	Manifest *Manifest
	Cached   bool // the library was in the cache, so nothing was built
}

// Build makes a library of the package in dir, a folder or an import path (see
// [OpenContext]), or finds it in the cache. The library's name contains a hash of what it
// was made from, so a new build never overwrites a library that is loaded. [WithOutput]
// puts a copy elsewhere.
//
// Source that cannot be built is a [*BuildError], source that the policy refuses a
// [*PolicyError], and a missing tool a [*ToolchainError]. Builds of one plugin wait for each
// other, in this and in other processes. If ctx ends, Build ends all its processes and
// returns the error of ctx.
func Build(ctx context.Context, dir string, opts ...Option) (*Artifact, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	if c.output != "" {
		if _, err := build.CheckOutput(c.output); err != nil {
			return nil, err
		}
	}
	a, err := build.Run(orBackground(ctx), c.build(dir))
	if err == nil && c.output != "" {
		a, err = build.Export(a, c.output)
	}
	if err != nil {
		return nil, public(err)
	}
	return &Artifact{Path: a.Path, Header: a.Header, Manifest: a.Manifest, Cached: a.Cached}, nil
}

// Check analyses the package in dir, a folder or an import path (see [OpenContext]), and
// applies the policy. It builds nothing. The manifest is that of the library that Build
// would make, and the errors are those of Build. A C compiler that Build would need and not
// find is an error, too.
func Check(ctx context.Context, dir string, opts ...Option) (*Manifest, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	m, err := build.Check(orBackground(ctx), c.build(dir))
	return m, public(err)
}

// Inspect reads the manifest of a finished library without running the library's code.
// The library may be for any system. If it cannot be read, the error is a [*LoadError].
func Inspect(path string) (*Manifest, error) {
	f, err := manifest.ReadFile(path)
	if err != nil {
		return nil, public(err)
	}
	return f.Manifest, nil
}

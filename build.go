package winplugin

import (
	"context"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Manifest describes a plugin: Package, ImportPath, GoVersion, GOOS, GOARCH,
// SourceHash, Dependencies, Functions with their types and documentation, Skipped
// functions with the reason, and the declared Types that they mention.
type Manifest = manifest.Manifest

// A Function is a callable function of a [Manifest].
type Function = manifest.Function

// An Artifact is a finished library: Path, Header (declares its C exports; empty if
// it has none, as with the pure bridge), its Manifest, and whether it was Cached, that is, nothing had to be built.
type Artifact = build.Artifact

// Build makes a library of the package in dir, a folder or an import path (see
// [OpenContext]), or finds it in the cache. The
// library's name holds a hash of what it was made from, so a library that is
// loaded is never overwritten. [WithOutput] puts a copy where it is wanted.
func Build(ctx context.Context, dir string, opts ...Option) (*Artifact, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	a, err := build.Run(ctx, c.build(dir, ""))
	if err != nil || c.output == "" {
		return a, err
	}
	return build.Export(a, c.output)
}

// Check analyses the package in dir, a folder or an import path (see [OpenContext]), and
// applies the policy, and builds nothing. It needs Go, but no C compiler. The manifest is that of the library that Build would
// make.
func Check(ctx context.Context, dir string, opts ...Option) (*Manifest, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return build.Check(ctx, c.build(dir, ""))
}

// Inspect reads the manifest of a finished library, for whatever system it was
// built, without running its code.
func Inspect(path string) (*Manifest, error) {
	f, err := manifest.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return f.Manifest, nil
}

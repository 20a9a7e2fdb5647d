package build

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// A Missing is what a build cannot do without.
type Missing string

const (
	MissingGo       Missing = "go"
	MissingCompiler Missing = "compiler" // a C compiler for Windows
)

// lookPlaces looks what is installed in the cache folder.
func (b *builder) lookPlaces() {
	b.places = install.Places(b.CacheDir, runtime.GOOS, runtime.GOARCH)
}

// find finds the toolchain that cfg asks for. With may, what is missing for that is
// installed: Go, and if the cgo bridge was asked for, the C compiler. Else there is
// the pure bridge, and whether it serves is known after the analysis only.
func (b *builder) find(ctx context.Context, cfg detect.Config, may bool) (*detect.Toolchain, error) {
	installed := make(map[Missing]bool)
	for {
		cfg.Places = b.places
		tools, err := detect.Find(ctx, cfg)
		missing := b.missing(cfg, tools, err)
		if !may || missing == "" || installed[missing] { // it is there now, and does not help
			return tools, err
		}
		if failed := b.Install(ctx, b.CacheDir, missing); failed != nil {
			if cause := context.Cause(ctx); cause != nil {
				return nil, fmt.Errorf("installing what the build of %s needs: %w", b.Dir, cause)
			}
			lacking := new(detect.Error)
			if errors.As(err, &lacking) { // always
				both := *lacking
				both.Err = errors.Join(lacking.Err, failed)
				err = &both
			}
			return tools, err
		}
		installed[missing] = true
		b.lookPlaces()
	}
}

// missing says what is to be installed for the build to become possible.
func (b *builder) missing(cfg detect.Config, tools *detect.Toolchain, err error) Missing {
	if b.Install == nil {
		return ""
	}
	goCommand, compiler := detect.Lacks(cfg, tools, err)
	switch {
	case goCommand:
		return MissingGo
	case compiler && b.Bridge != "" && b.GOOS == "windows":
		return MissingCompiler
	}
	return ""
}

// needsCompiler reports whether err means that the pure bridge, which was taken for
// want of a C compiler, cannot serve, and that one may be installed. For a plugin that
// the policy refuses all the same, nothing is.
func (b *builder) needsCompiler(err error) bool {
	return errors.Is(err, source.ErrNeedsCGO) && b.Bridge == "" && b.GOOS == "windows" && b.Install != nil &&
		(!errors.Is(err, source.ErrNoPackage) || b.Policy.Allows("C"))
}

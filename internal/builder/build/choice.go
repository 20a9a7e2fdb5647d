package build

import (
	"context"
	"errors"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// choice returns the bridge of the build, and why it is that one. For Windows it does
// not depend on the compilers of this machine, so that a command makes the same library
// everywhere.
func (b *builder) choice() (kind, reason string) {
	switch {
	case b.Bridge != "":
		return b.Bridge, "it was asked for"
	case b.CExports:
		return manifest.CGO, "C exports were asked for"
	case b.GOOS != "windows":
		return manifest.CGO, "it is the default for " + b.GOOS
	case b.CC != "":
		return manifest.CGO, "a C compiler was named"
	case b.usesC:
		return manifest.CGO, "the plugin or a dependency uses cgo"
	}
	return manifest.Pure, "it is the default for Windows and needs nothing but Go"
}

// findToolchain finds what to build with. With try, C compilers are tried before they
// are taken, and what is missing is installed. If nothing but a C compiler is missing,
// the tools without one come beside the error.
func (b *builder) findToolchain(ctx context.Context, try bool) (tools *detect.Toolchain, kind string, err error) {
	b.event(StageToolchain, b.name(), b.GOOS+"/"+b.GOARCH)
	kind, reason := b.choice()
	b.Log.Info("bridge chosen", "plugin", b.name(), "bridge", kind, "reason", reason)
	cfg := b.toolchainConfig(b.CC)
	if info, err := os.Stat(b.Dir); err == nil && info.IsDir() { // else the analysis says what is wrong with it
		cfg.Dir = b.Dir
		if b.root != "" {
			cfg.Dir = b.root
		}
	}
	if kind == manifest.Pure {
		cfg.CC = ""
	} else {
		cfg.NeedC, cfg.Try = true, try
		cfg.Trying = func(compiler string) { b.event(StageTry, b.name(), compiler) }
	}
	tools, err = b.find(ctx, cfg, try)
	return tools, kind, err
}

// turnsToCGO reports whether err means that the plugin needs cgo and the cgo bridge has
// not been tried. The next choice is that bridge then. Where the policy refuses the
// plugin anyway, no compiler is looked for or installed.
func (b *builder) turnsToCGO(err error) bool {
	if !errors.Is(err, source.ErrNeedsCGO) || errors.Is(err, source.ErrNoPackage) && !b.Policy.Allows("C") {
		return false
	}
	if kind, _ := b.choice(); kind == manifest.CGO || b.Bridge != "" {
		return false
	}
	b.usesC = true
	return true
}

package build

import (
	"context"
	"errors"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// choice returns the bridge of the build, and why it is that one. It does not depend on
// the compilers of this machine, so that a command makes the same library everywhere,
// unless the pure bridge has been tried and does not work here.
func (b *builder) choice() (kind, reason string) {
	target := b.GOOS + "/" + b.GOARCH
	switch {
	case b.Bridge != "":
		return b.Bridge, "it was asked for"
	case b.CExports:
		return manifest.CGO, "C exports were asked for"
	case b.runsProgram():
		return manifest.Program, "it is the default for " + target + " in a process of its own, and needs nothing but Go"
	case !slices.Contains(bridge.PureTargets(), target):
		return manifest.CGO, "it is the default for " + target
	case b.CC != "":
		return manifest.CGO, "a C compiler was named"
	case b.usesC:
		return manifest.CGO, "the plugin or a dependency uses cgo"
	case b.trial.err() != nil:
		return manifest.CGO, b.trial.err().Error()
	}
	return manifest.Pure, "it is the default for " + target + " and needs nothing but Go"
}

// runsProgram reports whether the plugin is a program by default: where no library can be loaded, or if
// it is to run in a process of its own and the pure bridge makes no libraries for the target.
func (b *builder) runsProgram() bool {
	target := b.GOOS + "/" + b.GOARCH
	if !slices.Contains(bridge.ProgramTargets(), target) || slices.Contains(bridge.PureTargets(), target) || b.CC != "" || b.usesC {
		return false
	}
	return b.Separate || b.GOOS != "linux"
}

// findToolchain finds what to build with. With try, the pure bridge and C compilers are
// tried before they are taken, and missing tools are installed. If only a C compiler is
// missing, the other tools are returned with the error.
func (b *builder) findToolchain(ctx context.Context, try bool) (tools *detect.Toolchain, kind string, err error) {
	b.event(StageToolchain, b.name(), b.GOOS+"/"+b.GOARCH)
	cfg := b.toolchainConfig(b.CC)
	if isDir(b.Dir) { // else the analysis says what is wrong with it
		cfg.Dir = b.Dir
		if b.root != "" {
			cfg.Dir = b.root
		}
	}
	kind, reason := b.choice()
	if kind != manifest.CGO {
		cfg.CC = ""
		if tools, err = b.find(ctx, cfg, try); err != nil {
			return tools, kind, err
		}
		if b.Bridge == "" && kind == manifest.Pure {
			if err := b.tryPure(ctx, tools, try, false); err != nil {
				return nil, kind, err
			}
			kind, reason = b.choice()
		}
	}
	b.Log.Info("bridge chosen", "plugin", b.name(), "bridge", kind, "reason", reason)
	if kind != manifest.CGO {
		return tools, kind, nil
	}
	cfg.CC, cfg.NeedC, cfg.Try = b.CC, true, try
	cfg.Trying = func(compiler string) { b.event(StageTry, b.name(), compiler) }
	tools, err = b.find(ctx, cfg, try)
	return tools, kind, b.explainTrial(err)
}

// explainTrial adds to the error of a missing compiler why one is needed, if that is
// because the pure bridge does not work here.
func (b *builder) explainTrial(err error) error {
	missing := new(detect.Error)
	if b.trial.err() == nil || !errors.As(err, &missing) {
		return err
	}
	both := *missing
	both.Err = errors.Join(b.trial.err(), missing.Err)
	return &both
}

// turnsToCGO reports whether err means that the plugin needs cgo, and the cgo bridge has not
// been tried. The next choice is then that bridge. If the policy refuses the plugin, no compiler
// is searched or installed.
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

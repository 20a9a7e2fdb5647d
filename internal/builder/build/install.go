package build

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// findPlaces lists what is installed in the cache folder.
func (b *builder) findPlaces() {
	b.places = install.Places(b.CacheDir, runtime.GOOS, runtime.GOARCH)
}

// find finds the toolchain that cfg asks for. It installs what is missing if mayInstall is set.
func (b *builder) find(ctx context.Context, cfg detect.Config, mayInstall bool) (*detect.Toolchain, error) {
	tried := make(map[install.Tool]bool)
	for {
		cfg.Places = b.places
		tools, err := detect.Find(ctx, cfg)
		tool := b.missing(cfg, tools, err)
		b.installable = tool != ""
		if !mayInstall || tool == "" || tried[tool] { // it is there now, and does not help
			return tools, err
		}
		if failed := b.install(ctx, tool); failed != nil {
			if cause := context.Cause(ctx); cause != nil {
				return nil, fmt.Errorf("installing what the build of %s needs: %w", b.Dir, cause)
			}
			missing := new(detect.Error)
			if errors.As(err, &missing) { // always
				both := *missing
				both.Err = errors.Join(missing.Err, failed)
				err = &both
			}
			return tools, err
		}
		tried[tool] = true
		b.findPlaces()
	}
}

// missing returns the tool to install for the build to become possible, "" if none.
func (b *builder) missing(cfg detect.Config, tools *detect.Toolchain, err error) install.Tool {
	if b.Install == nil {
		return ""
	}
	goCommand, compiler := detect.Installable(cfg, tools, err)
	switch {
	case goCommand:
		return install.Go
	case compiler && b.GOOS == "windows":
		return install.LLVMMinGW
	}
	return ""
}

func (b *builder) install(ctx context.Context, tool install.Tool) error {
	into := *b.Install
	into.Dir = b.CacheDir
	if into.Log == nil {
		into.Log = b.Log
	}
	into.Progress = func(e install.Event) {
		b.Progress(Event{Stage: StageInstall, Package: b.name(), Detail: e.String(), Done: e.Done, Total: e.Total})
	}
	_, err := b.installTool(ctx, into, tool)
	return err
}

package build

import (
	"context"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Diagnose reports on the toolchain that builds with cfg would use. Of cfg it takes the
// target, the bridge, the toolchain and the cache folder.
func Diagnose(ctx context.Context, cfg Config) (*detect.Report, error) {
	b, err := newBuilder(cfg)
	if err != nil {
		return nil, err
	}
	tools := b.toolchainConfig(b.CC)
	if kind, _ := b.choice(); kind == manifest.Pure && b.Bridge == "" {
		without := tools
		without.CC = ""
		if found, err := detect.Find(ctx, without); err == nil {
			if err := b.tryPure(ctx, found, true, true); err != nil {
				return nil, err
			}
		}
	}
	// A compiler that is named and unsuitable is an error in a build as well.
	kind, reason := b.choice()
	tools.NeedC = kind == manifest.CGO
	tools.Trying = func(compiler string) { b.event(StageTry, "", compiler) }
	r, err := detect.Diagnose(ctx, tools)
	if r == nil {
		return nil, err
	}
	r.Bridge, r.BridgeReason = kind, reason
	if t := b.trial; t != nil && t.Failed != "" {
		r.Problems = append(r.Problems, &detect.Problem{Message: t.err().Error(), Harmless: r.CWorks})
	} else if t != nil && t.Skipped != "" {
		r.Problems = append(r.Problems, &detect.Problem{Message: "the pure bridge could not be tried: " + t.Skipped, Harmless: true})
	}
	return r, err
}

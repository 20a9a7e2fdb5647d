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
	// A compiler that is named and does not do is an error in a build as well.
	kind, reason := b.choice()
	tools.NeedC = kind == manifest.CGO
	tools.Trying = func(compiler string) { b.event(StageTry, "", compiler) }
	r, err := detect.Diagnose(ctx, tools)
	if r != nil {
		r.Bridge, r.BridgeReason = kind, reason
	}
	return r, err
}

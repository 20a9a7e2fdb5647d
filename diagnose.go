package winplugin

import (
	"context"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A Report says what there is to build plugins with. Its fields are Host and Target, as
// GOOS/GOARCH; Go and Compilers, what was found, in order of preference, each with
// where it was found, what it is, and its Problem if it does not do; Problems, what is
// wrong beyond single tools; GoWorks and CWorks; and Ready, whether plugins can be
// built for the target by the bridge that was asked for.
type Report = detect.Report

// A ToolchainProblem is one thing that is wrong with a toolchain: a Trap, if it is a
// known one; Path, the program, file or folder at fault; Message; Remedy, the commands
// that mend it, one a line; Output, what the tool printed; Harmless, if plugins can be
// built all the same.
type ToolchainProblem = detect.Problem

// Diagnose finds all that could build plugins and tries it, with real builds, which
// takes some seconds for each C compiler, and minutes the first time on a slow system.
// A library that a compiler makes on trial is loaded in a process of its own, never in
// this one. What is found out serves later builds.
//
// It heeds the options [WithTarget], [WithBridge], [WithToolchain], [WithCacheDir],
// [WithLogger] and [WithProgress]. Nothing is installed or changed. The error says why
// there is no report; what is wrong with the toolchain is in the report.
func Diagnose(ctx context.Context, opts ...Option) (*Report, error) {
	c, err := newConfig(opts)
	if err != nil {
		return nil, err
	}
	return build.Diagnose(ctx, c.build("", ""))
}

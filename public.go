package winplugin

import (
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/builder/policy"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// public returns err with the error types of this package in place of those of the
// packages below it, wherever they are in its tree.
func public(err error) error {
	switch e := err.(type) {
	case nil:
		return nil
	case *source.BuildError:
		return &BuildError{
			Package: e.Package, Output: e.Output, Err: public(e.Err),
			Diagnostics: convert(e.Diagnostics, func(d source.Diagnostic) Diagnostic { return Diagnostic(d) }),
		}
	case *policy.Error:
		return &PolicyError{
			Package:    e.Package,
			Violations: convert(e.Violations, func(v policy.Violation) Violation { return Violation(v) }),
		}
	case *detect.Error:
		return &ToolchainError{Missing: e.Missing, Looked: e.Looked, Remedy: e.Remedy, Err: public(e.Err), Trap: Trap(e.Trap), Setup: e.Setup}
	case *detect.Problem:
		return publicProblem(e)
	case *fetch.Error:
		return &DownloadError{URL: e.URL, Reason: DownloadReason(e.Reason), Want: e.Want, Got: e.Got, Path: e.Path, Err: public(e.Err)}
	case *manifest.LoadError:
		return &LoadError{Path: e.Path, Reason: LoadReason(e.Reason), Err: public(e.Err)}
	case *native.RetiredError:
		return &RetiredError{
			Path: e.Path, Reason: e.Reason, Err: public(e.Err),
			Threads: convert(e.Threads, func(t native.Thread) Thread { return Thread(t) }),
		}
	case interface{ Unwrap() error }:
		return wrapped(err, e.Unwrap())
	case interface{ Unwrap() []error }:
		return wrapped(err, e.Unwrap()...)
	}
	return err
}

// wrapped is public for an error that wraps others. Such an error cannot be changed, so it is
// joined with the types of this package, which errors.As finds first.
func wrapped(err error, inner ...error) error {
	inner = convert(inner, public)
	if !slices.ContainsFunc(inner, ours) {
		return err
	}
	return &translated{err, append(inner, err)}
}

// ours reports whether public has made err.
func ours(err error) bool {
	switch err.(type) {
	case *BuildError, *PolicyError, *ToolchainError, *ToolchainProblem, *DownloadError, *LoadError, *RetiredError, *translated:
		return true
	}
	return false
}

// A translated error is an error with further ones in its tree.
type translated struct {
	error
	tree []error
}

func (e *translated) Unwrap() []error { return e.tree }

// convert returns the list with f applied to each element.
func convert[T, F any](list []F, f func(F) T) []T {
	if list == nil {
		return nil
	}
	converted := make([]T, len(list))
	for i, v := range list {
		converted[i] = f(v)
	}
	return converted
}

func publicProblem(p *detect.Problem) *ToolchainProblem {
	if p == nil {
		return nil
	}
	return &ToolchainProblem{
		Trap: Trap(p.Trap), Path: p.Path, Message: p.Message, Remedy: p.Remedy, Output: p.Output, Harmless: p.Harmless,
		err: public(p.Unwrap()),
	}
}

func publicReport(r *detect.Report) *Report {
	return &Report{
		Host: r.Host, Target: r.Target, Problems: convert(r.Problems, publicProblem),
		Go: convert(r.Go, func(g detect.GoCommand) GoCommand {
			return GoCommand{Path: g.Path, From: g.From, Version: g.Version, GOROOT: g.GOROOT, Used: g.Used, Problem: publicProblem(g.Problem)}
		}),
		Compilers: convert(r.Compilers, func(c detect.Compiler) Compiler {
			return Compiler{
				Command: c.Command, From: c.From, Used: c.Used,
				Version: c.Version, Machine: c.Machine, Linker: c.Linker, Built: c.Built, Loaded: c.Loaded,
				Problem: publicProblem(c.Problem), Note: c.Note,
			}
		}),
		Bridge: Bridge(r.Bridge), BridgeReason: r.BridgeReason,
		GoWorks: r.GoWorks, CWorks: r.CWorks, Ready: r.Ready, Setup: r.Setup,
	}
}

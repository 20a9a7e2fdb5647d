package winplugin

import "github.com/RamanSharma100/go-winplugin/internal/builder/build"

// An Event says what a build does next: see [WithProgress].
type Event struct {
	Stage   Stage
	Package string // the import path or, until it is known, what the caller named
	Detail  string // more about the stage; may be empty

	// Done and Total count bytes in StageInstall. Total is 0 until it is known.
	Done, Total int64
}

// A Stage is a part of a build.
type Stage string

// The stages of a build, in their order. A build that finds its library in the cache has
// StageCached only, after StageResolve if it asked the go command.
const (
	StageResolve   Stage = "resolve"   // finding a package by its import path, and downloading it
	StageCached    Stage = "cached"    // the library is in the cache
	StageWait      Stage = "wait"      // waiting for another build of the same plugin
	StageToolchain Stage = "toolchain" // finding Go and a C compiler
	StageInstall   Stage = "install"   // installing what is missing; reported repeatedly
	StageTry       Stage = "try"       // trying the C compiler that Detail names, or the pure bridge if Detail is empty
	StageAnalyze   Stage = "analyze"   // reading and type-checking the package
	StageCheck     Stage = "check"     // applying the policy
	StageGenerate  Stage = "generate"  // generating the wrappers
	StageCompile   Stage = "compile"   // running go build
	StageStore     Stage = "store"     // putting the library into the cache
)

// WithProgress sets a function that is called before each stage of a build, on the
// goroutine that builds. It must return soon.
func WithProgress(progress func(Event)) Option {
	return func(c *config) error {
		c.progress = func(e build.Event) {
			progress(Event{Stage: Stage(e.Stage), Package: e.Package, Detail: e.Detail, Done: e.Done, Total: e.Total})
		}
		return nil
	}
}

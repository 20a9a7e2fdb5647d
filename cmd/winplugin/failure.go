package main

import (
	"errors"
	"io/fs"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
)

// The exit codes. The package comment and the help topic list them.
const (
	exitFailure     = 1
	exitUsage       = 2
	exitSource      = 3
	exitPolicy      = 4
	exitToolchain   = 5
	exitLoad        = 6
	exitResult      = 7
	exitPanic       = 8
	exitInterrupted = 130 // as shells report the end by SIGINT
)

// A pluginError is an error with the plugin as the command line names it.
type pluginError struct {
	path     string
	function string // "" if none is called
	err      error
}

func (e *pluginError) Error() string { return e.err.Error() }
func (e *pluginError) Unwrap() error { return e.err }

func exitCode(err error) int {
	var (
		usage     *usageError
		signature *winplugin.SignatureError
		build     *winplugin.BuildError
		refused   *winplugin.PolicyError
		missing   *winplugin.ToolchainError
		notReady  *unready
		unfetched *winplugin.DownloadError
		download  *fetch.Error
		load      *winplugin.LoadError
		result    *winplugin.ErrorResult
		returned  *returnedError
		panicked  *winplugin.PanicError
	)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errInterrupted):
		return exitInterrupted
	case errors.As(err, &returned):
		return exitResult
	case errors.As(err, &usage), errors.As(err, &signature), errors.Is(err, winplugin.ErrNotFound):
		return exitUsage
	case errors.As(err, &refused):
		return exitPolicy
	case errors.As(err, &missing), errors.As(err, &notReady), errors.As(err, &unfetched), errors.As(err, &download), errors.Is(err, source.ErrGoTooOld):
		return exitToolchain
	case errors.As(err, &load) && errors.Is(err, fs.ErrNotExist):
		return exitFailure
	case errors.As(err, &build), errors.Is(err, source.ErrNoPackage) && !errors.Is(err, fs.ErrNotExist):
		return exitSource
	case errors.As(err, &load), errors.Is(err, winplugin.ErrTooManyLibraries):
		return exitLoad
	case errors.As(err, &result):
		return exitResult
	case errors.As(err, &panicked):
		return exitPanic
	}
	return exitFailure
}

//go:build !linux && !windows

package native

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

const copiesFiles = false

type privateCopy struct{ file *os.File }

func newPrivateCopy(io.Reader, string) (*privateCopy, error) { return nil, errors.ErrUnsupported }

func (*privateCopy) remove() {}

func loadsByPath(*os.File) bool { return false }

func closeHandle(uintptr) {}

func load(file *File) (uintptr, error) {
	return 0, fmt.Errorf("failed to load %s: plugins cannot be loaded into a process on %s: %w; open it by WithIsolation(Process)", file.path, runtime.GOOS, errors.ErrUnsupported)
}

func find(uintptr, string) (uintptr, error) { return 0, errors.ErrUnsupported }

type binding struct{}

func (*binding) works() bool { return false }

func (l *Library) bindFirst(Options) error { return nil }

func pinThread() (release func()) { return func() {} }

// Enter is never reached: no library can be loaded here.
func (l *Library) Enter(*Transition) { panic(errors.ErrUnsupported) }

func pin(uintptr) error { return nil }

func (l *Library) unloadable() error { return ErrNotUnloadable }

func (l *Library) unload(*Unloading) { panic(errors.ErrUnsupported) }

// pureStart is empty: libraries of the pure bridge are for Windows and linux/amd64.
type pureStart struct{}

func (l *Library) startPure(context.Context, *manifest.File, Options) (*abi.EntryTable, error) {
	return nil, &manifest.LoadError{Path: l.path, Reason: manifest.LoadWrongSystem, Err: errors.New("libraries of the pure bridge are for Windows")}
}

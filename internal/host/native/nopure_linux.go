//go:build linux && !amd64

package native

import (
	"context"
	"errors"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// pureStart is empty: the pure bridge on Linux is for amd64.
type pureStart struct{}

func loadPure(file *File) (uintptr, error) {
	return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadWrongArch, Err: errors.New("libraries of the pure bridge are for linux/amd64; build the plugin with the cgo bridge")}
}

func isPure(uintptr) bool { return false }

// Enter calls the library with the frame, and returns when the call has ended.
func (l *Library) Enter(c *Transition) { cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame)) }

// Light reports whether calls enter the library by the light entry of the pure bridge.
func (l *Library) Light() bool { return false }

// startPure is never reached: no such library can be loaded.
func (l *Library) startPure(context.Context, *manifest.File, Options) (*abi.EntryTable, error) {
	panic(errors.ErrUnsupported)
}

func (l *Library) unloadable() error {
	return notUnloadable("it was made by the cgo bridge")
}

// unload is never reached.
func (l *Library) unload(*Unloading) { panic(errors.ErrUnsupported) }

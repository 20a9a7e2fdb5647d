package native

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"unsafe"

	"github.com/ebitengine/purego"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// rtldNoDelete keeps a library mapped whatever is closed: its threads run its code.
const rtldNoDelete = 0x1000 // RTLD_NODELETE, dlfcn.h

// load maps the library and runs its constructors.
func load(file *File) (uintptr, error) {
	refuse := func(err error) (uintptr, error) {
		return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRefused, Err: err}
	}
	if err := dynamicHost(); err != nil {
		return refuse(err)
	}
	if err := checkDescriptors(file.file); err != nil {
		return refuse(err)
	}
	path := descriptorPath(file.file)
	if loadsByPath(file.file) {
		path = file.path
	} else if _, err := os.Stat(path); err != nil {
		return refuse(fmt.Errorf("libraries are loaded through /proc/self/fd: %w; mount /proc", err))
	}
	handle, err := purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL|rtldNoDelete)
	if err != nil {
		return refuse(errors.New(strings.ReplaceAll(err.Error(), path, file.path)))
	}
	return handle, nil
}

// closeHandle takes back one load of a library that stays mapped.
func closeHandle(handle uintptr) { _ = purego.Dlclose(handle) }

func find(handle uintptr, name string) (uintptr, error) {
	p, err := purego.Dlsym(handle, name)
	if err == nil && p == 0 {
		err = errors.New("not found")
	}
	return p, err
}

// binding is nothing here: runtime/cgo binds a thread to the library's runtime
// with a pthread key, and hands its state back as the thread ends (Go 1.21).
type binding struct{}

func (*binding) works() bool { return true }

func (l *Library) bindFirst(Options) error { return nil }

func pinThread() (release func()) { return func() {} }

// Enter carries the frame into the library and returns when it has been answered.
func (l *Library) Enter(c *Transition) {
	cgocall(uintptr(c.call), unsafe.Pointer(&c.Frame))
}

// pin is done by load.
func pin(uintptr) error { return nil }

func (l *Library) unloadable() error {
	return fmt.Errorf("%w: only libraries of the pure bridge can be, which are for Windows", ErrNotUnloadable)
}

// unload is never reached.
func (l *Library) unload(*Unloading) { panic(errors.ErrUnsupported) }

// pureStart is nothing here: libraries of the pure bridge are for Windows.
type pureStart struct{}

func (l *Library) startPure(context.Context, *manifest.File, Options) (*abi.EntryTable, error) {
	return nil, &manifest.LoadError{Path: l.path, Reason: manifest.LoadWrongSystem, Err: errors.New("libraries of the pure bridge are for Windows")}
}

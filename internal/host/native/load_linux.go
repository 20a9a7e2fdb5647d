package native

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// load maps the library and, if it is the cgo bridge's, runs its constructors.
func load(file *File) (uintptr, error) {
	refuse := func(err error) (uintptr, error) {
		return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRefused, Err: err}
	}
	if err := checkDescriptors(file.file); err != nil {
		return refuse(err)
	}
	if file.Manifest.Bridge.Kind == manifest.Pure {
		return loadPure(file)
	}
	if err := canDlopen(); err != nil {
		return refuse(err)
	}
	path := descriptorPath(file.file)
	if loadsByPath(file.file) {
		if file.memory != nil && filepath.IsAbs(file.path) {
			return refuse(errors.New("it looks for other libraries beside itself ($ORIGIN), which a library that can be reloaded cannot; open it without WithReload"))
		}
		if file.memory != nil {
			return refuse(errors.New("it looks for other libraries beside itself ($ORIGIN), which one in memory cannot; write it to a file, and open that"))
		}
		path = file.path
	} else if _, err := os.Stat(path); err != nil {
		return refuse(fmt.Errorf("libraries are loaded through /proc/self/fd: %w; mount /proc", err))
	}
	handle, err := dlopen(path)
	if err != nil {
		return refuse(errors.New(strings.ReplaceAll(err.Error(), path, file.path)))
	}
	return handle, nil
}

// closeHandle undoes one load of a library that stays mapped.
func closeHandle(handle uintptr) { dlclose(handle) }

func find(handle uintptr, name string) (uintptr, error) {
	if isPure(handle) {
		return 0, errors.New("libraries of the pure bridge export nothing")
	}
	return dlsym(handle, name)
}

// binding is empty: runtime/cgo binds threads to the library's runtime with a pthread key,
// and returns the M when a thread ends (since Go 1.21).
type binding struct{}

func (*binding) works() bool { return true }

func (l *Library) bindFirst(Options) error { return nil }

func pinThread() (release func()) { return func() {} }

// pin is done by load.
func pin(uintptr) error { return nil }

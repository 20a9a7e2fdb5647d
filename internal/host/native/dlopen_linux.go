//go:build !winplugin_static || cgo

package native

import (
	"errors"

	"github.com/ebitengine/purego"
)

// rtldNoDelete keeps a library mapped after dlclose, because its threads run its code.
const rtldNoDelete = 0x1000 // RTLD_NODELETE, dlfcn.h

// canDlopen returns an error if this program must not call dlopen.
func canDlopen() error { return dynamicHost() }

func dlopen(path string) (uintptr, error) {
	return purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_LOCAL|rtldNoDelete)
}

func dlclose(handle uintptr) { _ = purego.Dlclose(handle) }

func dlsym(handle uintptr, name string) (uintptr, error) {
	p, err := purego.Dlsym(handle, name)
	if err == nil && p == 0 {
		err = errors.New("not found")
	}
	return p, err
}

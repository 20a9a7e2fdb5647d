package native

import (
	"fmt"
	"path/filepath"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// load maps the library. DLLs that it needs are looked for beside it, in the program's own
// folder, in those that the program named with AddDllDirectory, and in the system's:
// never in the current folder or PATH.
func load(file *File) (uintptr, error) {
	if err := probeTLS(); err != nil {
		return 0, fmt.Errorf("failed to load %s: %w", file.path, err)
	}
	// The file is open and cannot be changed: see fsutil.OpenUnchanging.
	path, err := finalPath(file.file)
	if err != nil {
		return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRefused, Err: err}
	}
	if file.copied != nil && filepath.IsAbs(file.path) {
		defer searchBeside(file.path)()
	}
	const search = windows.LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | windows.LOAD_LIBRARY_SEARCH_DEFAULT_DIRS
	handle, err := windows.LoadLibraryEx(path, 0, search)
	if err != nil {
		return 0, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRefused, Err: err}
	}
	return uintptr(handle), nil
}

// closeHandle undoes one load of a library.
func closeHandle(handle uintptr) { windows.FreeLibrary(windows.Handle(handle)) }

// pin keeps a library mapped after FreeLibrary, because its threads run its code. The handle
// is the module's base address, which names the library here.
func pin(handle uintptr) error {
	const flags = windows.GET_MODULE_HANDLE_EX_FLAG_PIN | windows.GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS
	var pinned windows.Handle
	if err := windows.GetModuleHandleEx(flags, addressAsName(handle), &pinned); err != nil {
		return fmt.Errorf("the library cannot be pinned: %w", err)
	}
	return nil
}

func find(handle uintptr, name string) (uintptr, error) {
	return windows.GetProcAddress(windows.Handle(handle), name)
}

// tlsReserve is how many of the first 64 TLS slots must be free to load a library. Each Go
// runtime takes one when it starts. If none is free it silently uses
// TEB.ArbitraryUserPointer, where two runtimes overwrite each other's g and corrupt the
// heap. The others are for DLLs that the process may load.
const tlsReserve = 4

// probeTLS fails if too few slots are free. TlsAlloc returns the lowest free index.
func probeTLS() error {
	var taken [tlsReserve]uint32
	n := 0
	defer func() {
		for _, index := range taken[:n] {
			tlsFree(index)
		}
	}()
	for ; n < len(taken); n++ {
		index, err := tlsAlloc()
		if err != nil {
			return fmt.Errorf("%w (no thread-local slot: %w)", ErrTooManyLibraries, err)
		}
		if index >= tlsSlots {
			tlsFree(index)
			return ErrTooManyLibraries
		}
		taken[n] = index
	}
	return nil
}

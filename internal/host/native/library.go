// Package native loads libraries made by a bridge into this process and calls into them.
// It is the one place where two Go runtimes meet.
//
// A file is loaded once. Opening it again returns the same library. A library of the pure
// bridge is unloaded after the last Release. A library of the cgo bridge stays mapped for
// the life of the process: the threads of its runtime run its code, and there is no way to
// end them (golang.org/issue/11100).
package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// ErrTooManyLibraries reports that this process cannot load another library without
// breaking those that are loaded. See load in load_windows.go.
var ErrTooManyLibraries = errors.New("too many libraries in this process; run further plugins in another process, or put several packages into one library")

// Options are for the first load of a file. Later ones are ignored while it is loaded.
type Options struct {
	// NoBinding leaves threads unbound between calls, as runtime/cgo does on
	// Windows: each call from a thread of the host then costs some 80 µs more. On Linux
	// calls of the pure bridge then enter by runtime.cgocallback: see abi.ELFHeader.Light.
	NoBinding bool

	// NoUnload keeps the library in the process. With NoSurvival its imports are not hooked.
	NoUnload bool

	// NoSurvival lets the process end when the library does.
	NoSurvival bool

	// Again loads the file again if its library has ended, and does not wait until that one
	// has left the process. This one is not ignored by later loads.
	Again bool
}

// A Library is a loaded library. All methods are safe for concurrent use. Fields that name
// no lock do not change after the library has started.
type Library struct {
	path      string
	origin    origin       // of the file at path when it was loaded, or of memory
	copied    *privateCopy // the copy that is loaded; nil: the file at path is
	own       bool         // it has one user, and opening its file again does not find it
	handle    uintptr
	up        bool // the runtime has started; guarded by loaded.lock
	pure      pureStart
	table     abi.EntryTable
	binding   binding
	session   uint64
	callbacks *wire.CallbackCount // the library counts in it
	symbols   sync.Map            // name → uintptr
	crash     crash

	// Guarded by loaded.mu.
	refs      int        // opened and not released
	unloading *Unloading // not nil: it is being unloaded
	dead      bool       // it has ended, and stays in the process
}

// loaded holds the libraries of this process.
var loaded = struct {
	lock chan struct{} // a lock that a context can stop waiting for; held for a whole load

	mu      sync.Mutex // guards handles, and what Library says; held for a moment only
	handles map[uintptr]*Library
}{lock: make(chan struct{}, 1), handles: make(map[uintptr]*Library)}

// open loads the library, starts its runtime, and waits until its packages are
// initialised. A library that is loaded already is returned as it is. The manifest of the
// running library must be that of the file. The caller must call Release.
//
// If ctx ends while an init function of the plugin runs, open returns. The runtime cannot
// be stopped, so it continues in the background; another open waits for it again. If the
// library is being unloaded, open waits for that and then loads it again.
func open(ctx context.Context, file *File, opt Options) (*Library, error) {
	if opt.Again {
		file.stored = false // Windows maps a file once, so it needs a copy while the other library is mapped
	}
	for {
		l, err := openOnce(ctx, file, opt)
		var busy *unloadingError
		switch {
		case errors.Is(err, errNotCopied):
			if err := file.reopen(); err != nil {
				return nil, err
			}
		case errors.As(err, &busy):
			if err := busy.unloading.Wait(ctx); isRetired(err) {
				return nil, &manifest.LoadError{Path: file.path, Reason: manifest.LoadRetired, Err: fmt.Errorf("%w; wait for that, or load a copy of the file", err)}
			}
			// The attempt has closed the file.
			if err := file.reopen(); err != nil {
				return nil, err
			}
		default:
			return l, err
		}
	}
}

// An unloadingError reports a library that is being unloaded.
type unloadingError struct{ unloading *Unloading }

func (*unloadingError) Error() string { return "the library is being unloaded" }

func openOnce(ctx context.Context, file *File, opt Options) (*Library, error) {
	select {
	case loaded.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("failed to load %s: another library is still being loaded: %w", file.path, context.Cause(ctx))
	}
	type result struct {
		l   *Library
		err error
	}
	done := make(chan result, 1)
	loading := file.handOver()
	go func() {
		l, err := openLocked(ctx, loading, opt)
		loading.Close()
		<-loaded.lock
		done <- result{l, err}
	}()
	select {
	case r := <-done:
		return r.l, r.err
	case <-ctx.Done():
		go func() {
			if r := <-done; r.err == nil {
				r.l.Release(nil, nil)
			}
		}()
		return nil, notStarted(loading.path, ctx)
	}
}

// openLocked runs with loaded.lock held, so that no other runtime starts and takes a TLS
// slot between the probe for free slots and the start of this one.
func openLocked(ctx context.Context, file *File, opt Options) (*Library, error) {
	l, err := mapped(file, opt)
	if err != nil {
		return nil, err
	}
	openLibraries.acquire()
	if err := l.bringUp(ctx, file.File, opt); err != nil {
		openLibraries.release()
		// Release would unload the library. One that has not started cannot be unloaded.
		loaded.mu.Lock()
		l.refs--
		loaded.mu.Unlock()
		return nil, err
	}
	return l, nil
}

// errNotCopied reports a file that was opened without a private copy because its library
// was loaded. The library has been unloaded since.
var errNotCopied = errors.New("the library has been unloaded meanwhile")

// mapped maps the file's library unless it is mapped already, and adds a reference. The
// caller holds loaded.lock, so no other library is mapped at the same time.
func mapped(file *File, opt Options) (*Library, error) {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	var l *Library
	if !file.own {
		l = findLoaded(file.origin)
	}
	if l != nil && l.abandoned() {
		l.dead, l = true, nil
	}
	if opt.Again && l != nil && l.up && l.Crash() != nil {
		l.supersede()
		l = nil
	}
	if l == nil {
		if file.needsCopy() {
			return nil, errNotCopied
		}
		loaded.mu.Unlock()
		handle, err := load(file)
		loaded.mu.Lock()
		if err != nil {
			return nil, err
		}
		if loaded.handles[handle] != nil {
			closeHandle(handle)
			return nil, errReplaced(file.path)
		}
		l = &Library{path: file.path, origin: file.origin, handle: handle, copied: file.copied, own: file.own}
		file.copied = nil
		loaded.handles[handle] = l
	}
	if u := l.leaving(); u != nil {
		return nil, &unloadingError{u}
	}
	l.refs++
	return l, nil
}

// findLoaded returns the library that was loaded from the file, or nil. The caller holds
// loaded.mu.
func findLoaded(o origin) *Library {
	for _, l := range loaded.handles {
		if !l.dead && !l.own && l.origin.same(o) {
			return l
		}
	}
	return nil
}

func isLoaded(o origin) bool {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	return findLoaded(o) != nil
}

func (l *Library) bringUp(ctx context.Context, file *manifest.File, opt Options) error {
	if !l.up {
		if err := l.start(ctx, file, opt); err != nil {
			return err
		}
		l.up = true
	}
	if have := l.Manifest(); !bytes.Equal(file.Raw, have) {
		return &manifest.LoadError{Path: l.path, Reason: manifest.LoadMismatch, Err: errors.New("the manifest of the running library differs from the file's; was the file replaced while it is loaded?")}
	}
	return nil
}

func notStarted(path string, ctx context.Context) error {
	return fmt.Errorf("failed to load %s: its init functions have not returned yet: %w", path, context.Cause(ctx))
}

// start starts the library's runtime and gets its entry table. It can be called again
// after it has failed.
func (l *Library) start(ctx context.Context, file *manifest.File, opt Options) error {
	release := pinThread()
	defer release()
	enter := l.startCGO
	if file.Manifest.Bridge.Kind == manifest.Pure {
		enter = func() (*abi.EntryTable, error) { return l.startPure(ctx, file, opt) }
	}
	table, err := enter()
	if err != nil {
		return err
	}
	l.table = *table
	err = l.bindFirst(opt)
	if err == nil {
		err = l.setHostEntry()
	}
	if err != nil {
		return l.startFailed(err)
	}
	return nil
}

// startCGO calls the init entry of a library of the cgo bridge. The library's runtime
// started when the library was mapped.
func (l *Library) startCGO() (*abi.EntryTable, error) {
	if err := pin(l.handle); err != nil {
		return nil, &manifest.LoadError{Path: l.path, Reason: manifest.LoadRefused, Err: err}
	}
	entry, err := l.Symbol("winplugin_init")
	if err != nil {
		return nil, err
	}
	// The library writes to the table, so it must not be on a stack, which may move.
	t := &abi.EntryTable{Version: abi.Version, Size: uint64(unsafe.Sizeof(abi.EntryTable{}))}
	switch cgocall(entry, unsafe.Pointer(t)) {
	case 0:
		return t, nil
	case 2:
		return nil, fmt.Errorf("failed to load %s: %w", l.path, ErrTooManyLibraries)
	}
	return nil, l.otherBridge(t.Version)
}

func (l *Library) otherBridge(version uint64) error {
	return &manifest.LoadError{Path: l.path, Reason: manifest.LoadWrongBridge, Err: fmt.Errorf("the library's bridge has version %d, this host knows version %d; build the plugin again", version, abi.Version)}
}

// Path returns the absolute path that the library was first loaded from, or the name of a
// library in memory.
func (l *Library) Path() string { return l.path }

// Manifest returns the manifest of the running library. The bytes are in the library's
// memory, which is read-only, and are gone when the library is unloaded.
func (l *Library) Manifest() []byte {
	return unsafe.Slice((*byte)(l.table.Manifest), l.table.ManifestLen)
}

// Bound reports whether threads of the host stay bound to the library's runtime
// between calls. Elsewhere than on Windows they always do.
func (l *Library) Bound() bool { return l.binding.works() }

// Symbol returns the address of an exported symbol. Addresses are cached.
func (l *Library) Symbol(name string) (uintptr, error) {
	if p, ok := l.symbols.Load(name); ok {
		return p.(uintptr), nil
	}
	p, err := find(l.handle, name)
	if err != nil {
		return 0, &manifest.LoadError{Path: l.path, Reason: manifest.LoadMissingSymbol, Err: fmt.Errorf("symbol %s: %w", name, err)}
	}
	l.symbols.Store(name, p)
	return p, nil
}

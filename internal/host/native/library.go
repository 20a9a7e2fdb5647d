// Package native loads libraries made by the bridge into this process and enters
// them: the one place where two Go runtimes touch.
//
// A file is loaded once: opening it again gives the same library. One that was made by
// the pure bridge is unloaded when it has been released as often as it was opened. Any
// other stays mapped for the life of the process, because the threads of its runtime
// run its code and cannot be told to end (golang.org/issue/11100).
package native

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// ErrTooManyLibraries reports that this process cannot take another library
// without breaking those it has. See load in load_windows.go.
var ErrTooManyLibraries = errors.New("too many libraries in this process; run further plugins in another process, or put several packages into one library")

// Options govern one load. The first load of a file decides.
type Options struct {
	// NoBinding leaves threads unbound between calls, as runtime/cgo does on
	// Windows: each call from a thread of the host then costs some 80 µs more.
	NoBinding bool

	// NoUnload keeps the library in the process; then none of what unloading needs is
	// hooked.
	NoUnload bool
}

// A Library is a loaded library. All methods are safe for concurrent use.
type Library struct {
	path    string
	handle  uintptr
	up      bool // guarded by loaded.lock; what is not said to be guarded does not change once it is set
	pure    pureStart
	table   abi.EntryTable
	binding binding
	session uint64
	symbols sync.Map // name → uintptr

	// Guarded by loaded.mu.
	loads     int        // how often the system was asked to map it
	refs      int        // how often it was opened, less how often it was released
	unloading *Unloading // not nil: it is on its way out
}

// loaded is the process's libraries by absolute path and by handle.
var loaded = struct {
	lock chan struct{} // holds one token; a lock that can be waited for with a context. Held for a whole load

	mu    sync.Mutex // guards the rest, and some of each library; never held for long
	paths map[string]*Library
	// One file may have several names. The system tells by the handle.
	handles map[uintptr]*Library
}{lock: make(chan struct{}, 1), paths: make(map[string]*Library), handles: make(map[uintptr]*Library)}

// Open loads the library at path, starts its runtime and waits until its
// packages are initialised, or gives the one that is loaded already. file is what
// the caller has read of the file; the running library is compared with it. Who has
// got a library calls Release in the end.
//
// A context that ends while an init function of the plugin runs makes Open
// return. The runtime cannot be taken back and goes on behind it; opening the
// library again waits for it again. A library that is being unloaded is waited for as
// well, and then loaded again.
func Open(ctx context.Context, path string, file *manifest.File, opt Options) (*Library, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("failed to find the absolute path of %s: %w", path, err)
	}
	for {
		l, err := openOnce(ctx, path, file, opt)
		var busy *unloadingError
		if !errors.As(err, &busy) {
			return l, err
		}
		if err := busy.unloading.Wait(ctx); isRetired(err) {
			return nil, &manifest.LoadError{Path: path, Reason: manifest.LoadRetired, Err: fmt.Errorf("%w; wait for that, or load a copy of the file under another name", err)}
		}
	}
}

// An unloadingError reports a library that is being unloaded.
type unloadingError struct{ unloading *Unloading }

func (*unloadingError) Error() string { return "the library is being unloaded" }

func openOnce(ctx context.Context, path string, file *manifest.File, opt Options) (*Library, error) {
	select {
	case loaded.lock <- struct{}{}:
	case <-ctx.Done():
		return nil, fmt.Errorf("failed to load %s: another library is still being loaded: %w", path, context.Cause(ctx))
	}
	type result struct {
		l   *Library
		err error
	}
	done := make(chan result, 1)
	go func() {
		l, err := openLocked(ctx, path, file, opt)
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
		return nil, notStarted(path, ctx)
	}
}

// openLocked runs with loaded.lock held: the probe for free TLS slots and the
// start of the runtime that takes one must not be interleaved with another load.
func openLocked(ctx context.Context, path string, file *manifest.File, opt Options) (*Library, error) {
	l, err := mapped(path)
	if err != nil {
		return nil, err
	}
	if err := l.bringUp(ctx, file, opt); err != nil {
		// Not Release: what did not come up cannot be unloaded.
		loaded.mu.Lock()
		l.refs--
		loaded.mu.Unlock()
		return nil, err
	}
	return l, nil
}

// mapped returns the library at path, mapped now or before, with one reference more.
func mapped(path string) (*Library, error) {
	loaded.mu.Lock()
	defer loaded.mu.Unlock()
	l := loaded.paths[path]
	if l == nil {
		loaded.mu.Unlock()
		handle, err := load(path)
		loaded.mu.Lock()
		if err != nil {
			return nil, err
		}
		if l = loaded.handles[handle]; l == nil {
			l = &Library{path: path, handle: handle}
			loaded.handles[handle] = l
		}
		l.loads++
		loaded.paths[path] = l
	}
	if l.unloading != nil {
		return nil, &unloadingError{l.unloading}
	}
	l.refs++
	return l, nil
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

// start brings the library's runtime up and learns how to enter it. It can be
// called again if it failed.
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
	if err := l.bindFirst(opt); err != nil {
		return err
	}
	return l.setHostEntry()
}

// startCGO calls the init entry of a library of the cgo bridge, whose runtime has
// started as the library was mapped.
func (l *Library) startCGO() (*abi.EntryTable, error) {
	if err := pin(l.handle); err != nil {
		return nil, &manifest.LoadError{Path: l.path, Reason: manifest.LoadRefused, Err: err}
	}
	entry, err := l.Symbol("winplugin_init")
	if err != nil {
		return nil, err
	}
	// The table is on the heap: the library writes to it from its side.
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

// Path returns the absolute path that the library was first loaded from.
func (l *Library) Path() string { return l.path }

// Manifest returns the manifest that the running library gives. The bytes are in
// the library's memory, which is read-only and stays mapped.
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

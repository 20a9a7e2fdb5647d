package winplugin

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
)

// A Loader builds and calls the plugins in one folder. All methods are safe for
// concurrent use.
//
//	loader, err := winplugin.NewLoader("./example")
//	err = loader.Build("plugin.go")
//	result, err := loader.Call("example", "Execute", uintptr(10), uintptr(20))
type Loader struct {
	dir  string
	opts []Option

	mu      sync.RWMutex
	plugins map[string]loaded // by package name; nil once closed
}

// loaded is a plugin and the folder that it was built from, relative to the loader's.
type loaded struct {
	plugin *Plugin
	dir    string
}

// NewLoader returns a loader for the plugins in dir and below it. The folder must exist.
// The options apply to all plugins of the loader.
func NewLoader(dir string, opts ...Option) (*Loader, error) {
	if _, err := newConfig(opts); err != nil {
		return nil, err
	}
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("failed to find the plugin folder %s: %w", dir, err)
	}
	info, err := os.Stat(abs)
	switch {
	case err != nil:
		return nil, fmt.Errorf("failed to open the plugin folder: %w; create it, or name another", err)
	case !info.IsDir():
		return nil, fmt.Errorf("failed to open the plugin folder: %s is a file; name the folder that it is in", abs)
	}
	return &Loader{dir: abs, opts: opts, plugins: make(map[string]loaded)}, nil
}

// Build is [Loader.BuildContext] with [context.Background].
func (l *Loader) Build(file string) error { return l.BuildContext(context.Background(), file) }

// BuildContext builds and loads the package that file belongs to. file is a path within
// the loader's folder, and names any Go file of the package; the package is built from all
// of its files. The errors are those of [Build] and [OpenContext].
//
// A package that was built from the same folder before is replaced, even if nothing has
// changed. Later calls go to the new one. BuildContext waits until the calls in flight have
// ended in the old one, and closes it. A package of the same name in another folder is a
// [*SamePackageError], because calls name packages. If the loader has the option [WithReload],
// the package is reloaded instead: see [Plugin.Reload].
func (l *Loader) BuildContext(ctx context.Context, file string) error {
	if !filepath.IsLocal(filepath.FromSlash(file)) {
		return fmt.Errorf("file %q leads out of the plugin folder %s; name a Go file in it", file, l.dir)
	}
	c, err := newConfig(l.opts)
	if err != nil {
		return err
	}
	dir, file := filepath.Split(filepath.FromSlash(file))
	dir = filepath.Clean(dir)
	if old := l.of(dir); old != nil && c.reload != nil {
		if _, err := old.Reload(ctx); err != nil {
			return err
		}
		_, err := l.add(loaded{old, dir})
		return err
	}
	path := filepath.Join(l.dir, dir)
	p, err := c.watched(ctx, path, func(ctx context.Context) (*Plugin, error) { return c.open(ctx, c.buildFile(path, file)) })
	if err != nil {
		return err
	}
	old, err := l.add(loaded{p, dir})
	if err != nil {
		return errors.Join(err, ignoreRetired(p.CloseContext(ctx)))
	}
	if old != nil {
		return ignoreRetired(old.CloseContext(ctx))
	}
	return nil
}

// add makes the plugin the one of its name, and returns the one that it replaces.
func (l *Loader) add(next loaded) (old *Plugin, err error) {
	name := next.plugin.Manifest().Package
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.plugins == nil {
		return nil, fmt.Errorf("loader of %s: %w", l.dir, ErrClosed)
	}
	before, ok := l.plugins[name]
	if ok && before.dir != next.dir {
		return nil, &SamePackageError{Package: name, Dir: next.dir, Before: before.dir}
	}
	// One that was reloaded may have had another name.
	maps.DeleteFunc(l.plugins, func(_ string, other loaded) bool { return other.plugin == next.plugin })
	l.plugins[name] = next
	return before.plugin, nil
}

// of returns the plugin that was built from the folder, or nil.
func (l *Loader) of(dir string) *Plugin {
	l.mu.RLock()
	defer l.mu.RUnlock()
	for _, p := range l.plugins {
		if p.dir == dir {
			return p.plugin
		}
	}
	return nil
}

// ignoreRetired returns the error of closing a plugin that is replaced. Its library may
// still be unloading, which is no failure of the build.
func ignoreRetired(err error) error {
	if errors.As(err, new(*RetiredError)) {
		return nil
	}
	return err
}

// Plugin returns the plugin of the given package name, or an error that wraps
// [ErrNotFound].
func (l *Loader) Plugin(pkg string) (*Plugin, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.plugins == nil {
		return nil, fmt.Errorf("loader of %s: %w", l.dir, ErrClosed)
	}
	if p := l.plugins[pkg].plugin; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s: %w: it has not been built; call Build with one of its files first", pkg, ErrNotFound)
}

// Call is [Loader.CallContext] with [context.Background].
func (l *Loader) Call(pkg, function string, args ...any) (any, error) {
	return l.CallContext(context.Background(), pkg, function, args...)
}

// CallContext calls a function of a package that was built, as [Plugin.Call] does. It
// returns a single result as it is, several results as []any, and no result as nil. If the
// package was not built, the error wraps [ErrNotFound].
func (l *Loader) CallContext(ctx context.Context, pkg, function string, args ...any) (any, error) {
	p, err := l.Plugin(pkg)
	if err != nil {
		return nil, err
	}
	results, err := p.Call(ctx, function, args...)
	switch len(results) {
	case 0:
		return nil, err
	case 1:
		return results[0], err
	}
	return results, err
}

// Close is [Loader.CloseContext] with [context.Background].
func (l *Loader) Close() error { return l.CloseContext(context.Background()) }

// CloseContext closes all plugins of the loader, each as [Plugin.CloseContext] does, and
// joins their errors. Later uses of the loader fail with [ErrClosed].
func (l *Loader) CloseContext(ctx context.Context) error {
	l.mu.Lock()
	plugins := l.plugins
	l.plugins = nil
	l.mu.Unlock()
	var errs []error
	for _, p := range plugins {
		errs = append(errs, p.plugin.CloseContext(ctx))
	}
	return errors.Join(errs...)
}

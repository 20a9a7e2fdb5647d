package winplugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// A Loader builds and calls the plugins of one folder. All methods are safe for
// concurrent use.
//
//	loader, err := winplugin.NewLoader("./example")
//	err = loader.Build("plugin.go")
//	result, err := loader.Call("example", "Execute", uintptr(10), uintptr(20))
type Loader struct {
	dir  string
	opts []Option

	mu      sync.RWMutex
	plugins map[string]*Plugin // by package name; nil once closed
}

// NewLoader returns a loader for the plugins in and below dir, which must exist.
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
	return &Loader{dir: abs, opts: opts, plugins: make(map[string]*Plugin)}, nil
}

// Build is [Loader.BuildContext] without a context.
func (l *Loader) Build(file string) error { return l.BuildContext(context.Background(), file) }

// BuildContext builds and loads the package that file belongs to. file is a path
// within the loader's folder and names any Go file of the package; all of them are
// built. A package of the same name that was built before is replaced: calls in
// flight end in the old one, later calls go to the new one.
func (l *Loader) BuildContext(ctx context.Context, file string) error {
	if !filepath.IsLocal(filepath.FromSlash(file)) {
		return fmt.Errorf("file %q leads out of the plugin folder %s; name a Go file in it", file, l.dir)
	}
	c, err := newConfig(l.opts)
	if err != nil {
		return err
	}
	file = filepath.Join(l.dir, filepath.FromSlash(file))
	p, err := c.open(ctx, filepath.Dir(file), filepath.Base(file))
	if err != nil {
		return err
	}
	l.mu.Lock()
	if l.plugins == nil {
		l.mu.Unlock()
		p.Close()
		return fmt.Errorf("loader of %s: %w", l.dir, ErrClosed)
	}
	old := l.plugins[p.Manifest().Package]
	l.plugins[p.Manifest().Package] = p
	l.mu.Unlock()
	if old != nil {
		// One that is retired is no failure of this build.
		var retired *RetiredError
		if err := old.CloseContext(ctx); !errors.As(err, &retired) {
			return err
		}
	}
	return nil
}

// Plugin returns the plugin of the given package name, or an error that wraps
// [ErrNotFound].
func (l *Loader) Plugin(pkg string) (*Plugin, error) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.plugins == nil {
		return nil, fmt.Errorf("loader of %s: %w", l.dir, ErrClosed)
	}
	if p := l.plugins[pkg]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("package %s: %w: it has not been built; call Build with one of its files first", pkg, ErrNotFound)
}

// Call calls a function of a package that was built, as [Plugin.Call] does. A
// single result comes as it is, several as []any, none as nil.
func (l *Loader) Call(pkg, function string, args ...any) (any, error) {
	return l.CallContext(context.Background(), pkg, function, args...)
}

// CallContext is Call with a context, which is looked at before the call.
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

// Close closes all plugins of the loader and waits for calls in flight.
func (l *Loader) Close() error {
	l.mu.Lock()
	plugins := l.plugins
	l.plugins = nil
	l.mu.Unlock()
	var errs []error
	for _, p := range plugins {
		errs = append(errs, p.Close())
	}
	return errors.Join(errs...)
}

package winplugin

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
	"github.com/RamanSharma100/go-winplugin/internal/sys/watch"
)

// WithWatch reloads the plugin, as [Plugin.Reload] does, whenever something has changed of which
// it is made, from [OpenContext] or [Loader.BuildContext] until the plugin is closed:
//
//   - For a folder or an import path, the files of its package and of all packages that it imports
//     from folders: those of its module, of its workspace, of replacements, and of a vendor
//     folder. Also go.mod, go.sum and go.work, embedded files, and files that begin to match a
//     pattern of an embedding.
//   - For a finished library, its file. It is not locked: what is loaded is a private copy.
//
// Only changed content starts a build. A change during a build cancels it, and the next one
// begins. If changes keep coming, a build runs to its end now and then. The result of each is an
// event of [ReloadPolicy], and what failed is tried again with the next change.
//
// The option implies [WithReload] with its default policy. It has no effect on [OpenBytes],
// [OpenFS] and [Build]. docs/watch.md has the details.
func WithWatch(policy WatchPolicy) Option {
	return func(c *config) error {
		if policy.Quiet < 0 || policy.Poll < 0 {
			return fmt.Errorf("WatchPolicy: times %v and %v must not be negative; 0 chooses the defaults", policy.Quiet, policy.Poll)
		}
		c.watch = &watcher{policy: policy}
		return nil
	}
}

// A WatchPolicy says how a plugin is watched: see [WithWatch]. The zero value is a usable policy.
type WatchPolicy struct {
	// Quiet is how long nothing must have changed before the plugin is reloaded, because editors
	// and git write files in several steps; 0 means 50 ms. The build begins earlier, and again
	// with each change. A reload begins after ten times this time in any case.
	Quiet time.Duration

	// Poll is the time between two looks at the files. If it is 0, the system reports changes,
	// and files are looked at each second only where it does not: in folders of other
	// machines, and when the system's limits are reached.
	Poll time.Duration

	// KeepTrying makes OpenContext wait for a change, and try again, if the plugin cannot be
	// built or loaded. It returns when that has succeeded, when ctx ends, or if a tool
	// is missing. Failures are events of [ReloadPolicy].
	KeepTrying bool
}

// WithLowPriority runs the go command and compilers with a lower priority than the host: nice 10 on
// Linux, BELOW_NORMAL_PRIORITY_CLASS on Windows.
func WithLowPriority() Option {
	return func(c *config) error { c.lowPriority = true; return nil }
}

// A watcher watches one plugin.
type watcher struct {
	policy WatchPolicy
	slots  chan struct{} // limits how many plugins are built at a time; nil: no limit
	system *watch.System // nil: one of its own

	seen   atomic.Pointer[func(watch.Inputs)] // gets the inputs of the build that runs
	change atomic.Pointer[string]             // what has led to it
	end    context.CancelCauseFunc
	ended  chan struct{} // closed when nothing of it is left
}

// inputs adapts what a build depends on.
type inputs struct{ *build.Inputs }

func (in inputs) Now() watch.Inputs { return inputs{in.Inputs.Now()} }

// saw takes what the build that runs depends on.
func (w *watcher) saw(in *build.Inputs) {
	if seen := w.seen.Load(); seen != nil {
		(*seen)(inputs{in})
	}
}

// changed returns what has led to the build that runs. It may be nil.
func (w *watcher) changed() string {
	if w == nil || w.change.Load() == nil {
		return ""
	}
	return *w.change.Load()
}

// stop ends the watching. It returns when no build runs.
func (w *watcher) stop() {
	w.end(ErrClosed)
	<-w.ended
}

// superseded reports whether a build was given up because it begins again.
func superseded(err error) bool {
	return errors.Is(err, watch.ErrSuperseded) || errors.Is(err, build.ErrChanged)
}

// watched opens the plugin at path by open, and watches it if the options say so.
func (c *config) watched(ctx context.Context, path string, open func(context.Context) (*Plugin, error)) (*Plugin, error) {
	ctx = orBackground(ctx)
	w := c.watch
	if w == nil {
		return open(ctx)
	}
	if _, imported := build.ImportPath(path); !imported {
		absolute, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("failed to watch plugin: %w", err)
		}
		path = absolute
	}
	life, end := context.WithCancelCause(context.Background())
	w.end, w.ended = end, make(chan struct{})
	beforeOpen := context.AfterFunc(ctx, func() { end(context.Cause(ctx)) })
	o := &opening{config: c, attempt: open, opened: make(chan *Plugin, 1)}
	go func() {
		defer close(w.ended)
		defer end(nil)
		n := watch.NewNotifier(watch.Options{PollOnly: w.policy.Poll > 0, Poll: w.policy.Poll, Log: c.log, System: w.system})
		defer n.Close()
		loop := &watch.Loop{
			Notifier: n, Quiet: w.policy.Quiet, First: func() watch.Inputs { return firstInputs(path) },
			Action: func(ctx context.Context, change string, seen func(watch.Inputs)) (again bool) {
				w.seen.Store(&seen)
				defer w.seen.Store(nil)
				w.change.Store(&change)
				return o.run(ctx, end)
			},
		}
		if !isLibraryPath(path) {
			loop.Early = o.prepare
		}
		loop.Run(life)
	}()
	select {
	case p := <-o.opened:
		if beforeOpen() {
			return p, nil
		}
		return nil, errors.Join(context.Cause(ctx), p.Close())
	case <-w.ended:
	}
	beforeOpen()
	select {
	case p := <-o.opened: // ctx has ended at the same time
		return nil, errors.Join(context.Cause(ctx), p.Close())
	default:
	}
	err := context.Cause(life)
	if o.failure != nil && err != o.failure {
		err = fmt.Errorf("plugin %s: %w; the last attempt failed: %w", path, err, o.failure)
	}
	return nil, err
}

// firstInputs returns what the plugin at path is made of, as far as the path tells.
func firstInputs(path string) watch.Inputs {
	switch {
	case isLibraryPath(path):
		return inputs{build.LibraryInputs(path)}
	case isGoFile(path):
		path = filepath.Dir(path)
	}
	return inputs{build.FirstInputs(path)}
}

// isLibraryPath reports whether path is that of a finished library, which may have gone.
func isLibraryPath(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return build.IsLibraryName(path)
	}
	return info.Mode().IsRegular() && filepath.Ext(path) != ".go"
}

// An opening opens a plugin, and reloads it when it is open.
type opening struct {
	*config
	attempt func(context.Context) (*Plugin, error)
	plugin  *Plugin
	failure error        // of the last attempt to open it
	opened  chan *Plugin // gets the plugin
}

// run opens or reloads the plugin. It reports whether that is to be done again.
func (o *opening) run(ctx context.Context, end context.CancelCauseFunc) (again bool) {
	release, ok := o.slot(ctx)
	if !ok {
		return true
	}
	defer release()
	if o.plugin != nil {
		_, err := o.plugin.Reload(ctx)
		if errors.Is(err, ErrClosed) {
			end(err)
		}
		return superseded(err)
	}
	began := time.Now()
	o.report(reload.UpdateEvent{Stage: reload.Building})
	p, err := o.attempt(ctx)
	if err == nil {
		p.watcher = o.watch
		o.plugin = p
		o.opened <- p
		return false
	}
	if superseded(err) {
		o.failed(began, err)
		return true
	}
	o.failure = err
	if !o.watch.policy.KeepTrying || errors.As(err, new(*ToolchainError)) {
		end(err)
		return false
	}
	if ctx.Err() == nil {
		o.failed(began, err)
	}
	return false
}

// prepare builds what run will find in the cache, unless files change again or it fails: they may be
// half written.
func (o *opening) prepare(ctx context.Context) {
	if o.plugin == nil {
		return
	}
	if release, ok := o.slot(ctx); ok {
		defer release()
		o.plugin.backend.Prepare(ctx)
	}
}

// slot waits until the plugin may be built. It returns false if ctx has ended.
func (o *opening) slot(ctx context.Context) (release func(), ok bool) {
	slots := o.watch.slots
	if slots == nil {
		return func() {}, true
	}
	select {
	case slots <- struct{}{}:
		return func() { <-slots }, true
	case <-ctx.Done():
		return nil, false
	}
}

func (o *opening) failed(began time.Time, err error) {
	o.report(o.reload.Failed(reload.BuildFailed, reload.Generation{}, began, err))
}

func (o *opening) report(e reload.UpdateEvent) {
	if o.reload.Report != nil {
		o.reload.Report(e)
	}
}

package plugin

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
)

// closing is the progress of closing the plugin.
type closing struct {
	begin    sync.Once
	released chan struct{} // closed when no call is under way any more, and the library was released
	exit     backend.Exit  // after released: the library on its way out; nil: it stays
	unused   atomic.Bool   // Shutdown is not called
}

// Unloadable says why the library stays in the process, by an error that wraps
// native.ErrNotUnloadable, or returns nil.
func (p *Plugin) Unloadable() error {
	if err := p.backend.Unloadable(); err != nil {
		return fmt.Errorf("plugin %s: %w", p.Manifest().Package, err)
	}
	return nil
}

// Close makes later calls fail with call.ErrClosed and waits for those in flight, or
// until the context ends. The last Close of a library then calls the plugin's Shutdown,
// if it has one, and unloads the library if that is possible, also after an error of
// Shutdown. If this takes too long, the error is a *native.RetiredError, and the unload
// continues in the background. Closing again waits again.
//
// Within a callback of the plugin, it would wait for itself: the error then wraps
// nesting.ErrWithin, and the plugin stays open.
func (p *Plugin) Close(ctx context.Context) error {
	if p.Within() {
		return fmt.Errorf("plugin %s: failed to close it: %w", p.Manifest().Package, nesting.ErrWithin)
	}
	p.beginClose()
	select {
	case <-p.closing.released:
	default:
		select {
		case <-p.closing.released:
		case <-ctx.Done():
			return fmt.Errorf("plugin %s: calls are still in flight: %w", p.Manifest().Package, context.Cause(ctx))
		}
	}
	if err := p.awaitOutput(ctx); err != nil || p.closing.exit == nil {
		return err
	}
	if err := p.closing.exit.Wait(ctx); err != nil {
		return fmt.Errorf("plugin %s: %w", p.Manifest().Package, err)
	}
	return nil
}

// Discard is Close for a plugin that was not initialised: its Shutdown is not called.
func (p *Plugin) Discard(ctx context.Context) error {
	p.closing.unused.Store(true)
	return p.Close(ctx)
}

// Within reports whether the goroutine is in a callback of the plugin.
func (p *Plugin) Within() bool { return nesting.Within(p.backend.Session()) }

// Released reports whether the plugin was closed, also by its end, and its library released.
func (p *Plugin) Released() bool {
	select {
	case <-p.closing.released:
		return true
	default:
		return false
	}
}

// exited reports whether the plugin was closed and its library, if it does not stay, is gone.
func (p *Plugin) exited() bool {
	if !p.Released() || p.closing.exit == nil {
		return p.Released()
	}
	select {
	case <-p.closing.exit.Done():
		return true
	default:
		return false
	}
}

// beginClose makes later calls fail, and releases the library when those in flight have ended.
func (p *Plugin) beginClose() {
	p.closing.begin.Do(func() {
		p.ending.begun()
		drained := p.backend.Drain()
		p.objects.End()
		select {
		case <-drained:
			p.release()
		default:
			go func() {
				<-drained
				p.release()
			}()
		}
	})
}

func (p *Plugin) release() {
	began := time.Now()
	defer p.ending.forget()
	exit := p.backend.Release(p.shutdown(), p.objects.Unload)
	if exit == nil {
		p.objects.Close()
	}
	p.closing.exit = exit
	close(p.closing.released)
	switch {
	case p.log == nil:
	case exit == nil || exit.Resident():
		p.log.Debug("plugin closed, its library stays", "plugin", p.Manifest().Package, "reason", p.backend.Unloadable())
	default:
		go p.logExit(exit, began)
	}
}

// logExit logs the end of unloading.
func (p *Plugin) logExit(exit backend.Exit, began time.Time) {
	err := exit.Wait(context.Background())
	var retired *native.RetiredError
	if errors.As(err, &retired) {
		p.log.Warn("plugin retired, its library cannot be unloaded yet", "plugin", p.Manifest().Package, "reason", retired)
		<-exit.Done()
		err = exit.Wait(context.Background())
	}
	p.log.Debug("plugin unloaded", "plugin", p.Manifest().Package, "took", time.Since(began), "error", err, p.logUsage())
}

// shutdown returns the last call of the plugin, or nil if it has no Shutdown.
func (p *Plugin) shutdown() func() error {
	shutdown := p.Shutdown()
	if shutdown == nil || p.closing.unused.Load() {
		return nil
	}
	return func() error {
		defer p.objects.Close() // Shutdown may still use the host's objects
		return shutdown()
	}
}

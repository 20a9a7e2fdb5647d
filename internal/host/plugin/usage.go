package plugin

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/RamanSharma100/go-winplugin/internal/host/process"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Usage returns what a process of the plugin's own has done and has. ok is false if it has none.
func (p *Plugin) Usage() (u process.Usage, ok bool) {
	l, ok := p.library.(interface{ Usage() process.Usage })
	if ok {
		u = l.Usage()
	}
	return u, ok
}

// logUsage returns the usage as an attribute, which is empty if the plugin has no process of its own.
func (p *Plugin) logUsage() slog.Attr {
	u, ok := p.Usage()
	if !ok {
		return slog.Attr{}
	}
	return slog.Group("process", "pid", u.Pid, "started", u.Started, "calls", u.Calls, "callbacks", u.Callbacks,
		"output", u.Output, "cpu", u.CPU, "memory", u.Memory, "peak", u.Peak, "threads", u.Threads)
}

// Ping enters the plugin and does nothing there. It returns when that is done, or when the context
// has ended.
func (p *Plugin) Ping(ctx context.Context) error {
	if err := p.backend.Gone(); err != nil {
		return p.named(err)
	}
	done := make(chan uint64, 1)
	go func() {
		status, _ := p.backend.Operate(wire.OpPing, make([]uint64, 1), nil)
		done <- status
	}()
	select {
	case status := <-done:
		if status == wire.StatusOK {
			return nil
		}
		if err := p.backend.Gone(); err != nil {
			return p.named(err)
		}
		return p.named(fmt.Errorf("it does not take operations (status %d)", status))
	case <-ctx.Done():
		return p.named(fmt.Errorf("it has not answered: %w", context.Cause(ctx)))
	}
}

//go:build go1.22

// Package pluginlog sends what a plugin logs to the host. It is compiled only into plugins that
// use log or log/slog.
package pluginlog

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// least is the lowest level of records that the host wants.
var least atomic.Int64

// Start makes the host the default of package slog, and so of package log.
func Start(level int64) {
	least.Store(level)
	slog.SetDefault(slog.New(&handler{}))
}

// A handler sends records to the host. around has the logger's groups and attributes, the
// outermost first.
type handler struct{ around []part }

// A part is a group that contains the parts after it, or a list of attributes.
type part struct {
	group string
	attrs []slog.Attr
}

// Enabled implements slog.Handler.
func (h *handler) Enabled(_ context.Context, level slog.Level) bool {
	return int64(level) >= least.Load()
}

// WithAttrs implements slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler { return h.with(part{attrs: attrs}) }

// WithGroup implements slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.with(part{group: name})
}

func (h *handler) with(p part) *handler {
	return &handler{append(slices.Clip(h.around), p)}
}

// Handle implements slog.Handler.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	var attrs []slog.Attr
	r.Attrs(func(a slog.Attr) bool {
		attrs = append(attrs, a)
		return true
	})
	for i := len(h.around) - 1; i >= 0; i-- {
		if p := h.around[i]; p.group == "" {
			attrs = append(slices.Clip(p.attrs), attrs...)
		} else if len(attrs) > 0 {
			attrs = []slog.Attr{{Key: p.group, Value: slog.GroupValue(attrs...)}}
		}
	}
	e := new(wire.Encoder)
	e.PutTime(r.Time)
	e.PutUint64(uint64(r.Level))
	e.PutString(r.Message)
	put(e, attrs)
	b := e.Bytes()
	c := pluginrt.BeginHost(wire.OpLog, 2)
	defer c.End()
	c.Argument(0, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	status := c.Do()
	runtime.KeepAlive(b)
	if status != wire.StatusOK {
		return h.handleLocally(ctx, r)
	}
	return nil
}

// handleLocally handles a record that the host does not accept, because it has closed the
// plugin, or opened it again without a handler for its logs.
func (h *handler) handleLocally(ctx context.Context, r slog.Record) error {
	var local slog.Handler = slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: r.Level})
	for _, p := range h.around {
		if p.group != "" {
			local = local.WithGroup(p.group)
		} else {
			local = local.WithAttrs(p.attrs)
		}
	}
	return local.Handle(ctx, r)
}

// put appends attributes. As package slog demands, it leaves out attributes without a key
// and value, and adds those of a group without a name to the group around it.
func put(e *wire.Encoder, attrs []slog.Attr) {
	var list []slog.Attr
	for _, a := range attrs {
		a.Value = a.Value.Resolve()
		switch {
		case a.Equal(slog.Attr{}):
		case a.Value.Kind() == slog.KindGroup && a.Key == "":
			list = append(list, a.Value.Group()...)
		default:
			list = append(list, a)
		}
	}
	e.PutUvarint(uint64(len(list)))
	for _, a := range list {
		e.PutString(a.Key)
		value := a.Value.Resolve()
		e.PutBool(value.Kind() == slog.KindGroup)
		if value.Kind() == slog.KindGroup {
			put(e, value.Group())
			continue
		}
		codec.PutAny(e, sendable(value.Any()))
	}
}

// sendable returns the value, or its text if the value does not cross.
func sendable(v any) (out any) {
	defer func() {
		if recover() != nil {
			out = fmt.Sprintf("%+v", v)
		}
	}()
	codec.PutAny(new(wire.Encoder), v)
	return v
}

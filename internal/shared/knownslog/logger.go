//go:build go1.22

// Package knownslog registers the known types for structured loggers: see package codec.
package knownslog

import (
	"context"
	"log/slog"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/logvalue"
)

func init() {
	codec.RegisterKnown(packHandler, unpackHandler)
	codec.RegisterCopied(
		func(l *slog.Logger) logger { return logger{codec.Known[slog.Handler]{Value: l.Handler()}} },
		func(l logger) *slog.Logger { return slog.New(l.Handler.Value) },
	)
}

// A logger is the surrogate of a *slog.Logger.
type logger struct{ Handler codec.Known[slog.Handler] }

// A record is a slog.Record, without the place in the source.
type record struct {
	Time    time.Time
	Level   int
	Message string
	Attrs   []logvalue.Item
}

// A handler is the surrogate of a slog.Handler.
type handler struct {
	Enabled func(ctx context.Context, level int) bool
	Handle  func(ctx context.Context, r record) error
	With    func(group string, attrs []logvalue.Item) codec.Known[slog.Handler]
}

func packHandler(h slog.Handler) handler {
	return handler{
		Enabled: func(ctx context.Context, level int) bool { return h.Enabled(ctx, slog.Level(level)) },
		Handle: func(ctx context.Context, r record) error {
			to := slog.NewRecord(r.Time, slog.Level(r.Level), r.Message, 0)
			to.AddAttrs(logvalue.Attrs(r.Attrs)...)
			return h.Handle(ctx, to)
		},
		With: func(group string, attrs []logvalue.Item) codec.Known[slog.Handler] {
			if group != "" {
				return codec.Known[slog.Handler]{Value: h.WithGroup(group)}
			}
			return codec.Known[slog.Handler]{Value: h.WithAttrs(logvalue.Attrs(attrs))}
		},
	}
}

// A remoteHandler is a handler of the other side.
type remoteHandler struct {
	codec.Stand
	handler handler
}

func unpackHandler(s handler) slog.Handler { return &remoteHandler{handler: s} }

func (h *remoteHandler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.handler.Enabled(ctx, int(level))
}

func (h *remoteHandler) Handle(ctx context.Context, r slog.Record) error {
	to := record{Time: r.Time, Level: int(r.Level), Message: r.Message}
	r.Attrs(func(a slog.Attr) bool {
		to.Attrs = logvalue.Append(to.Attrs, a)
		return true
	})
	return h.handler.Handle(ctx, to)
}

func (h *remoteHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var list []logvalue.Item
	for _, a := range attrs {
		list = logvalue.Append(list, a)
	}
	if list == nil {
		return h
	}
	return h.handler.With("", list).Value
}

func (h *remoteHandler) WithGroup(name string) slog.Handler {
	if name == "" {
		return h
	}
	return h.handler.With(name, nil).Value
}

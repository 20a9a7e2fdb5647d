//go:build go1.22

// Package knownslog registers the known types for structured loggers: see package codec.
package knownslog

import (
	"context"
	"log/slog"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterKnown(packHandler, unpackHandler)
	codec.RegisterSignature(
		func(v slog.Value) value { return value{flatten(nil, slog.Attr{Value: v}, 0)} },
		func(v value) slog.Value {
			if list := unflatten(v.Items); len(list) == 1 {
				return list[0].Value
			}
			return slog.Value{}
		},
	)
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
	Attrs   []item
}

// An item is an attr in a flat list, as a type cannot contain itself in a surrogate:
// Depth counts the groups that it is in, and a group's attributes follow it.
type item struct {
	Depth int
	Key   string
	Group bool
	Value any
}

// A value is the surrogate of a slog.Value.
type value struct{ Items []item }

// A handler is the surrogate of a slog.Handler.
type handler struct {
	Enabled func(ctx context.Context, level int) bool
	Handle  func(ctx context.Context, r record) error
	With    func(group string, attrs []item) codec.Known[slog.Handler]
}

func packHandler(h slog.Handler) handler {
	return handler{
		Enabled: func(ctx context.Context, level int) bool { return h.Enabled(ctx, slog.Level(level)) },
		Handle: func(ctx context.Context, r record) error {
			to := slog.NewRecord(r.Time, slog.Level(r.Level), r.Message, 0)
			to.AddAttrs(unflatten(r.Attrs)...)
			return h.Handle(ctx, to)
		},
		With: func(group string, attrs []item) codec.Known[slog.Handler] {
			if group != "" {
				return codec.Known[slog.Handler]{Value: h.WithGroup(group)}
			}
			return codec.Known[slog.Handler]{Value: h.WithAttrs(unflatten(attrs))}
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
		to.Attrs = flatten(to.Attrs, a, 0)
		return true
	})
	return h.handler.Handle(ctx, to)
}

func (h *remoteHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	var list []item
	for _, a := range attrs {
		list = flatten(list, a, 0)
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

func flatten(list []item, a slog.Attr, depth int) []item {
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		return append(list, item{Depth: depth, Key: a.Key, Value: v.Any()})
	}
	list = append(list, item{Depth: depth, Key: a.Key, Group: true})
	for _, a := range v.Group() {
		list = flatten(list, a, depth+1)
	}
	return list
}

func unflatten(list []item) []slog.Attr {
	attrs, _ := unflattenAt(list, 0)
	return attrs
}

func unflattenAt(list []item, depth int) (attrs []slog.Attr, rest []item) {
	for len(list) > 0 && list[0].Depth == depth {
		a := list[0]
		list = list[1:]
		if !a.Group {
			attrs = append(attrs, slog.Any(a.Key, a.Value))
			continue
		}
		var group []slog.Attr
		group, list = unflattenAt(list, depth+1)
		attrs = append(attrs, slog.Attr{Key: a.Key, Value: slog.GroupValue(group...)})
	}
	return attrs, list
}

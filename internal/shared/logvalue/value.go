//go:build go1.22

// Package logvalue sends slog.Value, which the method of a slog.LogValuer returns: see package
// codec. It is a part of plugins that are built with log/slog, even if nothing that they export
// mentions it.
package logvalue

import (
	"log/slog"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

func init() {
	codec.RegisterSignature(
		func(v slog.Value) value { return value{Append(nil, slog.Attr{Value: v})} },
		func(v value) slog.Value {
			if list := Attrs(v.Items); len(list) == 1 {
				return list[0].Value
			}
			return slog.Value{}
		},
	)
}

// A value is the surrogate of a slog.Value.
type value struct{ Items []Item }

// An Item is an attribute in a flat list, as a type cannot contain itself in a surrogate:
// Depth counts the groups that it is in, and a group's attributes follow it.
type Item struct {
	Depth int
	Key   string
	Group bool
	Value any
}

// Append appends an attribute.
func Append(list []Item, a slog.Attr) []Item { return flatten(list, a, 0) }

func flatten(list []Item, a slog.Attr, depth int) []Item {
	v := a.Value.Resolve()
	if v.Kind() != slog.KindGroup {
		return append(list, Item{Depth: depth, Key: a.Key, Value: v.Any()})
	}
	list = append(list, Item{Depth: depth, Key: a.Key, Group: true})
	for _, a := range v.Group() {
		list = flatten(list, a, depth+1)
	}
	return list
}

// Attrs returns the attributes of a list that Append made.
func Attrs(list []Item) []slog.Attr {
	attrs, _ := unflattenAt(list, 0)
	return attrs
}

func unflattenAt(list []Item, depth int) (attrs []slog.Attr, rest []Item) {
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

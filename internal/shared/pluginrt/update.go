//go:build go1.22

package pluginrt

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// What a func of the host writes to maps, to elements of slices and to what pointers point to
// among its arguments comes back, and is written to the plugin's own. The host finds changes by
// the bytes of the arguments, so the entries of maps are sorted.

// PutUpdated is PutArg for an argument whose changes come back.
func (c *Callback) PutUpdated(i, at int) *wire.Encoder {
	e := c.PutArg(i, at)
	e.Sorted = true
	return e
}

// TakeUpdate writes what the host has changed in the argument v, in words at and at+1. i is the
// number of the results that are taken before.
func TakeUpdate[T any](c *Callback, i, at int, v *T, take func(*wire.Decoder, *T)) {
	if c.frame.Uint64(at) == wire.Nil {
		return
	}
	var now T
	take(c.Result(i, at), &now)
	update(reflect.ValueOf(v).Elem(), reflect.ValueOf(&now).Elem())
}

// takeUpdates is TakeUpdate for all arguments, whose changes follow the results from word at on.
func (c *Callback) takeUpdates(codecs []*codec.Codec, args []reflect.Value, at int) {
	for i, cd := range codecs {
		at := at + 2*i
		if cd.IsContext() || c.frame.Uint64(at) == wire.Nil {
			continue
		}
		now := reflect.New(cd.Type())
		cd.Decode(c.Result(at/2, at), now.UnsafePointer())
		update(args[i], now.Elem())
	}
}

func update(to, from reflect.Value) {
	m := merge.Merger{Restored: true, Identity: true}
	if err := m.Content(to, from); err != nil {
		reject("%v", err)
	}
}

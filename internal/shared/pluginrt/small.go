//go:build go1.22

package pluginrt

import (
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Any takes argument i, a value of dynamic type, from words at and at+1. No Reader may be
// open.
func Any(f *wire.Frame, i, at int) any {
	if v, ok := codec.TakeSmall(f.Message(at)); ok {
		return v
	}
	r := Arguments(f)
	v := codec.TakeAny(r.Next(i, at))
	r.Close()
	return v
}

// SetAny puts result i, a value of dynamic type, into words at and at+1. No Writer may be
// open.
func SetAny(f *wire.Frame, i, at int, v any) {
	if limit := limits.maxResults.Load(); limit == 0 || limit-int64(f.Len) >= codec.MaxSmall {
		begin := int(f.Len)
		if b, ok := codec.AppendSmall(results(f), v); ok {
			setResults(f, b)
			f.SetInt(at, begin)
			f.SetInt(at+1, len(b)-begin)
			return
		}
	}
	w := Results(f)
	codec.PutAny(w.Next(i, at), v)
	w.Close()
}

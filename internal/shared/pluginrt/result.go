//go:build go1.22

package pluginrt

import (
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// held are the results that did not fit the host's buffer.
var held handle.Results

// put appends b to the frame's results: in the caller's buffer if all of them fit, else in
// memory of the plugin.
func put(f *wire.Frame, b []byte) {
	setResults(f, append(results(f), b...))
}

// results returns the results that the frame has so far. What is appended goes into the
// caller's buffer as long as it fits.
func results(f *wire.Frame) []byte {
	if f.Held == 0 {
		return f.Buffer()[:f.Len]
	}
	return held.Get(f.Held)
}

// setResults sets the frame's results to what results returned and what was appended.
func setResults(f *wire.Frame, b []byte) {
	f.Len = uint64(len(b))
	switch {
	case f.Held != 0:
		held.Replace(f.Held, b)
	case f.Len > f.Cap:
		f.Held = held.Hold(b)
	}
}

// discard drops the results of a failed call.
func discard(f *wire.Frame) {
	if f.Held != 0 {
		held.Drop(f.Held)
	}
	f.Held, f.Len = 0, 0
}

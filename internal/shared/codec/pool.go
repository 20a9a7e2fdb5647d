//go:build go1.22

package codec

import (
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

var decoders = sync.Pool{New: func() any { return new(wire.Decoder) }}

// release returns a decoder to the pool, and clears its pointers before.
func release(d *wire.Decoder) {
	d.Scope = nil
	d.Reset(nil)
	decoders.Put(d)
}

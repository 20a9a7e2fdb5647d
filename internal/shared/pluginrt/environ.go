//go:build go1.22

package pluginrt

import (
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/environ"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// environment is what the host knows of the plugin's environment.
var environment environ.Mirror

// tellHost tells the host which contexts have ended, and which variables of the environment the
// plugin has changed. It runs at the end of each call.
func tellHost() {
	contexts.Tell()
	if environment.Changed() {
		_ = environment.Tell(sendEnviron)
	}
}

func sendEnviron(b []byte) (failure error) {
	h := Begin(nil, 0, 3)
	h.frame.Func = wire.OpEnviron
	defer h.End(&failure)
	h.Argument(1, unsafe.Pointer(unsafe.SliceData(b)), len(b))
	h.keep = append(h.keep, unsafe.Pointer(unsafe.SliceData(b)))
	h.Do(true)
	h.Done()
	return failure
}

//go:build go1.22

package pluginrt

import _ "unsafe" // for linkname

// cgoGetStackBound is the address of a C function void(uintptr bounds[2]) by which
// the runtime learns where the stack of a thread lies that it did not make. On
// Windows runtime/cgo's does nothing, and each call from such a thread then takes the
// 32 KB below it for the stack. Go 1.22 leaves it at that when the call has returned:
// if calls and callbacks nest deep and then less deep, it finds itself outside of
// the stack and ends the process. Later releases set the bounds back.
//
//go:linkname cgoGetStackBound _cgo_getstackbound
var cgoGetStackBound uintptr

func setBounds(function uintptr) {
	if function != 0 {
		cgoGetStackBound = function
	}
}

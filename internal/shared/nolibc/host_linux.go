//go:build amd64

package nolibc

import _ "unsafe" // for linkname

// In a library the bridge has this.
//
//go:linkname winplugin_cgoNotifyRuntimeInitDone _cgo_notify_runtime_init_done
var winplugin_cgoNotifyRuntimeInitDone = &winplugin_nothing

// AtThreadEnd makes each thread of this program call a C function void(void) before the
// thread ends.
func AtThreadEnd(function uintptr) { winplugin_threadEnd = function }

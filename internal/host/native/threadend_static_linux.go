//go:build amd64 && winplugin_static && !cgo

package native

import "github.com/RamanSharma100/go-winplugin/internal/shared/nolibc"

// Read by enterPure: nothing has to be recorded here.
var (
	pureSetSpecific uintptr
	pureKey         uint32
)

// callThreadEnd makes each thread of this program call threadEnd before it ends.
func callThreadEnd() { nolibc.AtThreadEnd(threadEndPC) }

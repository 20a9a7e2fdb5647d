//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// bounds are what the plugin may make the host do at once.
type bounds struct {
	maxCallbacks int64
	waiting      atomic.Int64  // callbacks on lanes of the plugin's own
	copied       atomic.Uint64 // bytes of arguments of callbacks that are under way
}

// maxCopied bounds the arguments of all callbacks under way: they have room in the lanes and in the
// plugin's arena, unless they overlap.
const maxCopied = exchange.ArenaSize + (exchange.CallLanes+exchange.OwnLanes)*exchange.DataSize

var errCopied = errors.New("it broke the protocol: arguments of callbacks overlap")

// enterCallback counts a callback that belongs to no call. It returns false, and refuses the callback, if
// there are too many. The plugin counts them too, if it is as it was built.
func (b *bounds) enterCallback(f *wire.Frame) bool {
	if !waits(f.Func) || b.waiting.Add(1) <= b.maxCallbacks {
		return true
	}
	b.leaveCallback(f)
	f.Fail(wire.StatusRefused, wire.Failure{Message: fmt.Sprintf("%d goroutines of the plugin wait in the host, which is the limit", b.maxCallbacks)})
	return false
}

func (b *bounds) leaveCallback(f *wire.Frame) {
	if waits(f.Func) {
		b.waiting.Add(-1)
	}
}

// waits reports whether a function of a callback runs code of the host that may wait.
func waits(function uint64) bool {
	return function < wire.OpPing || function == wire.OpInvoke || function == wire.OpMethod || function == wire.OpEncode
}

package inproc

import (
	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Simple implements backend.Simple. It does what Begin, Invoke and Release do, as far as the usual
// call needs it. Their code is repeated here, because the compiler would not inline it.
func (b *Backend) Simple(function, a0, a1, a2, a3 uint64) (result uint64, unfinished backend.Unfinished, done bool) {
	at := procPin()
	if at >= len(b.idle) || b.Shut() || nesting.Special() && nesting.Here() || b.news.Any() {
		procUnpin()
		return 0, nil, false
	}
	p := &b.idle[at]
	v := p.invocation
	p.invocation = nil
	procUnpin()
	if v == nil {
		return 0, nil, false
	}
	w := (*[backend.SimpleWords]uint64)(v.words)
	w[0], w[1], w[2], w[3] = a0, a1, a2, a3
	f := &v.transition.Frame
	f.Func, f.Status, f.Len, f.Held = function, 0, 0, 0
	b.library.Enter(v.transition)
	if result = w[0]; f.Status == wire.StatusOK && f.Held == 0 {
		if at := procPin(); at < len(b.idle) && !b.Shut() && b.idle[at].invocation == nil {
			b.idle[at].invocation = v
			procUnpin()
			return result, nil, true
		}
		procUnpin()
	}
	v.entered = true
	return 0, v, true
}

// Frame implements backend.Unfinished.
func (v *invocation) Frame() *wire.Frame { return &v.transition.Frame }

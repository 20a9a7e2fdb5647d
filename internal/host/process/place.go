//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"slices"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// placeArgs gives the arguments their places. If the plugin may write to one, those that overlap
// in the host's memory do so in the plugin's, too.
func (v *invocation) placeArgs(p *places) {
	room := &v.room
	if len(v.args) < 2 || !slices.ContainsFunc(v.args, func(a argument) bool { return a.size > 0 }) {
		for i := range v.args {
			p.args = append(p.args, room.Place(uint64(v.args[i].n)))
		}
		return
	}
	ranges := make([]wire.Range, len(v.args))
	for i, a := range v.args {
		if !a.filled {
			ranges[i] = wire.RangeOf(unsafe.Slice((*byte)(a.p), a.n))
		}
	}
	p.args = make([]uint64, len(v.args))
	placed := make([]bool, len(v.args))
	for i, a := range v.args {
		if placed[i] {
			continue
		}
		whole, alone := ranges[i].Join(ranges)
		if alone {
			p.args[i] = room.Place(uint64(a.n))
			continue
		}
		const align = 8
		at := room.Place(uint64(whole.Len()+align)) + uint64(whole.From%align)
		for j, r := range ranges {
			if whole.Overlaps(r) {
				p.args[j], placed[j] = at+uint64(r.From-whole.From), true
			}
		}
	}
}

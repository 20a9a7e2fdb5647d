package call

import (
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The slices of numbers that a func of the host gets are copies. What the func changes is written to
// the plugin's memory when it returns or panics. A second copy shows what that is, because the
// plugin may change its memory meanwhile.

// A bulkCopy is the copy of an argument.
type bulkCopy struct {
	at, size       int
	original, mine []byte
	before         *[]byte // what mine was at first
}

var befores = sync.Pool{New: func() any { return new([]byte) }}

// copiesBulk makes the host's funcs use the copies of copyBulk.
func (a *Callback) copiesBulk() {
	for i := range a.params {
		if v := &a.params[i]; v.Form == manifest.FormBulk && !v.InOut {
			v.InOut = true
			a.bulk = append(a.bulk, i)
		}
	}
}

// copyBulk puts copies of slices of numbers in the place of the arguments.
func (a *Callback) copyBulk(f *wire.Frame) []bulkCopy {
	list := make([]bulkCopy, 0, 2)
	for _, i := range a.bulk {
		v := &a.params[i]
		if *f.Word(v.At) == wire.Nil || *f.Word(v.At + 1) == 0 {
			continue
		}
		c := bulkCopy{at: v.At, size: v.size, original: f.Message(v.At), before: befores.Get().(*[]byte)}
		c.mine = append([]byte(nil), c.original...)
		*c.before = append((*c.before)[:0], c.mine...)
		f.SetArgument(v.At, unsafe.Pointer(unsafe.SliceData(c.mine)), len(c.mine))
		list = append(list, c)
	}
	return list
}

// writeBulk writes what has changed to the plugin's memory.
func writeBulk(f *wire.Frame, list []bulkCopy) {
	for i := range list {
		c := &list[i]
		if *f.Word(c.at) == uint64(uintptr(unsafe.Pointer(unsafe.SliceData(c.mine)))) {
			f.SetArgument(c.at, unsafe.Pointer(unsafe.SliceData(c.original)), len(c.original)) // it is no result
		}
		wire.CopyChanges(c.original, *c.before, c.mine, c.size)
		if cap(*c.before) <= keepMessage {
			befores.Put(c.before)
		}
	}
}

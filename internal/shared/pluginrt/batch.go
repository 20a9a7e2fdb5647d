//go:build go1.22

package pluginrt

import "github.com/RamanSharma100/go-winplugin/internal/shared/wire"

// batch is the operation OpBatch: it makes calls of one function until one of them fails.
// Words of the calls lie one behind the other in the host's memory.
func batch(f *wire.Frame) (status uint64) {
	index, count, failure := f.Uint64(0), f.Uint64(1), f.Uint64(2)
	block := wire.BorrowSlice[uint64](f, 3)
	if index >= uint64(len(functions)) || count == 0 {
		return wire.StatusBadOp
	}
	size := uint64(len(block)) / count
	if words := functions[index].Words; size < uint64(words) || failure != wire.Nil && failure >= size {
		return wire.StatusBadOp
	}
	g := &wire.Frame{Func: index, NWords: size, Words: uintptr(f.Uint64(3)), Buf: f.Buf, Cap: f.Cap}
	done := runBatch(g, count, size*8, failure)
	f.SetUint64(5, done)
	f.Len, f.Held = g.Len, g.Held
	return g.Status
}

// runBatch makes the calls and returns how many succeeded. The frame is that of the call
// that failed, if one did.
func runBatch(g *wire.Frame, count, stride, failure uint64) (done uint64) {
	var mark byte
	since := hostPanics.last.Load()
	defer func() {
		if g.Status != wire.StatusOK {
			guard(g, &mark, since, recover())
		}
	}()
	run := functions[g.Func].Run
	for ; done < count; done++ {
		g.Status = 0
		run(g)
		endReturned(&mark)
		forgetPanics(since)
		if failure != wire.Nil && g.Uint64(int(failure)) != wire.Nil {
			break
		}
		g.Words += uintptr(stride)
	}
	g.Status = wire.StatusOK
	return done
}

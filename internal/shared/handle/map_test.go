package handle

import (
	"runtime"
	"testing"
)

func TestMapGivesMemoryBack(t *testing.T) {
	var m Map[int, [4]uint64]
	heap := func() uint64 {
		runtime.GC()
		var s runtime.MemStats
		runtime.ReadMemStats(&s)
		return s.HeapAlloc
	}
	before := heap()
	const n = 100_000
	for i := range n {
		m.Set(i, [4]uint64{uint64(i)})
	}
	full := heap()
	for i := range n - 10 {
		m.Delete(i)
	}
	for i := range n {
		want := [4]uint64{uint64(i)}
		if i < n-10 {
			want[0] = 0
		}
		if got := m.Get(i); got != want {
			t.Fatalf("key %d: got %v, want %v", i, got, want)
		}
	}
	if after := heap(); after > before+(full-before)/10 {
		t.Errorf("got a heap of %d bytes, %d with all keys, then %d with ten, want it as before", before, full, after)
	}
	m.Clear()
	if got := m.Get(n - 1); got[0] != 0 {
		t.Errorf("got %v from a map that was cleared, want nothing", got)
	}
}

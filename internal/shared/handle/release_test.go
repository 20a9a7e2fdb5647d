package handle

import (
	"sync"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// All references are sent, in batches, one batch at a time.
func TestReleases(t *testing.T) {
	got, sending, batches := make(map[wire.Ref]uint64), false, 0
	r := Releases{Send: func(list []wire.Release) {
		if sending {
			t.Error("got two batches at once, want one")
		}
		sending = true
		for _, x := range list {
			got[x.Handle] += x.Count
		}
		batches++
		sending = false
	}}
	r.Wait() // for nothing
	const adders, each = 8, 1000
	var group sync.WaitGroup
	for range adders {
		group.Add(1)
		go func() {
			defer group.Done()
			for i := range each {
				r.Add(wire.Ref(i%2+1), 2)
			}
		}()
	}
	group.Wait()
	r.Wait()
	for ref := range wire.Ref(2) {
		if n := got[ref+1]; n != adders*each {
			t.Errorf("reference %d: %d were sent, want %d", ref+1, n, adders*each)
		}
	}
	if batches > adders*each {
		t.Errorf("got %d batches, want at most %d", batches, adders*each)
	}
}

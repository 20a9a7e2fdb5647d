//go:build amd64

package native

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// requestList links requests as pureEntry does, the newest first, and returns its head.
func requestList(requests ...*request) (newest uintptr) {
	for _, r := range requests {
		r.next = newest
		newest = addressOf(r)
	}
	return newest
}

func TestHandoverTakesOldestFirst(t *testing.T) {
	h := &handover{slot: new(slot), idle: 10} // enough servers, so none is started
	want := []*request{new(request), new(request), new(request), new(request)}
	h.slot.requests = requestList(want[:3]...)
	var got []*request
	take := func() {
		r, end := h.take()
		if r == nil || end {
			t.Fatalf("got request %p and end %t, want a request", r, end)
		}
		got = append(got, r)
	}
	take()
	h.slot.requests = requestList(want[3]) // arrives while others wait
	take()
	take()
	take()
	if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *request) bool { return a == b })); diff != "" {
		t.Errorf("requests in another order (-want +got):\n%s", diff)
	}
	if h.idle != 6 {
		t.Errorf("got %d idle servers after 4 requests, want 6 of 10", h.idle)
	}
	if r, end := h.take(); r != nil || end {
		t.Errorf("got request %p and end %t of an empty list, want nil and false", r, end)
	}
	h.stop = true
	if r, end := h.take(); r != nil || !end {
		t.Errorf("got request %p and end %t after the last one, want nil and true", r, end)
	}
}

func TestHandoverWakesServersForMoreRequests(t *testing.T) {
	h := &handover{slot: new(slot), idle: 10}
	h.slot.requests = requestList(new(request), new(request))
	for i, want := range []uint64{1, 1} { // the second request was the last one
		if h.take(); h.slot.arrivals != want {
			t.Errorf("request %d: got %d arrivals, want %d", i, h.slot.arrivals, want)
		}
	}
}

func TestHandoverKeepsIdleServers(t *testing.T) {
	for _, test := range []struct {
		name       string
		idle       int
		stop, want bool
	}{
		{"none waits", 0, false, true},
		{"one waits", idleServers - 1, false, true},
		{"enough wait", idleServers, false, false},
		{"enough wait at the end", idleServers, true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := &handover{idle: test.idle, stop: test.stop}
			if got := h.rest(); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
			want := test.idle
			if test.want {
				want++
			}
			if h.idle != want {
				t.Errorf("got %d idle servers, want %d", h.idle, want)
			}
		})
	}
}

package native

import (
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

func TestBindable(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*abi.EntryTable, *Options)
		want   bool
	}{
		{"as it is", func(*abi.EntryTable, *Options) {}, true},
		{"last slot", func(table *abi.EntryTable, _ *Options) { table.TLSOffset = tlsFirst + 8*(tlsSlots-1) }, true},
		{"switched off", func(_ *abi.EntryTable, opt *Options) { opt.NoBinding = true }, false},
		{"switched off for unloading", func(_ *abi.EntryTable, opt *Options) { opt.NoUnload = true }, true},
		{"unknown slot", func(table *abi.EntryTable, _ *Options) { table.TLSOffset = 0 }, false},
		{"slot beyond the last", func(table *abi.EntryTable, _ *Options) { table.TLSOffset = tlsFirst + 8*tlsSlots }, false},
		{"no entry that binds", func(table *abi.EntryTable, _ *Options) { table.Bind = nil }, false},
		{"no entry that releases", func(table *abi.EntryTable, _ *Options) { table.Unbind = nil }, false},
		{"no word", func(table *abi.EntryTable, _ *Options) { table.Word = nil }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			code := pointer(addressOf(new(uintptr)))
			table, opt := &abi.EntryTable{TLSOffset: tlsFirst, Bind: code, Unbind: code, Word: code}, Options{}
			test.change(table, &opt)
			if got := bindable(table, opt); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestReusableBinding(t *testing.T) {
	loaded, other := new(callbackSlot), new(callbackSlot)
	loaded.generation.Store(3)
	other.generation.Store(5)
	bound := func(slot *callbackSlot, generation uint64, next *threadBinding) *threadBinding {
		return &threadBinding{slot: slot, generation: generation, next: next}
	}
	for _, test := range []struct {
		name string
		head *threadBinding
		want int // index in the list; -1: none
	}{
		{"first library of the thread", nil, -1},
		{"bound to others", bound(other, 5, nil), -1},
		{"bound to it already", bound(other, 5, bound(loaded, 3, nil)), 1},
		{"bound to it, and to one that was unloaded", bound(other, 4, bound(loaded, 3, nil)), 1},
		{"bound to one that was unloaded", bound(other, 5, bound(other, 4, nil)), 1},
		{"bound to the slot's library before", bound(loaded, 2, nil), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var want *threadBinding
			for i, b := 0, test.head; b != nil; i, b = i+1, b.next {
				if i == test.want {
					want = b
				}
			}
			if got := test.head.reusable(loaded, 3); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
		})
	}
}

func TestCallbackSlots(t *testing.T) {
	var all []*callbackSlot
	defer func() {
		for _, s := range all {
			s.release()
		}
	}()
	for {
		s := newCallbackSlot()
		if s == nil {
			break
		}
		all = append(all, s)
	}
	if len(all) == 0 || len(all) > maxCallbackSlots {
		t.Fatalf("got %d slots, want 1 to %d", len(all), maxCallbackSlots)
	}
	thunks := make(map[uintptr]bool)
	for _, s := range all {
		for i := range s.handlers {
			thunks[s.thunk(i)] = true
		}
	}
	if want := len(all) * handlersPerSlot; len(thunks) != want {
		t.Errorf("got %d thunks, want %d", len(thunks), want)
	}
	last := all[len(all)-1]
	last.unbind = 1
	last.release()
	if got := newCallbackSlot(); got != last || got.unbind != 0 {
		t.Errorf("got slot %p with entry %#x, want the released one %p without", got, got.unbind, last)
	}
}

//go:build amd64

package native

import (
	"errors"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

func TestUnloadableReasons(t *testing.T) {
	for _, test := range []struct {
		name string
		pure *pureLibrary
		want string // a part of the error; "" for none
	}{
		{"cgo bridge", nil, "made by the cgo bridge"},
		{"kept", &pureLibrary{header: new(abi.ELFHeader), keep: notUnloadable("switched off")}, "switched off"},
		{"full table", &pureLibrary{header: &abi.ELFHeader{Full: 1}}, "more memory mappings or open files than its ledger"},
		{"unloadable", &pureLibrary{header: new(abi.ELFHeader)}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := (&Library{pure: pureStart{test.pure}}).Unloadable()
			if test.want == "" {
				if err != nil {
					t.Errorf("got %v, want no error", err)
				}
				return
			}
			if !errors.Is(err, ErrNotUnloadable) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want ErrNotUnloadable with %q", err, test.want)
			}
		})
	}
}

func TestRunningThreads(t *testing.T) {
	for _, test := range []struct {
		name   string
		first  int32
		others []int32
		ids    int
		making bool
	}{
		{"all ended", 0, []int32{0, 0}, 0, false},
		{"the first one runs", 7, nil, 1, false},
		{"others run", 0, []int32{8, 0, 9}, 2, false},
		{"one is being made", 7, []int32{-1}, 1, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			table := new([abi.ThreadSlots]abi.ThreadSlot)
			for i, id := range test.others {
				table[i].ID = id
			}
			p := &pureLibrary{header: &abi.ELFHeader{Threads: addressOf(table)}, first: &firstThread{id: test.first}}
			if ids, making := p.running(); len(ids) != test.ids || making != test.making {
				t.Errorf("got threads %v, one being made: %t, want %d threads, %t", ids, making, test.ids, test.making)
			}
		})
	}
}

package native

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// testLibrary is memory as a library of the pure bridge has it: the ledger first, its
// tables behind it. The rest is code.
type testLibrary struct {
	ledger  abi.Ledger
	memory  [abi.MemorySlots]uintptr
	handles [abi.HandleSlots]byte
	pending [abi.PendingSlots]uintptr
	guard   [abi.GuardSize]byte
	stubs   [abi.NumRules * abi.StubSize]byte
	after   [abi.GuardSize]byte
}

// kept keeps what addressOf was asked for.
var kept []any

// addressOf returns the address of memory that neither moves nor goes away.
func addressOf[T any](p *T) uintptr {
	kept = append(kept, p)
	return uintptr(unsafe.Pointer(p))
}

func newTestLibrary() *testLibrary {
	l := new(testLibrary)
	l.ledger.Memory, l.ledger.Handles = addressOf(&l.memory), addressOf(&l.handles)
	l.ledger.Pending, l.ledger.Stubs = addressOf(&l.pending), addressOf(&l.stubs)
	l.ledger.HooksStart, l.ledger.HooksEnd = addressOf(&l.guard), addressOf(&l.after)
	for i := range l.ledger.Hooks {
		l.ledger.Hooks[i] = l.ledger.Stubs
	}
	return l
}

func (l *testLibrary) base() uintptr { return uintptr(unsafe.Pointer(l)) }

func (l *testLibrary) find() (*abi.Ledger, error) {
	return findLedger(l.base(), unsafe.Sizeof(*l), l.base())
}

func TestFindLedger(t *testing.T) {
	size := unsafe.Sizeof(testLibrary{})
	for _, test := range []struct {
		name   string
		damage func(l *testLibrary)
		want   string // in the error; "": none
	}{
		{"sound", func(*testLibrary) {}, ""},
		{"memory blocks at 0", func(l *testLibrary) { l.ledger.Memory = 0 }, "memory blocks"},
		{"handles before it", func(l *testLibrary) { l.ledger.Handles = l.base() - 8 }, "handles"},
		{"handles that go beyond it", func(l *testLibrary) { l.ledger.Handles = l.base() + size - 8 }, "handles"},
		{"operations at the last address", func(l *testLibrary) { l.ledger.Pending = ^uintptr(7) }, "operations"},
		{"operations not aligned", func(l *testLibrary) { l.ledger.Pending++ }, "not aligned"},
		{"stubs that go beyond it", func(l *testLibrary) { l.ledger.Stubs = l.base() + size - abi.StubSize }, "stubs"},
		{"a hook behind it", func(l *testLibrary) { l.ledger.Hooks[3] = l.base() + size }, "hooks"},
		{"a hook before the guard", func(l *testLibrary) { l.ledger.Hooks[3] = l.ledger.HooksStart }, "another order"},
		{"a guard that goes beyond it", func(l *testLibrary) { l.ledger.HooksEnd = l.base() + size - 8 }, "guards"},
		{"handlers", func(l *testLibrary) { l.ledger.NVectored = 1 }, "has entries"},
		{"periods", func(l *testLibrary) { l.ledger.Periods = 1 << 40 }, "has entries"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newTestLibrary()
			test.damage(l)
			got, err := l.find()
			if test.want == "" && (err != nil || got != &l.ledger) {
				t.Errorf("got %p, %v, want %p", got, err, &l.ledger)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("got %v, want an error with %q", err, test.want)
			}
		})
	}
	l := newTestLibrary()
	for _, address := range []uintptr{0, l.base() - 8, l.base() + 4, l.base() + size - 8, ^uintptr(7)} {
		t.Run(fmt.Sprintf("at %+d", int(address-l.base())), func(t *testing.T) {
			if _, err := findLedger(l.base(), size, address); err == nil {
				t.Error("got no error, want one")
			}
		})
	}
}

func TestLedgerHandles(t *testing.T) {
	l := newTestLibrary()
	l.handles[1], l.handles[64], l.handles[abi.HandleSlots-1] = abi.HandleEvent, abi.HandleSocket, 0xff
	want := []ledgerHandle{{4, abi.HandleEvent}, {256, abi.HandleSocket}, {4 * (abi.HandleSlots - 1), 0xff}}
	if diff := cmp.Diff(want, ledgerHandles(&l.ledger), cmp.AllowUnexported(ledgerHandle{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestOpenPeriods(t *testing.T) {
	for _, test := range []struct {
		name    string
		periods uint64
		want    int64
	}{
		{"none", 0, 0},
		{"two", 2, 2},
		{"more ended than begun", ^uint64(0), 0},
		{"damaged", 1 << 60, 1 << 10},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := openPeriods(&abi.Ledger{Periods: test.periods}); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

func TestTLSIndex(t *testing.T) {
	for _, test := range []struct {
		name   string
		offset uint64
		index  uint32
		ok     bool
	}{
		{"first", 0x1480, 0, true},
		{"last", 0x1678, 63, true},
		{"none", 0, 0, false},
		{"ArbitraryUserPointer", 0x28, 0, false},
		{"behind the last", 0x1680, 0, false},
		{"between two", 0x1484, 0, false},
		{"overflow", ^uint64(7), 0, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if index, ok := tlsIndex(test.offset); index != test.index || ok != test.ok {
				t.Errorf("got %d, %t, want %d, %t", index, ok, test.index, test.ok)
			}
		})
	}
}

// Whatever a library has in place of a ledger, what is read of it is in its memory.
func FuzzLedger(f *testing.F) {
	f.Add([]byte{}, []byte{}, uint64(0))
	f.Add([]byte{0x10, 0x27}, []byte{1, 0, 0, 3}, uint64(3))
	f.Fuzz(func(t *testing.T, header, handles []byte, periods uint64) {
		l := newTestLibrary()
		copy(l.handles[:], handles)
		// Each word of the header moves one address, in either direction.
		words := (*[unsafe.Sizeof(l.ledger) / wordSize]uintptr)(unsafe.Pointer(&l.ledger))
		for i := range words {
			if 8*i+8 > len(header) {
				break
			}
			words[i] += uintptr(binary.LittleEndian.Uint64(header[8*i:]))
		}
		ledger, err := l.find()
		if err != nil {
			return
		}
		for _, h := range ledgerHandles(ledger) {
			if h.handle >= 4*abi.HandleSlots || h.handle%4 != 0 || h.kind == 0 {
				t.Errorf("got handle %#x of kind %d, want a kind in abi", h.handle, h.kind)
			}
		}
		for _, table := range []uintptr{ledger.Memory + 8*(abi.MemorySlots-1), ledger.Pending + 8*(abi.PendingSlots-1)} {
			_ = *(*uintptr)(pointer(table))
		}
		ledger.Periods = periods
		if n := openPeriods(ledger); n < 0 || n > 1<<10 {
			t.Errorf("got %d periods, want 0 to %d", n, 1<<10)
		}
	})
}

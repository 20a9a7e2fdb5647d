package native

import (
	"errors"
	"fmt"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// A ledgerTable is one of the tables whose addresses are in a library's header or ledger.
type ledgerTable struct {
	name          string
	address, size uintptr
}

// checkTables returns an error unless all tables are in the size bytes of memory from base
// on, and aligned. A damaged library may name any address.
func checkTables(base, size uintptr, tables ...ledgerTable) error {
	for _, t := range tables {
		if t.address < base || t.size > size || t.address-base > size-t.size {
			return fmt.Errorf("the %s of its ledger would be outside of its memory", t.name)
		}
		if t.size >= wordSize && t.address%wordSize != 0 {
			return fmt.Errorf("the %s of its ledger are not aligned", t.name)
		}
	}
	return nil
}

const wordSize = unsafe.Sizeof(uintptr(0))

// pointer turns an address into a pointer. The address is in memory that this runtime does
// not manage, or that something else keeps alive. Reading it through a variable tells vet
// that this is no arithmetic on a Go pointer.
func pointer(address uintptr) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&address))
}

// findLedger returns the ledger at an address in the size bytes of memory from base on. No
// code of the library has run: what the host writes is still zero.
func findLedger(base, size, address uintptr) (*abi.Ledger, error) {
	if err := checkTables(base, size, ledgerTable{"header", address, unsafe.Sizeof(abi.Ledger{})}); err != nil {
		return nil, err
	}
	l := (*abi.Ledger)(pointer(address))
	tables := []ledgerTable{
		{"memory blocks", l.Memory, abi.MemorySlots * wordSize},
		{"handles", l.Handles, abi.HandleSlots},
		{"operations", l.Pending, abi.PendingSlots * wordSize},
	}
	for i := range uintptr(abi.NumRules) {
		tables = append(tables, ledgerTable{"stubs", l.Stubs + i*abi.StubSize, 1})
	}
	tables = append(tables, ledgerTable{"guards", l.HooksStart, 1}, ledgerTable{"guards", l.HooksEnd, abi.GuardSize})
	for _, hook := range l.Hooks {
		tables = append(tables, ledgerTable{"hooks", hook, 1})
	}
	if err := checkTables(base, size, tables...); err != nil {
		return nil, err
	}
	for _, hook := range append(l.Hooks[:], l.Stubs) {
		if hook < l.HooksStart+abi.GuardSize || hook >= l.HooksEnd {
			return nil, errors.New("its hooks lie in another order than is known")
		}
	}
	if l.NVectored != 0 || l.NConsole != 0 || l.Full != 0 || l.Periods != 0 || l.Stopping != 0 {
		return nil, errors.New("its ledger has entries before its runtime has started")
	}
	return l, nil
}

type ledgerHandle struct {
	handle uintptr
	kind   byte // one of abi.HandleOther and those after it
}

// ledgerHandles lists the handles that the library has not closed.
func ledgerHandles(l *abi.Ledger) []ledgerHandle {
	var list []ledgerHandle
	words := (*[abi.HandleSlots / 8]uint64)(pointer(l.Handles))
	for i, word := range words {
		if word == 0 {
			continue // as nearly all are
		}
		for j := range 8 {
			if kind := byte(word >> (8 * j)); kind != 0 {
				list = append(list, ledgerHandle{uintptr(4 * (8*i + j)), kind})
			}
		}
	}
	return list
}

// openPeriods is how often timeEndPeriod must be called for the library.
func openPeriods(l *abi.Ledger) int64 {
	const most = 1 << 10 // the runtime has one at most, and packages few
	return min(max(int64(l.Periods), 0), most)
}

// The TEB, a thread's environment block on Windows, has room for 64 TLS slots.
const (
	tlsFirst = 0x1480
	tlsSlots = 64
)

// tlsIndex returns which TLS slot is at an offset in the thread environment block.
func tlsIndex(offset uint64) (index uint32, ok bool) {
	if offset < tlsFirst || offset >= tlsFirst+8*tlsSlots || offset%8 != 0 {
		return 0, false
	}
	return uint32(offset-tlsFirst) / 8, true
}

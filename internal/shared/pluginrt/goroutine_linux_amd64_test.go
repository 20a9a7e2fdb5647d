package pluginrt

import (
	"cmp"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"syscall"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// useGetg makes code that returns g, as the bridge's does, and uses it for the test.
func useGetg(t *testing.T) {
	t.Helper()
	b, err := syscall.Mmap(-1, 0, 4096, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Fatal(err)
	}
	copy(b, "\x4c\x89\xf0\xc3") // MOVQ R14, AX; RET
	if err := syscall.Mprotect(b, syscall.PROT_READ|syscall.PROT_EXEC); err != nil {
		t.Skip("this system allows no code that is made at run time:", err)
	}
	getg = code(uintptr(unsafe.Pointer(&b[0])))
	t.Cleanup(func() {
		getg = nil
		syscall.Munmap(b)
	})
}

func TestGoroutineID(t *testing.T) {
	useGetg(t)
	if got, want := findID(), findID(); got == 0 || got != want {
		t.Fatalf("got offsets %d and %d in %s, want one that is not 0", got, want, runtime.Version())
	}
	t.Logf("%s: %d", runtime.Version(), findID())
	for i := range 100 {
		done := make(chan routine)
		go func() {
			var mark byte
			r, _ := goroutine(&mark)
			if want := stackID(); r.id != want {
				t.Errorf("goroutine %d: got id %d, want %d", i, r.id, want)
			}
			done <- r
		}()
		if r := <-done; r.g == 0 || r.id == 0 {
			t.Fatalf("got %+v, want an address and an id", r)
		}
	}
}

// A goroutine does not get the ledger of an ended one whose g it has: other goroutines may write
// to these copies.
func TestLedgerOfEndedGoroutine(t *testing.T) {
	useGetg(t)
	var released []wire.Release
	send := releases.Send
	releases.Send = func(list []wire.Release) { released = append(released, list...) }
	t.Cleanup(func() {
		releases.Wait()
		releases.Send = send
	})
	encoded := 0
	keep := func(ref wire.Ref) routine {
		v := map[string]int{}
		keepReturned(&resultCopy{ref: ref, id: 1, value: reflect.ValueOf(&v).Elem(), encode: func(*wire.Encoder) {
			if ref == 1 {
				encoded++
			}
		}})
		var mark byte
		r, _ := goroutine(&mark)
		return r
	}
	run := func(f func() routine) routine {
		done := make(chan routine)
		go func() { done <- f() }()
		return <-done
	}

	first := run(func() routine { return keep(1) })
	var second routine
	for range 100000 {
		r := run(func() routine {
			var mark byte
			if r, _ := goroutine(&mark); r.g != first.g {
				return r
			}
			return keep(2)
		})
		if r.g == first.g {
			second = r
			break
		}
	}
	if second.g == 0 {
		t.Skip("the runtime has not used the g of an ended goroutine again")
	}
	l := ledgerOf(second)
	if l == nil || len(l.list) != 1 || l.list[0].ref != 2 {
		t.Fatalf("got ledger %+v, want one with the second goroutine's copy alone", l)
	}
	if !slices.Equal(ledgers.own, []*ledger{l}) || ledgers.n.Load() != 1 {
		t.Errorf("got ledgers %v, want the second goroutine's alone", ledgers.own)
	}
	if encoded != 1 {
		t.Errorf("got %d encodings of the ended goroutine's copy, want the one as it arrived", encoded)
	}
	ledgerOf(routine{second.g, second.id + 1})
	releases.Wait()
	// References that wait at once are sent in any order.
	slices.SortFunc(released, func(a, b wire.Release) int { return cmp.Compare(a.Handle, b.Handle) })
	if got, want := fmt.Sprint(released), "[{1 1} {2 1}]"; got != want {
		t.Errorf("got releases %s, want %s", got, want)
	}
	if ledgers.n.Load() != 0 || len(ledgers.of)+len(ledgers.own) != 0 {
		t.Errorf("got ledgers %v, want none", ledgers.of)
	}
}

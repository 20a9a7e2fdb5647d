package handle

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"sync"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func get(t *testing.T, table *Table, ref wire.Ref) any {
	t.Helper()
	v, err := table.Get(ref)
	if err != nil {
		t.Fatalf("%#x: got error %v, want nil", ref, err)
	}
	return v
}

func unknown(t *testing.T, table *Table, refs ...wire.Ref) {
	t.Helper()
	for _, ref := range refs {
		if v, err := table.Get(ref); !errors.Is(err, ErrUnknown) {
			t.Errorf("%#x: got %v, error %v, want ErrUnknown", ref, v, err)
		}
		if _, gone := table.Release(ref, 1); gone {
			t.Errorf("%#x: got it released, want it unknown", ref)
		}
	}
}

func TestReferences(t *testing.T) {
	var table Table
	unknown(t, &table, 0, 1, wire.Owner, 1<<32, math.MaxUint64)
	a, b := new(int), new(int)
	ref := table.Export(a)
	if ref == 0 || ref.ForOwner() || table.Export(b) == ref || table.Export(a) != ref || table.Len() != 2 {
		t.Fatalf("got handle %#x, %d objects, want one handle for each of two", ref, table.Len())
	}
	if get(t, &table, ref) != a || get(t, &table, ref|wire.Owner) != a {
		t.Errorf("Get(%#x) gives another object, want that which was exported", ref)
	}
	unknown(t, &table, ref+1<<32, ref+2, ref+pageSize)
	if _, gone := table.Release(ref, 1); gone {
		t.Error("Release of one of two references: got true, want false")
	}
	if v, gone := table.Release(ref, 5); !gone || v != a {
		t.Errorf("Release of the last reference = %v, %t, want %v, true", v, gone, a)
	}
	unknown(t, &table, ref)
	if again := table.Export(a); again == ref || uint32(again) != uint32(ref) {
		t.Errorf("the slot of %#x: got %#x, want another generation", ref, again)
	}
	unknown(t, &table, ref)
	if all := table.Clear(); len(all) != 2 || table.Len() != 0 {
		t.Errorf("got %d of 2 objects, %d left, want length 2 and 0", len(all), table.Len())
	}
	if table.Export(a) == table.Export(b) {
		t.Error("two objects: got one handle, want two")
	}
}

func TestIdentity(t *testing.T) {
	type key struct{ v any }
	var table Table
	n := 0
	closures := make([]func() int, 2)
	for i := range closures {
		closures[i] = func() int { n++; return i }
	}
	same := []any{new(int), make(chan int), closures[0], closures[1], key{1}, 1.5, "text"}
	seen := make(map[wire.Ref]bool)
	for _, v := range same {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			ref := table.Export(v)
			if table.Export(v) != ref || seen[ref] {
				t.Errorf("%T: got handle %#x, want one of its own, twice", v, ref)
			}
			seen[ref] = true
		})
	}
	for _, v := range []any{[]int{1}, map[int]int{}, key{[]int{1}}, math.NaN()} {
		t.Run(fmt.Sprintf("two of %T", v), func(t *testing.T) {
			if table.Export(v) == table.Export(v) {
				t.Errorf("%T: got one handle, want two", v)
			}
		})
	}
	table.Clear()
	if len(table.known.entries) != 0 {
		t.Errorf("got %d identities left, want none", len(table.known.entries))
	}
}

// A slot that has come to the end of its counter is left alone.
func TestLastGeneration(t *testing.T) {
	var table Table
	first := table.Export(new(int))
	table.slots.find(uint32(first) - 1).generation = lastGeneration - 1
	table.Release(first, 1)
	last := table.Export(new(int))
	if last.ForOwner() || last>>32 != lastGeneration {
		t.Fatalf("got %#x, want the last generation", last)
	}
	table.Release(last, 1)
	if next := table.Export(new(int)); uint32(next) == uint32(last) {
		t.Errorf("got %#x after %#x, want another slot", next, last)
	}
}

func TestMany(t *testing.T) {
	var table Table
	const workers, rounds = 8, 3000
	var wait sync.WaitGroup
	for range workers {
		wait.Add(1)
		go func() {
			defer wait.Done()
			var refs []wire.Ref
			for i := range rounds {
				p := &[2]int{i, i}
				ref := table.Export(p)
				if v, err := table.Get(ref); err != nil || v != any(p) {
					t.Errorf("got %v, %v, want %v", v, err, any(p))
				}
				refs = append(refs, ref)
				if i%3 == 0 {
					table.Release(refs[0], 1)
					refs = refs[1:]
				}
				if i%1000 == 0 {
					runtime.GC()
				}
			}
			for _, ref := range refs {
				if _, gone := table.Release(ref, 1); !gone {
					t.Errorf("%#x: got it kept, want it released", ref)
				}
			}
		}()
	}
	wait.Wait()
	if table.Len() != 0 {
		t.Errorf("got %d objects left, want 0", table.Len())
	}
}

// The memory of many objects is given back when they are released, and their handles stay
// unknown when the slots are used again.
func TestGivesMemoryBack(t *testing.T) {
	var table Table
	const n = 20 * pageSize
	export := func() (refs []wire.Ref) {
		for i := range n {
			refs = append(refs, table.Export(&[1]int{i}))
		}
		return refs
	}
	pages := func() (n int) {
		for i := range table.slots.bases {
			if table.slots.page(uint32(i)) != nil {
				n++
			}
		}
		return n
	}
	old := export()
	kept := old[3*pageSize]
	for round := range 3 {
		for _, ref := range old {
			if ref != kept {
				table.Release(ref, 1)
			}
		}
		if got := pages(); got > 2 {
			t.Errorf("got %d pages for 1 object, want at most 2", got)
		}
		unknown(t, &table, old[0], old[n-1], old[3*pageSize+1])
		get(t, &table, kept)
		next := export()
		if got := pages(); got > 21 {
			t.Errorf("round %d: got %d pages for %d objects, want at most 21", round, got, n+1)
		}
		unknown(t, &table, old[0], old[n-1], old[3*pageSize+1])
		for i, ref := range next {
			if v := get(t, &table, ref); v.(*[1]int)[0] != i {
				t.Fatalf("round %d: object %d is %v, want %[2]d", round, i, v)
			}
		}
		old = next
	}
	if all := table.Clear(); len(all) != n+1 || table.Len() != 0 {
		t.Errorf("got %d objects, %d left, want %d, 0", len(all), table.Len(), n+1)
	}
}

func BenchmarkGet(b *testing.B) {
	var table Table
	ref := table.Export(new(int))
	for b.Loop() {
		if _, err := table.Get(ref); err != nil {
			b.Fatal(err)
		}
	}
}

func TestExportAs(t *testing.T) {
	var table Table
	a, b := new(int), new(int)
	ref := table.ExportAs(a, 7)
	if again := table.ExportAs(b, 7); again != ref || get(t, &table, again) != a {
		t.Errorf("an equal value has the handle %#x, want %#x", again, ref)
	}
	if other := table.ExportAs(b, 8); other == ref {
		t.Errorf("another value has the handle %#x, want its own", other)
	}
	table.Own(ref)
	later := table.ExportAs(b, 7)
	if later == ref || get(t, &table, later) != b || get(t, &table, ref) != a {
		t.Errorf("once a value may change, an equal one has the handle %#x, want another one than %#x", later, ref)
	}
	table.Release(ref, 2)
	if again := table.ExportAs(a, 7); again != later {
		t.Errorf("after a release the value has the handle %#x, want %#x", again, later)
	}
	table.Own(0)
	if nan := table.ExportAs(a, math.NaN()); nan == table.ExportAs(b, math.NaN()) {
		t.Errorf("two values that differ from themselves have the handle %#x, want two", nan)
	}
}

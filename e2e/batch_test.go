package e2e

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func bindBatch[F any](t testing.TB, p *winplugin.Plugin, name string) F {
	t.Helper()
	f, err := winplugin.Batch[F](p, name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestBatch(t *testing.T) {
	p := openKitchen(t)
	for _, n := range []int{0, 1, 255, 256, 257, 1000} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			add := bindBatch[func(sums, a, b []int) (int, error)](t, p, "Add")
			a, b, got, want := make([]int, n), make([]int, n), make([]int, n), make([]int, n)
			for i := range n {
				a[i], b[i], want[i] = i-5, 3*i, 4*i-5
			}
			if done, err := add(got, a, b); done != n || err != nil {
				t.Errorf("got %d, %v, want %d and no error", done, err, n)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error("sums (-want +got):\n" + diff)
			}
		})
	}
}

func TestBatchTypes(t *testing.T) {
	p := openKitchen(t)
	lengths, texts := make([]int, 3), []string{"", "é", "three"}
	if _, err := bindBatch[func(lengths []int, texts []string) (int, error)](t, p, "Größe")(lengths, texts); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int{0, 2, 5}, lengths); diff != "" {
		t.Error("lengths (-want +got):\n" + diff)
	}
	bools, int8s, float32s, uint16s := make([]bool, 2), make([]int8, 2), make([]float32, 2), make([]uint16, 2)
	many := bindBatch[func(d []bool, c []float32, b []uint16, a []int8, a1 []int8, b1 []uint16, c1 []float32, d1 []bool) (int, error)](t, p, "Many")
	if _, err := many(bools, float32s, uint16s, int8s, []int8{-1, 2}, []uint16{3, 65535}, []float32{-0.5, 6}, []bool{true, false}); err != nil {
		t.Error(err)
	}
	got, want := []any{bools, int8s, float32s, uint16s}, []any{[]bool{true, false}, []int8{-1, 2}, []float32{-0.5, 6}, []uint16{3, 65535}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error("results (-want +got):\n" + diff)
	}
}

// The first call that fails ends a batch, by an error as by a panic.
func TestBatchFailures(t *testing.T) {
	p := openKitchen(t)
	const n = 600
	for _, bad := range []int{0, 255, 256, 599} {
		t.Run(fmt.Sprint(bad), func(t *testing.T) {
			a, b, got := make([]int, n), make([]int, n), make([]int, n)
			for i := range n {
				a[i], b[i], got[i] = i, 1, -1
			}
			b[bad] = 0
			done, err := bindBatch[func(quotients, a, b []int) (int, error)](t, p, "Divide")(got, a, b)
			var panicked *winplugin.PanicError
			if done != bad || !errors.As(err, &panicked) {
				t.Errorf("got %d, %v, want %d and a PanicError", done, err, bad)
			}
			if got[bad] != -1 || bad > 0 && got[bad-1] != bad-1 {
				t.Errorf("results around the failure are %v, want those before it alone", got[max(bad-1, 0):bad+1])
			}

			for i := range n {
				a[i], b[i] = 10, 3
			}
			b[bad] = 11
			done, err = bindBatch[func(left, have, want []int) (int, error)](t, p, "Take")(got, a, b)
			if done != bad || err == nil || errors.As(err, &panicked) {
				t.Errorf("got %d, %v, want %d and the function's error", done, err, bad)
			}
			single, _ := winplugin.Func[func(have, want int) (int, error)](p, "Take")
			if _, want := single(10, 11); want == nil || err == nil || err.Error() != want.Error() {
				t.Errorf("the error is %v, want that of a single call, %v", err, want)
			}
		})
	}
}

func TestBatchRefuses(t *testing.T) {
	p := openKitchen(t)
	var signature *winplugin.SignatureError
	for name, bind := range map[string]func() error{
		"an element of another type": func() error { _, err := winplugin.Batch[func(r, a, b []int8) (int, error)](p, "Add"); return err },
		"too few slices":             func() error { _, err := winplugin.Batch[func(r, a []int) (int, error)](p, "Add"); return err },
		"no slice":                   func() error { _, err := winplugin.Batch[func(r []int, a, b int) (int, error)](p, "Add"); return err },
		"no count":                   func() error { _, err := winplugin.Batch[func(r, a, b []int) error](p, "Add"); return err },
		"no func":                    func() error { _, err := winplugin.Batch[int](p, "Add"); return err },
		"nothing to pass":            func() error { _, err := winplugin.Batch[func() (int, error)](p, "Nothing"); return err },
		"a string as result":         func() error { _, err := winplugin.Batch[func(r, s []string) (int, error)](p, "Echo"); return err },
		"a slice as parameter":       func() error { _, err := winplugin.Batch[func(b [][]byte) (int, error)](p, "Keep"); return err },
	} {
		t.Run(name, func(t *testing.T) {
			if err := bind(); !errors.As(err, &signature) {
				t.Errorf("%s gives %v, want a SignatureError", name, err)
			}
		})
	}
	if _, err := winplugin.Batch[func([]int) (int, error)](p, "Missing"); !errors.Is(err, winplugin.ErrNotFound) {
		t.Errorf("a missing function: got %v, want ErrNotFound", err)
	}
	add := bindBatch[func(r, a, b []int) (int, error)](t, p, "Add")
	if n, err := add(make([]int, 2), make([]int, 3), make([]int, 3)); n != 0 || err == nil {
		t.Errorf("slices of different lengths give %d, %v, want an error", n, err)
	}
}

func TestBatchFromManyGoroutines(t *testing.T) {
	p := openCopy(t, "batch")
	add := bindBatch[func(r, a, b []int) (int, error)](t, p, "Add")
	var all sync.WaitGroup
	for g := range 8 {
		all.Go(func() {
			a, r := make([]int, 300), make([]int, 300)
			for i := range a {
				a[i] = g*1000 + i
			}
			for range 50 {
				if n, err := add(r, a, a); n != len(a) || err != nil || r[299] != 2*a[299] {
					t.Errorf("got %d calls, error %v and the last sum %d, want %d, nil and %d", n, err, r[299], len(a), 2*a[299])
					return
				}
			}
		})
	}
	all.Wait()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := add(make([]int, 1), make([]int, 1), make([]int, 1)); n != 0 || !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("after Close got %d, %v, want ErrClosed", n, err)
	}
}

// BenchmarkBatch measures one call in a batch.
func BenchmarkBatch(b *testing.B) {
	p := openKitchen(b)
	for _, size := range []int{16, 256, 4096} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			add := bindBatch[func(sums, a, b []int) (int, error)](b, p, "Add")
			x, y, sums := make([]int, size), make([]int, size), make([]int, size)
			b.ReportAllocs()
			b.ResetTimer()
			for left := b.N; left > 0; left -= size {
				n := min(left, size)
				if _, err := add(sums[:n], x[:n], y[:n]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

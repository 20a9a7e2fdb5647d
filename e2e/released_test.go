package e2e

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// Neither side keeps memory of results, whether they fit the caller's buffer or the plugin
// holds them until they are fetched. With a -soak above 5 s, each kind gets a million calls.
func TestResultsAreReleased(t *testing.T) {
	p := open(t, built(t, "types"))
	calls := 10_000
	if *soakTime > 5*time.Second {
		calls = 1_000_000
	}
	for name, call := range map[string]func(n int) error{
		"string":         sized[string](t, p, "Texts", func(s string) int { return len(s) }),
		"bytes":          sized[[]byte](t, p, "Blobs", func(b []byte) int { return len(b) }),
		"struct":         sized[Order](t, p, "Orders", func(o Order) int { return len(o.Customer) }),
		"map":            sized[map[string]int](t, p, "Index", func(m map[string]int) int { return len(m) * 20 }),
		"error":          failing(bound[func(int) error](t, p, "Failing")),
		"there and back": both(bound[func(Order) (Order, error)](t, p, "PassOrder")),
	} {
		t.Run(name, func(t *testing.T) {
			run := func(n int) {
				for i := range n {
					size := 20 * rand.IntN(20)
					if i%200 == 0 {
						size = 20_000
					}
					if err := call(size); err != nil {
						t.Fatalf("%d bytes: got error %v, want nil", size, err)
					}
				}
			}
			run(2_000)
			// What is kept grows in each round. The process may grow in one of them for other
			// reasons: a collector that comes late, or memory that the system takes back late.
			for round := 1; ; round++ {
				host, plugin, resident := inUse(), live(t, p), residentMemory(t)
				run(calls)
				host, plugin, resident = inUse()-host, live(t, p)-plugin, residentMemory(t)-resident
				t.Logf("after %d calls: the host's heap %+d bytes, the plugin's %+d, the process %+.1f MB", calls, host, plugin, float64(resident)/1e6)
				if host <= 256<<10 && plugin <= 256<<10 && resident <= 20e6 {
					break
				}
				if round == 3 {
					t.Fatalf("in three rounds, lastly: got %+d, %+d and %+d bytes in the host's heap, the plugin's and the process, want at most 256 KiB in each heap and 20 MB", host, plugin, resident)
				}
			}
		})
	}
}

// sized binds a function that makes a result of about so many bytes.
func sized[T any](t *testing.T, p *winplugin.Plugin, function string, size func(T) int) func(n int) error {
	f := bound[func(int) (T, error)](t, p, function)
	return func(n int) error {
		v, err := f(n)
		if err == nil && size(v) != n {
			err = fmt.Errorf("got a result of size %d, want %d", size(v), n)
		}
		return err
	}
}

func failing(f func(int) error) func(n int) error {
	return func(n int) error {
		if err := f(n); err == nil || len(err.Error()) < n {
			return fmt.Errorf("got the error %.50v, want one of %d bytes at least", err, n)
		}
		return nil
	}
}

func both(f func(Order) (Order, error)) func(n int) error {
	o := order()
	return func(n int) error {
		o.Customer = string(make([]byte, n))
		r, err := f(o)
		if err == nil && (len(r.Customer) != n || len(r.Lines) != 10) {
			err = fmt.Errorf("got a name of %d bytes and %d lines, want %d and 10", len(r.Customer), len(r.Lines), n)
		}
		return err
	}
}

// inUse returns the bytes in use in the host's heap.
func inUse() int64 {
	runtime.GC()
	runtime.GC() // a pool keeps what is in it for one collection
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return int64(s.HeapAlloc)
}

// live returns the bytes in use in the plugin's heap.
func live(t *testing.T, p *winplugin.Plugin) int64 {
	t.Helper()
	call(t, p, "Live")
	return int64(call(t, p, "Live")[1].(uint64))
}

package objects

import (
	"fmt"
	"net/http"
	"runtime"
	"sync"
)

// A Keeper is an object of the host's whose methods return its own maps and slices.
type Keeper interface {
	Header() http.Header
	Rows() []Row
	Row() *Row
	Any() any
	Fresh(key string) (map[string]int, error)
	Print() string
}

// WriteReturned writes to what the host's methods return. It returns what the host has when the
// object is called next.
func WriteReturned(k Keeper) (string, error) {
	h := k.Header()
	h.Set("A", "1")
	k.Header().Add("A", "2")
	h.Del("Gone")
	rows := k.Rows()
	rows[1].N = 12
	rows[0].Tags["new"] = "n"
	k.Row().N = 13
	k.Any().(map[string]any)["in"] = "any"
	seen := k.Print()
	m, err := k.Fresh("f")
	if err != nil {
		return "", err
	}
	m["late"] = 2
	h.Set("Late", fmt.Sprint(len(h["A"])))
	return seen, nil
}

// ReadReturned only reads, while the host changes its own map.
func ReadReturned(k Keeper, change func()) string {
	h := k.Header()
	change()
	h.Set("Mine", "1")
	return k.Print()
}

// WriteWithin writes to what the host returned before and in a call within the call.
func WriteWithin(k Keeper, again func(k Keeper)) string {
	h := k.Header()
	again(k)
	h.Set("Outer", "1")
	return k.Print()
}

// WriteInner is what again of WriteWithin calls.
func WriteInner(k Keeper) { k.Header().Set("Inner", "1") }

// WriteAndPanic panics after it has written.
func WriteAndPanic(k Keeper) {
	k.Header().Set("Before", "panic")
	panic("after the write")
}

// WriteByFunc writes to what a func of the host's returns.
func WriteByFunc(f func() map[string]int) { f()["plugin"] = 1 }

// WriteByAny writes to what a method and a func in an any return.
func WriteByAny(v any, f any) string {
	k, ok := v.(interface{ Header() map[string][]string })
	if !ok {
		return fmt.Sprintf("%T has no method Header", v)
	}
	k.Header()["Method"] = []string{"1"}
	f.(func() map[string]int)()["func"] = 1
	return ""
}

// WriteMany has goroutines of the plugin's own that write to what each of them got.
func WriteMany(k Keeper, goroutines, rounds int) error {
	errs := make(chan error, goroutines)
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range rounds {
				m, err := k.Fresh(fmt.Sprint(g))
				if err != nil {
					errs <- err
					return
				}
				m["n"] = i
			}
		}()
	}
	wg.Wait()
	close(errs)
	return <-errs
}

// HandOver has goroutines of the plugin's own, one after the other. The first ones hand what they
// got to a goroutine that writes to it until the last one has ended.
func HandOver(k Keeper, goroutines int) {
	const first = 20
	handed, written := make(chan http.Header, first), make(chan struct{})
	go func() {
		defer close(written)
		var all []http.Header
		for n := 0; ; n++ {
			select {
			case h, ok := <-handed:
				if !ok {
					return
				}
				all = append(all, h)
			default:
				for _, h := range all {
					h[fmt.Sprint(n%100)] = nil
				}
				runtime.Gosched()
			}
		}
	}()
	for g := range goroutines {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			h := k.Header()
			if g < first {
				handed <- h
				return
			}
			k.Print()
		}()
		<-ended
	}
	close(handed)
	<-written
}

// TakeReturned calls a method that returns a map n times, and writes to the last one.
func TakeReturned(k Keeper, n int) error {
	for i := range n {
		m, err := k.Fresh("many")
		if err != nil {
			return err
		}
		if i == n-1 {
			m["n"] = n
		}
	}
	return nil
}

// PutWrong puts a value that does not cross into a map of the host's.
func PutWrong(k Keeper) { k.Any().(map[string]any)["chan"] = func(chan int) {} }

// TakeBoxed is TakeReturned for a map within a struct.
func TakeBoxed(k interface{ Boxed(key string) (Row, error) }, n int) error {
	for range n {
		if _, err := k.Boxed("many"); err != nil {
			return err
		}
	}
	return nil
}

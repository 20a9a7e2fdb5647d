package closure

import (
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

// A stack that has a func in it can be unwound.
func TestMakeUnwinds(t *testing.T) {
	var frames []string
	f := made(t, true, func(l line) line {
		pcs := make([]uintptr, 50)
		all := runtime.CallersFrames(pcs[:runtime.Callers(0, pcs)])
		for more := true; more; {
			var frame runtime.Frame
			frame, more = all.Next()
			frames = append(frames, frame.Function)
		}
		frames = append(frames, string(stack()))
		return l
	})
	f(line{})
	all := strings.Join(frames, "\n")
	for _, want := range []string{"closure.entered", "closure.call", "closure.TestMakeUnwinds", "testing.tRunner"} {
		if strings.Count(all, want) < 2 {
			t.Errorf("got no %s in Callers or Stack:\n%s", want, all)
		}
	}
}

func stack() []byte {
	b := make([]byte, 64<<10)
	return b[:runtime.Stack(b, true)]
}

// A panic that a func of the host recovers, below or above, leaves the func usable.
func TestMakePanicsAgain(t *testing.T) {
	var inner func(line) line
	inner = made(t, true, func(l line) line {
		defer func() { _ = recover() }()
		if l.Qty > 0 {
			l.Qty--
			return inner(l)
		}
		panic(l.SKU)
	})
	outer := made(t, true, func(l line) line {
		inner(l)
		panic("b")
	})
	for range 100 {
		func() {
			defer func() {
				if got, want := recover(), any("b"); got != want {
					t.Errorf("got panic %v, want %v", got, want)
				}
			}()
			outer(line{SKU: "a", Qty: 20})
		}()
	}
}

func TestMakeGoexit(t *testing.T) {
	f := made(t, true, func(l line) line {
		runtime.Goexit()
		return l
	})
	var all sync.WaitGroup
	returned := false
	all.Go(func() {
		f(line{})
		returned = true
	})
	all.Wait()
	if returned {
		t.Error("Goexit has returned")
	}
}

// A func and what it holds are freed when nothing refers to them.
func TestMakeFrees(t *testing.T) {
	const funcs = 20
	freed := make(chan bool, funcs)
	for range funcs {
		kept := new([64]byte)
		runtime.SetFinalizer(kept, func(*[64]byte) { freed <- true })
		f, _, _, ok := Make(reflect.TypeFor[func(int)](), true, func(unsafe.Pointer) { kept[0]++ })
		if !ok {
			t.Skip("not on this platform")
		}
		f.Interface().(func(int))(5)
	}
	for range funcs - 1 { // the last one may be on the stack
		runtime.GC()
		<-freed
	}
}

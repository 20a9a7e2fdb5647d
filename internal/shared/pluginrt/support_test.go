package pluginrt

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// caller is the host's side of a call, in the same process.
type caller struct {
	wire.Frame
	words  []uint64
	buffer []byte
}

func newCaller(words, buffer int) *caller {
	c := &caller{words: make([]uint64, words), buffer: make([]byte, buffer)}
	c.Words, c.NWords = uintptr(unsafe.Pointer(unsafe.SliceData(c.words))), uint64(words)
	c.Buf, c.Cap = uintptr(unsafe.Pointer(unsafe.SliceData(c.buffer))), uint64(buffer)
	return c
}

func (c *caller) do(function uint64) uint64 {
	c.Func, c.Status, c.Len, c.Held = function, 0, 0, 0
	call(unsafe.Pointer(&c.Frame))
	runtime.KeepAlive(c)
	return c.Status
}

func start(t *testing.T, table ...Function) {
	t.Helper()
	entries := new(Entries)
	Start(&Library{Functions: table}, entries)
	if entries.Call == 0 || entries.Bind == 0 {
		t.Fatalf("got entries %+v, want Call and Bind", entries)
	}
	t.Cleanup(func() { functions, pluginScope = nil, nil })
}

func heldCount() int { return held.Len() }

func TestResultsInTheBuffer(t *testing.T) {
	start(t, Function{Words: 8, Run: func(f *wire.Frame) {
		SetString(f, 0, "abc")
		SetSlice[byte](f, 2, nil)
		SetSlice(f, 4, []byte{})
		SetError(f, 3, 6, nil)
	}})
	c := newCaller(8, 100)
	if s := c.do(0); s != wire.StatusOK || c.Held != 0 || c.Len != 3 || string(c.buffer[:3]) != "abc" {
		t.Fatalf("got status %d, held results %d, text %q, want %d, none, abc", s, c.Held, c.buffer[:c.Len], wire.StatusOK)
	}
	if c.words[0] != 0 || c.words[1] != 3 || c.words[2] != wire.Nil || c.words[4] != 3 || c.words[5] != 0 || c.words[6] != wire.Nil {
		t.Errorf("got words %v, want two texts and two that are nil", c.words)
	}
}

// Results that do not fit are held, fetched once, and gone.
func TestHeldResults(t *testing.T) {
	long := strings.Repeat("x", 1000)
	start(t, Function{Words: 6, Run: func(f *wire.Frame) {
		SetString(f, 0, "fits")
		SetString(f, 2, long)
		SetString(f, 4, "end")
	}})
	for _, size := range []int{0, 4, 10, 1006} {
		t.Run(fmt.Sprint("buffer of ", size), func(t *testing.T) {
			c := newCaller(6, size)
			if s := c.do(0); s != wire.StatusOK || c.Held == 0 || c.Len != 1007 {
				t.Fatalf("buffer of %d: got status %d, held results %d, %d bytes, want %d, a ticket, 1007", size, s, c.Held, c.Len, wire.StatusOK)
			}
			ticket, offset := c.Held, c.words[4]
			small := newCaller(1, 1006)
			small.words[0] = ticket
			if s := small.do(wire.OpFetch); s != wire.StatusTicket {
				t.Errorf("fetch into a buffer that is too small: got status %d, want %d", s, wire.StatusTicket)
			}
			get := newCaller(1, 1007)
			get.words[0] = ticket
			if s := get.do(wire.OpFetch); s != wire.StatusOK || get.Len != 1007 {
				t.Fatalf("fetch: got status %d, %d bytes, want %d, 1007", s, get.Len, wire.StatusOK)
			}
			if got := string(get.buffer); got != "fits"+long+"end" || got[offset:] != "end" {
				t.Errorf("got %.10q…, want the texts one by one", got)
			}
			if s := get.do(wire.OpFetch); s != wire.StatusTicket {
				t.Errorf("second fetch: got status %d, want %d", s, wire.StatusTicket)
			}
		})
	}
	c := newCaller(6, 0)
	c.do(0)
	drop := newCaller(1, 0)
	drop.words[0] = c.Held
	if s := drop.do(wire.OpDrop); s != wire.StatusOK {
		t.Errorf("drop: got status %d, want %d", s, wire.StatusOK)
	}
	if n := heldCount(); n != 0 {
		t.Errorf("got %d results held, want none", n)
	}
}

func TestPanics(t *testing.T) {
	start(t,
		Function{Run: func(*wire.Frame) { panic("text") }},
		Function{Run: func(*wire.Frame) { panic(errors.New("an error")) }},
		Function{Run: func(*wire.Frame) { var m map[string]int; m["x"] = 1 }},
		Function{Run: func(*wire.Frame) { panic(nil) }},
		Function{Words: 2, Run: func(f *wire.Frame) { SetString(f, 0, strings.Repeat("y", 9000)); panic("after") }},
	)
	for i, want := range []wire.Failure{
		{Type: "string", Message: "text"},
		{Type: "*errors.errorString", Message: "an error"},
		{Type: "runtime.plainError", Message: "assignment to entry in nil map"},
		{Type: "*runtime.PanicNilError", Message: "panic called with nil argument"},
		{Type: "string", Message: "after"},
	} {
		t.Run(want.Message, func(t *testing.T) {
			c := newCaller(4, 8000)
			if s := c.do(uint64(i)); s != wire.StatusPanic || c.Held != 0 {
				t.Errorf("%d: got status %d, held results %d, want %d, none", i, s, c.Held, wire.StatusPanic)
				return
			}
			got, err := wire.DecodeFailure(c.buffer[:c.Len])
			if err != nil || !strings.HasPrefix(got.Message, want.Message) || !strings.Contains(got.Stack, "support_test.go") {
				t.Errorf("%d: %+v, %v, want %+v", i, got, err, want)
			}
			if got.Type != want.Type {
				t.Errorf("%d: type %s, want %s", i, got.Type, want.Type)
			}
		})
	}
	if n := heldCount(); n != 0 {
		t.Errorf("got %d results of failed calls held, want none", n)
	}
}

// Goexit ends the process, and says why. Here that is a process of its own.
func TestGoexit(t *testing.T) {
	if os.Getenv("WINPLUGIN_TEST_GOEXIT") != "" {
		start(t, Function{Run: func(*wire.Frame) { runtime.Goexit() }})
		newCaller(0, 100).do(0)
		return
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestGoexit$")
	cmd.Env = append(os.Environ(), "WINPLUGIN_TEST_GOEXIT=1")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "winplugin: runtime.Goexit was called in a call from the host") {
		t.Errorf("got %v and the output\n%s\nwant an error and a message on runtime.Goexit", err, out)
	}
}

func TestBadOperations(t *testing.T) {
	start(t, Function{Words: 2, Run: func(*wire.Frame) { t.Error("got a call, want none") }})
	for name, c := range map[string]struct {
		words    int
		function uint64
	}{
		"too few words":     {1, 0},
		"beyond the table":  {2, 1},
		"unknown operation": {2, 1<<63 + 99},
		"fetch of nothing":  {0, wire.OpFetch},
	} {
		t.Run(name, func(t *testing.T) {
			if s := newCaller(c.words, 0).do(c.function); s != wire.StatusBadOp {
				t.Errorf("%s: got status %d, want %d", name, s, wire.StatusBadOp)
			}
		})
	}
	if s := newCaller(0, 0).do(wire.OpPing); s != wire.StatusOK {
		t.Errorf("ping: got status %d, want %d", s, wire.StatusOK)
	}
}

func TestBytesOfC(t *testing.T) {
	src := []byte("abc")
	b := Copy(unsafe.Pointer(unsafe.SliceData(src)), len(src))
	src[0] = 'x'
	if string(b) != "abc" || Copy(nil, 3) != nil {
		t.Errorf("got %q, want abc, and nil of nothing", b)
	}
	to := []byte("....")
	if n := Fill(unsafe.Pointer(unsafe.SliceData(to)), b); n != 3 || string(to) != "abc\x00" {
		t.Errorf("got %q, %d, want abc, 3", to, n)
	}
	if Text("") == nil || IsSet(ErrorText(nil)) || string(ErrorText(errors.New("e"))) != "e" {
		t.Error("Text and ErrorText: got an empty text that is nil, or nil that is a text, want the opposite")
	}
}

// A callback without a host fails, and its frame can be used again.
func TestNoHost(t *testing.T) {
	start(t)
	for words := range 40 {
		c := BeginHost(7, words)
		c.Reserve(words * 1000)
		if s := c.Do(); s != wire.StatusNoHost || len(c.Data()) != 0 {
			t.Fatalf("got status %d, %d bytes, want %d, none", s, len(c.Data()), wire.StatusNoHost)
		}
		if f := c.Frame(); f.Func != 7 || f.NWords < uint64(words) || f.Cap < uint64(words*1000) {
			t.Errorf("got the frame %+v, want function 7 and room", f)
		}
		c.End()
	}
	if s := newCaller(1, 0).do(wire.OpHost); s != wire.StatusBadOp {
		t.Errorf("host without a session: got status %d, want %d", s, wire.StatusBadOp)
	}
}

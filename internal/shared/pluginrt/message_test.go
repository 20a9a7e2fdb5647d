package pluginrt

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// argument puts a message into the caller's words.
func (c *caller) argument(at int, message []byte) {
	c.SetArgument(at, unsafe.Pointer(unsafe.SliceData(message)), len(message))
}

// result returns the bytes that two words name.
func (c *caller) result(t *testing.T, at int) []byte {
	t.Helper()
	data := c.buffer[:min(c.Len, c.Cap)]
	if c.Held != 0 {
		get := newCaller(1, int(c.Len))
		get.words[0] = c.Held
		if s := get.do(wire.OpFetch); s != wire.StatusOK {
			t.Fatalf("fetch: got status %d, want %d", s, wire.StatusOK)
		}
		data = get.buffer
	}
	if c.words[at] == wire.Nil {
		return nil
	}
	return data[c.words[at] : c.words[at]+c.words[at+1]]
}

func encoded(put func(e *wire.Encoder)) []byte {
	e := new(wire.Encoder)
	put(e)
	return e.Bytes()
}

// twice takes a string and a list, and returns both, the list between two strings.
var twice = Function{Words: 6, Params: []string{"s", "list"}, Run: func(f *wire.Frame) {
	r := Arguments(f)
	s := r.Next(0, 0).String()
	list := wire.Slice(r.Next(1, 2), 1, func(d *wire.Decoder, p *string) { *p = d.String() })
	r.Close()
	SetString(f, 4, s)
	w := Results(f)
	w.Next(0, 0).PutString(s)
	wire.PutSlice(w.Next(1, 2), list, func(e *wire.Encoder, p *string) {
		if *p == "fail" {
			e.Fail("it must not be %q", *p)
		}
		e.PutString(*p)
	})
	w.Close()
}}

func list(words ...string) []byte {
	return encoded(func(e *wire.Encoder) {
		wire.PutSlice(e, words, func(e *wire.Encoder, p *string) { e.PutString(*p) })
	})
}

// Messages lie in the caller's buffer, or are held, whatever its size.
func TestMessages(t *testing.T) {
	start(t, twice)
	s := strings.Repeat("s", 100)
	words := []string{strings.Repeat("w", 50), "x"}
	for size := range 300 {
		c := newCaller(6, size)
		c.argument(0, encoded(func(e *wire.Encoder) { e.PutString(s) }))
		c.argument(2, list(words...))
		if status := c.do(0); status != wire.StatusOK {
			t.Fatalf("buffer of %d: got status %d, want %d", size, status, wire.StatusOK)
		}
		if held := c.Len > uint64(size); held != (c.Held != 0) {
			t.Fatalf("%d bytes in a buffer of %d: got held %t, want %t", c.Len, size, c.Held != 0, held)
		}
		ticket := *c
		d := new(wire.Decoder)
		all := c.Len
		if c.Held != 0 {
			get := newCaller(1, int(all))
			get.words[0] = ticket.Held
			if s := get.do(wire.OpFetch); s != wire.StatusOK {
				t.Fatalf("fetch: got status %d, want %d", s, wire.StatusOK)
			}
			c.buffer, c.Held, c.Cap = get.buffer, 0, all
		}
		if got := string(c.result(t, 4)); got != s {
			t.Fatalf("got the text %q, want %q", got, s)
		}
		d.Reset(c.result(t, 0))
		if got := d.String(); got != s {
			t.Fatalf("got the first message %q, want %q", got, s)
		}
		if diff := cmp.Diff(list(words...), c.result(t, 2)); diff != "" {
			t.Fatalf("the list differs (-want +got):\n%s", diff)
		}
	}
	if n := heldCount(); n != 0 {
		t.Errorf("got %d results held, want none", n)
	}
}

// What cannot be decoded or encoded is refused with its place, and leaves nothing.
func TestRefused(t *testing.T) {
	start(t, twice)
	good := encoded(func(e *wire.Encoder) { e.PutString("text") })
	for _, test := range []struct {
		name      string
		s, list   []byte
		kind, say string
	}{
		{"cut off", good[:2], list("x"), "*wire.DecodeError", "argument 1 (s): message from the other side is damaged: "},
		{"too long", append(good, 0), list("x"), "*wire.DecodeError", "argument 1 (s): message from the other side is damaged: "},
		{"second cut off", good, list("x")[:1], "*wire.DecodeError", "argument 2 (list): message from the other side is damaged: "},
		{"second too long", good, append(list("x"), 0), "*wire.DecodeError", "argument 2 (list): message from the other side is damaged: "},
		{"empty", nil, list("x"), "*wire.DecodeError", "argument 1 (s): message from the other side is damaged: "},
		{"result", good, list(strings.Repeat("x", 9000), "fail"), "*wire.EncodeError", `result 2: it must not be "fail"`},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCaller(6, 1000)
			c.argument(0, test.s)
			c.argument(2, test.list)
			if s := c.do(0); s != wire.StatusRefused || c.Held != 0 {
				t.Errorf("%s: got status %d, held results %d, want %d, none", test.name, s, c.Held, wire.StatusRefused)
				return
			}
			got, err := wire.DecodeFailure(c.buffer[:c.Len])
			if err != nil || got.Type != test.kind || !strings.HasPrefix(got.Message, test.say) || got.Stack != "" {
				t.Errorf("%s: got %+v, error %v, want %s: %s", test.name, got, err, test.kind, test.say)
			}
		})
	}
	if n := heldCount(); n != 0 {
		t.Errorf("got %d results of refused calls held, want none", n)
	}
}

type failing struct{}

func (failing) Error() string { panic("no text") }

var errOwn = errors.New("own")

// Errors are messages, but for nil. Their own methods may panic.
func TestErrors(t *testing.T) {
	var null *failing
	errs := []error{errors.New("plain"), failing{}, null, errOwn}
	var table []Function
	for _, err := range errs {
		table = append(table, Function{Words: 4, Run: func(f *wire.Frame) {
			SetString(f, 0, strings.Repeat("y", 90))
			SetError(f, 1, 2, err)
		}})
	}
	start(t, table...)
	pluginScope = newScope(&Library{Sentinels: []Sentinel{{"ErrOwn", &errOwn}}})
	for i, want := range []string{"plain", "no text", "nil", "own"} {
		for _, size := range []int{8000, 95, 3} {
			t.Run(fmt.Sprintf("%s in %d bytes", want, size), func(t *testing.T) {
				c := newCaller(4, size)
				if s := c.do(uint64(i)); s != wire.StatusOK {
					t.Fatalf("got status %d, want %d", s, wire.StatusOK)
				}
				d := &wire.Decoder{Scope: pluginScope}
				d.Reset(c.result(t, 2))
				err := codec.TakeError(d)
				if err == nil || !strings.Contains(err.Error(), want) || (err == errOwn) != (want == "own") {
					t.Errorf("got %v, want %s", err, want)
				}
			})
		}
	}
	if n := heldCount(); n != 0 {
		t.Errorf("got %d results held, want none", n)
	}
}

// A pooled reader or writer keeps nothing of the caller's memory.
func TestPoolsForget(t *testing.T) {
	start(t, twice)
	c := newCaller(6, 1000)
	c.argument(0, encoded(func(e *wire.Encoder) { e.PutString("text") }))
	c.argument(2, list("x"))
	c.do(0)
	r, w := readers.Get().(*Reader), writers.Get().(*Writer)
	if r.frame != nil || w.frame != nil || w.encoder.Bytes() != nil {
		t.Errorf("got frames %v and %v and buffer %v kept, want none", r.frame, w.frame, w.encoder.Bytes())
	}
}

func TestOwnMethods(t *testing.T) {
	start(t, Function{Words: 2, Params: []string{"v"}, Run: func(f *wire.Frame) {
		r := Arguments(f)
		var v sealed
		TakeMarshaler(r.Next(0, 0), &v)
		r.Close()
		w := Results(f)
		PutMarshaler(w.Next(0, 0), &v)
		w.Close()
	}})
	for text, want := range map[string]string{
		"good":  "",
		"bad":   "argument 1 (v): ",
		"panic": "argument 1 (v): ",
		"last":  "result 1: ",
	} {
		t.Run(text, func(t *testing.T) {
			c := newCaller(2, 8000)
			c.argument(0, encoded(func(e *wire.Encoder) { e.PutString(text) }))
			switch s := c.do(0); {
			case want == "" && s == wire.StatusOK:
				d := new(wire.Decoder)
				d.Reset(c.result(t, 0))
				if got := d.String(); got != "<good>" {
					t.Errorf("got %q, want <good>", got)
				}
			case want == "" || s != wire.StatusRefused:
				t.Errorf("%s: got status %d, want %d with %q", text, s, wire.StatusRefused, want)
			default:
				got, err := wire.DecodeFailure(c.buffer[:c.Len])
				if err != nil || !strings.HasPrefix(got.Message, want) || !strings.Contains(got.Message, "sealed") || !strings.Contains(got.Message, "no "+text) ||
					(text == "panic") != strings.Contains(got.Stack, "UnmarshalText") {
					t.Errorf("%s: got %+v, error %v, want %s, with a stack if it panics", text, got, err, want)
				}
			}
		})
	}
}

type sealed struct{ text string }

func (s sealed) MarshalText() ([]byte, error) {
	if s.text == "last" {
		return nil, errors.New("no last")
	}
	return []byte("<" + s.text + ">"), nil
}

func (s *sealed) UnmarshalText(b []byte) error {
	s.text = string(b)
	switch s.text {
	case "bad":
		return errors.New("no bad")
	case "panic":
		panic("no panic")
	}
	return nil
}

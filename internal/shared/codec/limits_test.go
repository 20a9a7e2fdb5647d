package codec

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

func TestSharedPointers(t *testing.T) {
	p := &Point{1, 2}
	if got := trip(t, []*Point{p, {1, 2}, p, nil}); got[0] != got[2] || got[0] == got[1] || *got[0] != *p {
		t.Errorf("got %v, want the first and the third shared", got)
	}
	ring := &Node{Value: 1, Next: &Node{Value: 2}}
	ring.Next.Next = ring
	if got := trip(t, ring); got.Next.Next != got || got.Next.Value != 2 {
		t.Errorf("got a chain from %p to %p, want a ring of two", got, got.Next.Next)
	}
	// A struct and its first field have one address and are two pointers.
	type first struct{ Point }
	f := &first{*p}
	both := trip(t, struct {
		A *first
		B *Point
	}{f, &f.Point})
	if *both.A != *f || *both.B != f.Point {
		t.Errorf("got %v, want %v and its Point", both, *f)
	}
	many := make([]*int, 5000)
	for i := range many {
		many[i] = ptr(i)
		if i%3 == 0 {
			many[i] = many[i/2]
		}
	}
	for i, v := range trip(t, many) {
		if *v != *many[i] {
			t.Fatalf("%d: %d, want %d", i, *v, *many[i])
		}
	}
	type self *self
	var s self
	s = &s
	if got := trip(t, s); *got != got {
		t.Error("a pointer to itself: got another pointer, want its own")
	}
	// What is in an any shares among its like. The rest has pointers of its own.
	mixed := trip(t, []any{p, p, []*Point{p}})
	if mixed[0] != mixed[1] {
		t.Errorf("got %v, want the first two shared", mixed)
	}
	type loop struct{ V any }
	cycle := map[string]any{}
	cycle["a"] = &loop{cycle}
	inner := reflect.ValueOf(trip(t, cycle)["a"])
	again := inner.Elem().Field(0).Elem().MapIndex(reflect.ValueOf("a")).Elem()
	if again.Pointer() != inner.Pointer() {
		t.Errorf("the inner map is at %#x, want %#x", again.Pointer(), inner.Pointer())
	}
	type holder struct {
		P *Order
		A any
	}
	o := order()
	if got := trip(t, holder{&o, &o}); !reflect.DeepEqual(got.P, &o) {
		t.Errorf("got %v, want two orders", got)
	}
}

// chain returns a list of n nodes.
func chain(n int) *Node {
	var list *Node
	for range n {
		list = &Node{Next: list}
	}
	return list
}

func TestDepth(t *testing.T) {
	n := 0
	for at := trip(t, chain(wire.MaxDepth)); at != nil; at = at.Next {
		n++
	}
	if n != wire.MaxDepth {
		t.Errorf("got %d levels, want %d", n, wire.MaxDepth)
	}
	var anys any
	list := List{}
	list = append(list, list)
	list[0] = list
	tree := Tree{}
	tree["a"] = tree
	slice := []any{nil}
	slice[0] = slice
	for range wire.MaxDepth + 1 {
		anys = []any{anys}
	}
	cycle := map[string]any{}
	cycle["a"] = cycle
	for name, p := range map[string]any{
		"pointers": ptr(chain(wire.MaxDepth + 1)), "slices": &list, "maps": &tree,
		"anys": &anys, "slice in itself": &slice, "map in itself": &cycle,
	} {
		t.Run(name, func(t *testing.T) {
			c, err := For(reflect.TypeOf(p).Elem())
			if err != nil {
				t.Fatal(err)
			}
			var refused *wire.EncodeError
			err = Marshal(c, new(wire.Encoder), reflect.ValueOf(p).UnsafePointer())
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), "nests deeper") {
				t.Errorf("%s: got error %v, want one that it nests deeper", name, err)
			}
		})
	}
}

// decode decodes b as a T.
func decode[T any](b []byte, scope Scope) (v T, err error) {
	c, err := For(reflect.TypeFor[T]())
	if err != nil {
		return v, err
	}
	p := new(T) // on the heap, as an array may be large
	err = Unmarshal(c, b, scope, unsafe.Pointer(p))
	return *p, err
}

func refuses[T any](t *testing.T, message string, want string) {
	t.Helper()
	v, err := decode[T]([]byte(message), nil)
	var damaged *wire.DecodeError
	if !errors.As(err, &damaged) || !errors.Is(err, wire.ErrDamaged) || !strings.Contains(err.Error(), want) {
		t.Errorf("%T from %.20q: %v, want %q", v, message, err, want)
	}
}

func TestDamagedMessages(t *testing.T) {
	huge := "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"
	refuses[int](t, "1234567", "too early")
	refuses[int](t, "123456789", "1 bytes too many")
	refuses[bool](t, "\x02", "2 is no bool")
	refuses[[]bool](t, "\x03\x00\x02", "2 is no bool")
	refuses[string](t, "\x05abcd", "too early")
	refuses[string](t, huge, "too early")
	refuses[string](t, "\xff", "cut off")
	refuses[[]int](t, huge, "a length of")
	refuses[[]Line](t, "\x03"+strings.Repeat("\x00", 13), "a length of 2")
	refuses[[]string](t, huge, "a length of")
	refuses[map[string]string](t, huge, "a length of")
	refuses[map[Key]int](t, huge, "a length of")
	refuses[[]Empty](t, huge, "a length of")
	refuses[[]Blank](t, "\x81\x80\x80\x01", "a length of")
	refuses[[]any](t, huge, "a length of")
	refuses[map[Empty]Empty](t, "\x03", "2 keys that are nothing")
	refuses[*int](t, "\x02", "pointer 0 is unknown")
	refuses[[]any](t, "\x03\x01\x04*int\x01"+strings.Repeat("\x00", 8)+"\x01\x05*int8\x02", "shared by two types")
	refuses[map[any]int](t, "\x02\x14\x01"+strings.Repeat("\x00", 8), "unhashable type")
	refuses[*[1 << 20]string](t, "\x01\x00", "too early")
	refuses[any](t, "\x63", "99 is no type")
	refuses[any](t, "\x01\x03any", "an interface in an interface")
	refuses[any](t, "\x01\x0d[67108865]int", "an array of")
	refuses[any](t, "\x01\x0b[999999]int", "too early")
	refuses[any](t, "\x01\x0fexample.com/p.T", "not known")
	refuses[any](t, "\x01\x0emap[[]int]uint", "no type for keys")
	refuses[any](t, "\x01\x09struct{x}", "a field")
	refuses[any](t, "\x01\x16struct{X int8;X uint8}", "a field")
	refuses[error](t, "\x0a", "no kind of error")
	refuses[error](t, "\x04\x00", "error 0 is unknown")
	refuses[List](t, strings.Repeat("\x02", 2*wire.MaxDepth), "deeper than")
}

// A cut message never gives a value, wherever it is cut.
func TestCutMessages(t *testing.T) {
	o := order()
	b := encode(t, &o, nil)
	for n := range b {
		if _, err := decode[Order](b[:n], nil); err == nil {
			t.Fatalf("cut to %d of %d bytes: got no error, want one", n, len(b))
		}
	}
}

type failing struct {
	Mode string
	_x   int
}

func (f failing) MarshalText() ([]byte, error) {
	switch f.Mode {
	case "fails":
		return nil, errors.New("no text")
	case "panics":
		panic("oh")
	}
	return []byte(f.Mode), nil
}

func (f *failing) UnmarshalText(b []byte) error {
	f.Mode = string(b)
	switch f.Mode {
	case "bad":
		return errors.New("bad text")
	case "worse":
		var m map[string]int
		m["x"] = 1
	}
	return nil
}

func TestFailingMethods(t *testing.T) {
	if got := trip(t, []failing{{Mode: "a"}}); got[0].Mode != "a" {
		t.Errorf("got %v, want mode a", got)
	}
	c, _ := For(reflect.TypeFor[failing]())
	for mode, want := range map[string]string{
		"fails":  "MarshalText of codec.failing: no text",
		"panics": "MarshalText of codec.failing panicked: oh",
		"bad":    "UnmarshalText of codec.failing: bad text",
		"worse":  "UnmarshalText of codec.failing panicked: assignment to entry in nil map",
	} {
		t.Run(mode, func(t *testing.T) {
			v := &failing{Mode: mode}
			var e wire.Encoder
			err := Marshal(c, &e, unsafe.Pointer(v))
			if err == nil {
				err = Unmarshal(c, e.Bytes(), nil, unsafe.Pointer(new(failing)))
			}
			var failed *MethodError
			if !errors.As(err, &failed) || err.Error() != want || (failed.Err == nil) != (failed.Stack != "") {
				t.Errorf("%s: got error %v, want %s", mode, err, want)
			}
		})
	}
}

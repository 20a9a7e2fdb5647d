package wire

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"
	"unsafe"
)

type item struct {
	Name string
	N    int32
	Next *item
	By   map[string]item
	Kids []item
}

func putItem(e *Encoder, v *item) {
	e.PutString(v.Name)
	e.PutUint32(uint32(v.N))
	PutPointer(e, v.Next, 1, putItem)
	PutMap(e, v.By, putString, putItem)
	PutSlice(e, v.Kids, putItem)
}

const leastItem = 1 + 4 + 1 + 1 + 1

func takeItem(d *Decoder, v *item) {
	v.Name = d.String()
	v.N = int32(d.Uint32())
	v.Next = Pointer(d, leastItem, 1, takeItem)
	v.By = Map(d, 1+leastItem, takeString, takeItem)
	v.Kids = Slice(d, leastItem, takeItem)
}

func putString(e *Encoder, v *string)  { e.PutString(*v) }
func takeString(d *Decoder, v *string) { *v = d.String() }

// read runs take on a message and returns the error that it ended with.
func read(b []byte, take func(*Decoder)) (err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *DecodeError:
			err = v
		default:
			panic(v)
		}
	}()
	var d Decoder
	d.Reset(b)
	take(&d)
	d.End()
	return nil
}

func write(put func(*Encoder)) (b []byte, err error) {
	defer func() {
		switch v := recover().(type) {
		case nil:
		case *EncodeError:
			err = v
		default:
			panic(v)
		}
	}()
	var e Encoder
	put(&e)
	return e.Bytes(), nil
}

func TestValues(t *testing.T) {
	shared := &item{Name: strings.Repeat("long", 100), Kids: []item{}}
	ring := &item{Name: "ring", By: map[string]item{}}
	ring.Next = ring
	for name, want := range map[string]*item{
		"empty":  {},
		"shared": {N: math.MinInt32, Next: shared, Kids: []item{{Next: shared}, {Name: "short"}}},
		"map":    {By: map[string]item{"a": {N: 1}, "": {Name: "\xff"}}},
		"ring":   ring,
	} {
		t.Run(name, func(t *testing.T) {
			b, err := write(func(e *Encoder) { PutPointer(e, want, 1, putItem) })
			if err != nil {
				t.Fatal(err)
			}
			var got *item
			if err := read(b, func(d *Decoder) { got = Pointer(d, leastItem, 1, takeItem) }); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%+v, %v, want %+v", got, err, want)
			}
			for n := range b {
				if err := read(b[:n], func(d *Decoder) { Pointer(d, leastItem, 1, takeItem) }); !errors.Is(err, ErrDamaged) {
					t.Errorf("cut to %d of %d bytes: got error %v, want ErrDamaged", n, len(b), err)
				}
			}
		})
	}
}

func TestFixed(t *testing.T) {
	type point struct{ X, Y int16 }
	for _, want := range [][]point{nil, {}, {{1, -2}}, make([]point, 1000)} {
		t.Run(fmt.Sprintf("length=%d", len(want)), func(t *testing.T) {
			b, _ := write(func(e *Encoder) { PutFixed(e, want) })
			var got []point
			if err := read(b, func(d *Decoder) { got = Fixed[point](d) }); err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%v, %v, want %v", got, err, want)
			}
		})
	}
	// What append takes for a few bytes must do for elements that are aligned to 8.
	for n := 1; n < 20; n++ {
		b, _ := write(func(e *Encoder) { PutFixed(e, make([]uint64, n)) })
		for range 20 {
			_ = read(b, func(d *Decoder) {
				if at := uintptr(unsafe.Pointer(&Fixed[uint64](d)[0])); at%8 != 0 {
					t.Errorf("%d elements: got the address %x, want a multiple of 8", n, at)
				}
			})
		}
	}
}

func TestPrimitives(t *testing.T) {
	nan := math.Float64frombits(0x7ff0_0000_0000_0001)
	now := time.Now()
	b, err := write(func(e *Encoder) {
		e.PutBool(true)
		e.PutUint8(1)
		e.PutUint16(2)
		e.PutUint32(3)
		e.PutUint64(math.MaxUint64)
		e.PutFloat32(float32(math.Inf(-1)))
		e.PutFloat64(nan)
		e.PutComplex64(1 - 2i)
		e.PutComplex128(complex(nan, 0))
		e.PutUvarint(127)
		e.PutUvarint(128)
		e.PutUvarint(math.MaxUint64)
		e.PutString("a")
		e.PutBytes(nil)
		e.PutTime(now)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = read(b, func(d *Decoder) {
		if !d.Bool() || d.Uint8() != 1 || d.Uint16() != 2 || d.Uint32() != 3 || d.Uint64() != math.MaxUint64 {
			t.Error("integers: got other values, want true, 1, 2, 3 and the greatest")
		}
		if d.Float32() != float32(math.Inf(-1)) || math.Float64bits(d.Float64()) != math.Float64bits(nan) {
			t.Error("floats: got other values, want -Inf and the same NaN")
		}
		if d.Complex64() != 1-2i || math.Float64bits(real(d.Complex128())) != math.Float64bits(nan) {
			t.Error("complex numbers: got other values, want 1-2i and the same NaN")
		}
		if d.Uvarint() != 127 || d.Uvarint() != 128 || d.Uvarint() != math.MaxUint64 || d.String() != "a" || len(d.View()) != 0 {
			t.Error("lengths and strings: got other values, want 127, 128, the greatest, a and nothing")
		}
		if got := d.Time(); !got.Equal(now) {
			t.Errorf("got %v, want %v", got, now)
		}
	})
	if err != nil {
		t.Error(err)
	}
}

func TestElementsThatAreNothing(t *testing.T) {
	type nothing struct{}
	none := func(*Decoder, *nothing) { t.Fatal("got a call of take, want none") }
	b, err := write(func(e *Encoder) {
		PutSlice(e, make([]nothing, MaxEmpty), func(*Encoder, *nothing) { t.Fatal("got a call of put, want none") })
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := read(b, func(d *Decoder) {
		if s := Slice(d, 0, none); len(s) != MaxEmpty {
			t.Errorf("got %d elements, want %d", len(s), MaxEmpty)
		}
	}); err != nil {
		t.Error(err)
	}
	if _, err := write(func(e *Encoder) { PutSlice(e, make([]nothing, MaxEmpty+1), nil) }); err == nil {
		t.Error("a length that the other side refuses: got no error, want one")
	}
	if err := read([]byte{3}, func(d *Decoder) { Map(d, 0, none, none) }); err == nil {
		t.Error("two keys without bytes: got no error, want one")
	}
	// All of a message together are bounded.
	type blank struct{ _ [1 << 18]byte }
	if err := read([]byte("\x04\x04"), func(d *Decoder) {
		Slice(d, 0, func(*Decoder, *blank) {})
		Slice(d, 0, func(*Decoder, *blank) {})
	}); err == nil {
		t.Error("unlimited memory for a message of two bytes: got no error, want one")
	}
}

func TestKeysThatAreNone(t *testing.T) {
	err := read([]byte("\x02"), func(d *Decoder) {
		Map(d, 0, func(d *Decoder, k *any) { *k = []int{} }, func(*Decoder, *int) {})
	})
	if err == nil || !strings.Contains(err.Error(), "unhashable type") {
		t.Error(err)
	}
}

func TestDepthOfValues(t *testing.T) {
	list := &item{}
	for range MaxDepth {
		list = &item{Next: list}
	}
	if _, err := write(func(e *Encoder) { PutPointer(e, list, 1, putItem) }); err == nil {
		t.Error("too deep: got no error, want one")
	}
	b, err := write(func(e *Encoder) { PutPointer(e, list.Next, 1, putItem) })
	if err != nil {
		t.Fatal(err)
	}
	if err := read(b, func(d *Decoder) { Pointer(d, leastItem, 1, takeItem) }); err != nil {
		t.Error(err)
	}
}

// An encoder and a decoder forget all of a message but the scope.
func TestReset(t *testing.T) {
	v := 5
	put := func(e *Encoder, v *int) { e.PutUint64(uint64(*v)) }
	take := func(d *Decoder, v *int) { *v = int(d.Uint64()) }
	var e Encoder
	e.Scope = "scope"
	e.SetInAny(true)
	e.Enter()
	PutPointer(&e, &v, 1, put)
	first := e.Next()
	PutPointer(&e, &v, 1, put)
	b := e.Bytes()
	if first != 9 || string(b[:9]) != string(b[9:]) {
		t.Errorf("got % x, want a number and the same twice", b)
	}
	e.Reset(nil)
	if e.depth != 0 || e.inAny || e.Scope != "scope" || len(e.Bytes()) != 0 {
		t.Errorf("got %+v, want a new encoder with its scope", e)
	}
	d := Decoder{Scope: "scope"}
	d.Reset(b[:9])
	p := Pointer(&d, 8, 1, take)
	d.Reset([]byte{2})
	if d.Scope != "scope" || *p != 5 {
		t.Errorf("got %+v, want a decoder with its scope, and 5", d)
	}
	if _, ok := recovered(func() { Pointer(&d, 8, 1, take) }).(*DecodeError); !ok {
		t.Error("a pointer of another message: got no DecodeError, want one")
	}
}

func recovered(f func()) (v any) {
	defer func() { v = recover() }()
	f()
	return nil
}

func TestManyPointers(t *testing.T) {
	var s pointers
	for round := range 3 {
		for i := range uintptr(3 * keepPointers) {
			if n, found := s.find(i*8, i%3); found {
				t.Fatalf("round %d: pointer %d: got number %d, want none yet", round, i, n)
			}
		}
		for i := range uintptr(3 * keepPointers) {
			if n, found := s.find(i*8, i%3); !found || n != int(i) {
				t.Fatalf("round %d: pointer %d: got number %d, found %t, want its own, true", round, i, n, found)
			}
		}
		if _, found := s.find(8, 2); found {
			t.Fatal("a pointer of another type: got true, want false")
		}
		s.reset()
	}
}

// FuzzDecoder decodes anything, and encodes again what it got.
func FuzzDecoder(f *testing.F) {
	v := &item{Name: "a", Kids: []item{{By: map[string]item{"x": {}}}}}
	v.Next = v
	seed, _ := write(func(e *Encoder) { PutPointer(e, v, 1, putItem) })
	f.Add(seed)
	f.Fuzz(func(t *testing.T, b []byte) {
		var v *item
		if read(b, func(d *Decoder) { v = Pointer(d, leastItem, 1, takeItem) }) != nil {
			return
		}
		again, err := write(func(e *Encoder) { PutPointer(e, v, 1, putItem) })
		if err != nil {
			t.Fatal(err)
		}
		if err := read(again, func(d *Decoder) { v = Pointer(d, leastItem, 1, takeItem) }); err != nil {
			t.Errorf("%q: got %q, error %v, want nil", b, again, err)
		}
	})
}

package codec

import (
	"flag"
	"fmt"
	"io"
	"math"
	"math/rand"
	"reflect"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

var seed = flag.Int64("seed", 0, "first seed of the random values; 0 takes the time")

// Random values of random types arrive as they were.
func TestRandomValues(t *testing.T) {
	first, rounds := *seed, int64(2000)
	if first == 0 {
		first = time.Now().UnixNano()
	}
	for s := first; s < first+rounds; s++ {
		if !t.Run(fmt.Sprintf("seed=%d", s), func(t *testing.T) { randomTrip(t, s) }) {
			t.Fatalf("got a difference, want none; run again with -seed=%d", s)
		}
	}
}

func randomTrip(t *testing.T, seed int64) {
	r := random{rand.New(rand.NewSource(seed)), 200}
	typ := r.typ(4)
	c, err := For(typ)
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		v, got := reflect.New(typ), reflect.New(typ)
		r.budget = 200
		r.fill(v.Elem(), 4)
		var e wire.Encoder
		if err := Marshal(c, &e, v.UnsafePointer()); err != nil {
			t.Fatalf("encoding %v: got error %v, want nil", typ, err)
		}
		if err := Unmarshal(c, e.Bytes(), nil, got.UnsafePointer()); err != nil {
			t.Fatalf("decoding %v: got error %v, want nil", typ, err)
		}
		if d := differ(v.Elem(), got.Elem()); d != "" {
			t.Fatalf("%v: got another value:%s, want the same", typ, d)
		}
		text, err := Describe(typ, nil)
		if err != nil {
			continue // a type that contains itself
		}
		described, err := resolve([]byte(text), nil)
		if err != nil {
			t.Fatal(err)
		}
		again := reflect.New(described.typ)
		if err := Unmarshal(described, e.Bytes(), nil, again.UnsafePointer()); err != nil {
			t.Fatalf("decoding %v as %s: got error %v, want nil", typ, text, err)
		}
	}
}

// A random makes types and values. Its budget bounds their size.
type random struct {
	*rand.Rand
	budget int
}

var leaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](),
	reflect.TypeFor[int64](), reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](),
	reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](), reflect.TypeFor[float32](), reflect.TypeFor[float64](),
	reflect.TypeFor[complex64](), reflect.TypeFor[complex128](), stringType, anyType, errorType, timeType, durationType,
	reflect.TypeFor[Level](), reflect.TypeFor[Name](), reflect.TypeFor[Node](), reflect.TypeFor[List](), reflect.TypeFor[Tree](),
	reflect.TypeFor[Padded](), reflect.TypeFor[Deep](), reflect.TypeFor[Order](), reflect.TypeFor[Empty](), reflect.TypeFor[Key](),
}

func (r *random) typ(depth int) reflect.Type {
	if depth == 0 || r.Intn(4) == 0 {
		return leaves[r.Intn(len(leaves))]
	}
	switch r.Intn(5) {
	case 0:
		return reflect.ArrayOf(r.Intn(4), r.typ(depth-1))
	case 1:
		return reflect.SliceOf(r.typ(depth - 1))
	case 2:
		return reflect.PointerTo(r.typ(depth - 1))
	case 3:
		for {
			if key := r.typ(depth - 1); key.Comparable() {
				return reflect.MapOf(key, r.typ(depth-1))
			}
		}
	}
	fields := make([]reflect.StructField, r.Intn(6))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: r.typ(depth - 1)}
		if r.Intn(8) == 0 {
			fields[i].Name, fields[i].PkgPath = "_", "p"
		}
	}
	return reflect.StructOf(fields)
}

func (r *random) fill(v reflect.Value, depth int) {
	if r.budget--; r.budget < 0 {
		return
	}
	n := r.Intn(5) - 1 // -1 stands for nil
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.Intn(2) == 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(r.Uint64()))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(r.Uint64())
	case reflect.Float32:
		*(*uint32)(v.Addr().UnsafePointer()) = r.bits32()
	case reflect.Float64:
		*(*uint64)(v.Addr().UnsafePointer()) = r.bits64()
	case reflect.Complex64:
		*(*[2]uint32)(v.Addr().UnsafePointer()) = [2]uint32{r.bits32(), r.bits32()}
	case reflect.Complex128:
		*(*[2]uint64)(v.Addr().UnsafePointer()) = [2]uint64{r.bits64(), r.bits64()}
	case reflect.String:
		b := make([]byte, r.Intn(50))
		r.Read(b)
		v.SetString(string(b))
	case reflect.Array:
		for i := range v.Len() {
			r.fill(v.Index(i), depth)
		}
	case reflect.Slice:
		if n >= 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				r.fill(v.Index(i), depth)
			}
		}
	case reflect.Map:
		if n >= 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range n {
				key, elem := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				r.fill(key, 0)
				r.fill(elem, depth)
				if key.Comparable() && comparesByValue(key) {
					v.SetMapIndex(key, elem)
				}
			}
		}
	case reflect.Pointer:
		if n >= 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.fill(v.Elem(), depth)
		}
	case reflect.Struct:
		if v.Type() == timeType {
			v.Set(reflect.ValueOf(time.Unix(r.Int63n(1e12), r.Int63n(1e9)).UTC()))
			return
		}
		for i := range v.NumField() {
			if f := v.Field(i); f.CanSet() {
				r.fill(f, depth)
			}
		}
	case reflect.Interface:
		if v.Type() == errorType {
			if n >= 0 {
				v.Set(reflect.ValueOf(io.EOF))
			}
		} else if n >= 0 {
			v.Set(r.dynamic(depth))
		}
	}
}

// dynamic makes a value for an interface, of a type that needs no name.
func (r *random) dynamic(depth int) reflect.Value {
	for {
		typ := r.typ(max(depth-1, 0))
		text, err := Describe(typ, nil)
		if err != nil || typ.Kind() == reflect.Interface {
			continue
		}
		if c, _ := resolve([]byte(text), nil); c.typ != typ {
			continue
		}
		v := reflect.New(typ).Elem()
		r.fill(v, depth-1)
		return v
	}
}

func (r *random) bits32() uint32 {
	return [...]uint32{r.Uint32(), math.Float32bits(float32(math.Inf(1))) | r.Uint32()>>10, 1 << 31, 0}[r.Intn(4)]
}

func (r *random) bits64() uint64 {
	return [...]uint64{r.Uint64(), math.Float64bits(math.Inf(1)) | r.Uint64()>>13, 1 << 63, 0}[r.Intn(4)]
}

// comparesByValue reports whether a key has no pointers, which arrive as others.
func comparesByValue(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return v.IsNil()
	case reflect.Interface:
		return v.IsNil() || v.Type() == errorType || comparesByValue(v.Elem())
	case reflect.Array:
		for i := range v.Len() {
			if !comparesByValue(v.Index(i)) {
				return false
			}
		}
	case reflect.Struct:
		if v.Type() == timeType {
			return true
		}
		for i := range v.NumField() {
			if !comparesByValue(v.Field(i)) {
				return false
			}
		}
	}
	return true
}

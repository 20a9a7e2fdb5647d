package call

import (
	"errors"
	"fmt"
	"math"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

var errNil = errors.New("nil has no value of this type")

// Scalar converts v to the word of a scalar of kind k. It converts between
// numbers when that loses nothing, and otherwise says what would be lost.
func Scalar(v any, k manifest.Kind) (uint64, error) {
	// The usual case without reflection.
	if i, ok := v.(int); ok && (k == manifest.Int || k == manifest.Int64) {
		return uint64(i), nil
	}
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return 0, errNil
	}
	switch {
	case k == manifest.Bool:
		if r.Kind() == reflect.Bool {
			if r.Bool() {
				return 1, nil
			}
			return 0, nil
		}
	case k == manifest.Float32, k == manifest.Float64:
		if f, exact, ok := float(r); ok {
			return floatWord(v, f, exact, k)
		}
	default:
		if n, ok := integer(r); ok {
			return n.word(v, k)
		}
		if f, _, ok := float(r); ok {
			if n, whole := fromFloat(f); whole {
				return n.word(v, k)
			}
			return 0, fmt.Errorf("%v (%T) is not a whole number that fits %s", v, v, k)
		}
	}
	return 0, fmt.Errorf("cannot use %T as %s", v, k)
}

// An int65 is any int64 or uint64: if neg, bits is a negative int64.
type int65 struct {
	bits uint64
	neg  bool
}

func integer(r reflect.Value) (int65, bool) {
	switch {
	case r.CanInt():
		return int65{uint64(r.Int()), r.Int() < 0}, true
	case r.CanUint():
		return int65{r.Uint(), false}, true
	}
	return int65{}, false
}

// fromFloat converts a whole number in the range of int64 or uint64.
func fromFloat(f float64) (int65, bool) {
	switch {
	case f != math.Trunc(f): // NaN too
		return int65{}, false
	case f >= -1<<63 && f < 0:
		return int65{uint64(int64(f)), true}, true
	case f >= 0 && f < 1<<64:
		return int65{uint64(f), false}, true
	}
	return int65{}, false
}

// ranges holds the bits of each integer kind, negative for the signed ones.
var ranges = map[manifest.Kind]int{
	manifest.Int: -64, manifest.Int8: -8, manifest.Int16: -16, manifest.Int32: -32, manifest.Int64: -64,
	manifest.Uint: 64, manifest.Uint8: 8, manifest.Uint16: 16, manifest.Uint32: 32, manifest.Uint64: 64, manifest.Uintptr: 64,
}

func (n int65) word(v any, k manifest.Kind) (uint64, error) {
	bits := ranges[k]
	var fits bool
	switch {
	case bits == 0:
		return 0, fmt.Errorf("cannot use %T as %s", v, k)
	case bits > 0:
		fits = !n.neg && n.bits>>(bits-1)>>1 == 0
	case n.neg:
		fits = int64(n.bits) >= -1<<(-bits-1)
	default:
		fits = n.bits>>(-bits-1) == 0
	}
	if !fits {
		return 0, fmt.Errorf("%v (%T) overflows %s", v, v, k)
	}
	return n.bits, nil
}

// float returns r as a float64, and whether that is the very same number.
func float(r reflect.Value) (f float64, exact, ok bool) {
	switch {
	case r.CanFloat():
		return r.Float(), true, true
	case r.CanInt():
		f = float64(r.Int())
		back, whole := fromFloat(f)
		return f, whole && back == int65{uint64(r.Int()), r.Int() < 0}, true
	case r.CanUint():
		f = float64(r.Uint())
		back, whole := fromFloat(f)
		return f, whole && back == int65{r.Uint(), false}, true
	}
	return 0, false, false
}

func floatWord(v any, f float64, exact bool, k manifest.Kind) (uint64, error) {
	if k == manifest.Float64 {
		if !exact {
			return 0, fmt.Errorf("%v (%T) is not exactly a float64", v, v)
		}
		return math.Float64bits(f), nil
	}
	if v, ok := v.(float32); ok {
		return uint64(math.Float32bits(v)), nil // keeps a NaN's payload
	}
	if g := float32(f); exact && (float64(g) == f || f != f) {
		return uint64(math.Float32bits(g)), nil
	}
	return 0, fmt.Errorf("%v (%T) is not exactly a float32; convert it first", v, v)
}

// Value returns the scalar of kind k in a word, with Go's own type.
func Value(w uint64, k manifest.Kind) any {
	switch k {
	case manifest.Bool:
		return w != 0
	case manifest.Int:
		return int(w)
	case manifest.Int8:
		return int8(w)
	case manifest.Int16:
		return int16(w)
	case manifest.Int32:
		return int32(w)
	case manifest.Int64:
		return int64(w)
	case manifest.Uint:
		return uint(w)
	case manifest.Uint8:
		return uint8(w)
	case manifest.Uint16:
		return uint16(w)
	case manifest.Uint32:
		return uint32(w)
	case manifest.Uintptr:
		return uintptr(w)
	case manifest.Float32:
		return math.Float32frombits(uint32(w))
	case manifest.Float64:
		return math.Float64frombits(w)
	}
	return w
}

func text(v any) (string, error) {
	if s, ok := v.(string); ok {
		return s, nil
	}
	r := reflect.ValueOf(v)
	switch {
	case !r.IsValid():
		return "", errNil
	case r.Kind() == reflect.String:
		return r.String(), nil
	}
	return "", fmt.Errorf("cannot use %T as string", v)
}

func octets(v any) ([]byte, error) {
	if b, ok := v.([]byte); ok || v == nil {
		return b, nil
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.Type().Elem().Kind() == reflect.Uint8 {
		return r.Bytes(), nil
	}
	return nil, fmt.Errorf("cannot use %T as []byte", v)
}

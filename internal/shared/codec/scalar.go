//go:build go1.22

package codec

import (
	"errors"
	"fmt"
	"math"
	"reflect"
)

// ErrKind reports a value of another kind, such as a bool for a number.
var ErrKind = errors.New("the value has another kind")

// SetScalar sets dst, a bool or number, to the bool or number src. It converts between numbers
// if that loses nothing. Otherwise the error says what would be lost, or is ErrKind.
func SetScalar(dst, src reflect.Value) error {
	if dst.Kind() == src.Kind() {
		dst.Set(src.Convert(dst.Type())) // keeps a NaN's payload
		return nil
	}
	switch {
	case dst.Kind() == reflect.Bool:
	case dst.CanFloat():
		if f, exact, ok := float(src); ok {
			return setFloat(dst, src, f, exact)
		}
	case dst.CanComplex():
		return setComplex(dst, src)
	default:
		if n, ok := integer(src); ok {
			if !n.set(dst) {
				return fmt.Errorf("%v (%s) overflows %s", src, src.Type(), dst.Kind())
			}
			return nil
		}
		if f, _, ok := float(src); ok {
			if n, whole := fromFloat(f); whole && n.set(dst) {
				return nil
			}
			return fmt.Errorf("%v (%s) is not a whole number that fits %s", src, src.Type(), dst.Kind())
		}
	}
	return ErrKind
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

// set puts the number into dst, an integer, if it fits there.
func (n int65) set(dst reflect.Value) (fits bool) {
	if dst.CanUint() {
		if n.neg || dst.OverflowUint(n.bits) {
			return false
		}
		dst.SetUint(n.bits)
		return true
	}
	i := int64(n.bits)
	if n.neg != (i < 0) || dst.OverflowInt(i) {
		return false
	}
	dst.SetInt(i)
	return true
}

// float returns r as a float64, and whether that is exact.
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

func setFloat(dst, src reflect.Value, f float64, exact bool) error {
	switch {
	case dst.Kind() == reflect.Float64 && !exact:
		return fmt.Errorf("%v (%s) is not exactly a float64", src, src.Type())
	case dst.Kind() == reflect.Float32 && (!exact || float64(float32(f)) != f && f == f):
		return fmt.Errorf("%v (%s) is not exactly a float32; convert it first", src, src.Type())
	}
	dst.SetFloat(f)
	return nil
}

func setComplex(dst, src reflect.Value) error {
	var c complex128
	if src.CanComplex() {
		c = src.Complex()
	} else {
		f, exact, ok := float(src)
		if !ok {
			return ErrKind
		}
		if !exact {
			return fmt.Errorf("%v (%s) is not exactly a %s", src, src.Type(), dst.Kind())
		}
		c = complex(f, 0)
	}
	if dst.Kind() == reflect.Complex64 && !(fits32(real(c)) && fits32(imag(c))) {
		return fmt.Errorf("%v (%s) is not exactly a complex64; convert it first", src, src.Type())
	}
	dst.SetComplex(c)
	return nil
}

func fits32(f float64) bool { return f != f || float64(float32(f)) == f }

package typemap

import (
	"fmt"
	"math"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Scalar converts v to the word of a scalar or complex64, as [Type.Convert] does.
func Scalar(v any, k manifest.Kind) (uint64, error) {
	// The usual types need no reflection.
	switch v := v.(type) {
	case int:
		if k == manifest.Int || k == manifest.Int64 {
			return uint64(v), nil
		}
	case float64:
		if k == manifest.Float64 {
			return math.Float64bits(v), nil
		}
	case bool:
		if k == manifest.Bool {
			return word(v), nil
		}
	}
	r := reflect.ValueOf(v)
	for depth := 0; r.Kind() == reflect.Pointer && !r.IsNil(); depth++ {
		if depth > wire.MaxDepth {
			return 0, errDeep
		}
		r = r.Elem()
	}
	if !r.IsValid() || r.Kind() == reflect.Pointer {
		return 0, errNil
	}
	rt := codec.Predeclared(string(k))
	if rt == nil || rt.Kind() == reflect.String || rt.Kind() == reflect.Complex128 {
		return 0, fmt.Errorf("cannot use %T as %s", v, k)
	}
	dst := reflect.New(rt).Elem()
	if err := setScalar(dst, r); err != nil {
		return 0, err
	}
	switch {
	case k == manifest.Bool:
		return word(dst.Bool()), nil
	case k == manifest.Float32:
		// Converted to a float64, a signaling NaN would become a quiet one.
		return uint64(math.Float32bits(dst.Interface().(float32))), nil
	case k == manifest.Complex64:
		c := dst.Interface().(complex64)
		return uint64(math.Float32bits(real(c))) | uint64(math.Float32bits(imag(c)))<<32, nil
	case dst.CanFloat():
		return math.Float64bits(dst.Float()), nil
	case dst.CanUint():
		return dst.Uint(), nil
	}
	return uint64(dst.Int()), nil
}

func word(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}

// Value returns the scalar or complex64 in a word, with Go's own type.
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
	case manifest.Complex64:
		return complex(math.Float32frombits(uint32(w)), math.Float32frombits(uint32(w>>32)))
	case manifest.Float64:
		return math.Float64frombits(w)
	}
	return w
}

package codec

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"
	"unsafe"
)

// differ says where two values are not the same, "" if they are: floats by their
// bits, nil is not empty, and pointers are shared on both sides or on none. Blank
// fields do not count, and neither does the order of maps.
func differ(a, b reflect.Value) string {
	return comparison{}.differ(a, b)
}

// A comparison holds the pairs of pointers that were met.
type comparison map[[2]unsafe.Pointer]bool

func (c comparison) differ(a, b reflect.Value) string {
	if a.IsValid() != b.IsValid() {
		return fmt.Sprintf(": %v, %v", a, b)
	}
	if !a.IsValid() {
		return ""
	}
	if a.Type() != b.Type() {
		return fmt.Sprintf(": %v, %v", a.Type(), b.Type())
	}
	switch a.Kind() {
	case reflect.Float32, reflect.Float64:
		if math.Float64bits(a.Float()) != math.Float64bits(b.Float()) {
			return fmt.Sprintf(": %x, %x", math.Float64bits(a.Float()), math.Float64bits(b.Float()))
		}
		return ""
	case reflect.Complex64, reflect.Complex128:
		x, y := a.Complex(), b.Complex()
		if math.Float64bits(real(x)) != math.Float64bits(real(y)) || math.Float64bits(imag(x)) != math.Float64bits(imag(y)) {
			return fmt.Sprintf(": %v, %v", x, y)
		}
		return ""
	case reflect.Slice, reflect.Array:
		if a.Kind() == reflect.Slice && a.IsNil() != b.IsNil() || a.Len() != b.Len() {
			return fmt.Sprintf(": %#v, %#v", a, b)
		}
		if a.Type().Elem().Size() == 0 {
			return ""
		}
		for i := range a.Len() {
			if d := c.differ(a.Index(i), b.Index(i)); d != "" {
				return fmt.Sprintf("[%d]%s", i, d)
			}
		}
		return ""
	case reflect.Map:
		return c.differMap(a, b)
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			if a.IsNil() != b.IsNil() {
				return fmt.Sprintf(": %v, %v", a, b)
			}
			return ""
		}
		pair := [2]unsafe.Pointer{a.UnsafePointer(), b.UnsafePointer()}
		if c[pair] {
			return ""
		}
		c[pair] = true
		return c.differ(a.Elem(), b.Elem())
	case reflect.Interface:
		return c.differ(a.Elem(), b.Elem())
	case reflect.Struct:
		if t, ok := a.Interface().(time.Time); ok {
			if u := b.Interface().(time.Time); !t.Equal(u) || t.Format(time.RFC3339) != u.Format(time.RFC3339) {
				return fmt.Sprintf(": %v, %v", t, u)
			}
			return ""
		}
		for i := range a.NumField() {
			if f := a.Type().Field(i); f.Name != "_" && f.IsExported() {
				if d := c.differ(a.Field(i), b.Field(i)); d != "" {
					return "." + f.Name + d
				}
			}
		}
		return ""
	}
	if x, y := a.Interface(), b.Interface(); x != y {
		return fmt.Sprintf(": %#v, %#v", x, y)
	}
	return ""
}

// differMap looks for each key's partner. Keys that are not equal to themselves have
// to be looked for one by one.
func (c comparison) differMap(a, b reflect.Value) string {
	if a.IsNil() != b.IsNil() || a.Len() != b.Len() {
		return fmt.Sprintf(": %v, %v", a, b)
	}
	type entry struct{ key, value reflect.Value }
	var rest []entry
	for j := b.MapRange(); j.Next(); {
		if j.Key().Interface() != j.Key().Interface() {
			rest = append(rest, entry{j.Key(), j.Value()})
		}
	}
	for i := a.MapRange(); i.Next(); {
		found := false
		if v := b.MapIndex(i.Key()); v.IsValid() {
			found = c.differ(i.Value(), v) == ""
		} else {
			n := slices.IndexFunc(rest, func(e entry) bool {
				return c.differ(i.Key(), e.key) == "" && c.differ(i.Value(), e.value) == ""
			})
			if found = n >= 0; found {
				rest = slices.Delete(rest, n, n+1)
			}
		}
		if !found {
			return fmt.Sprintf("[%v]: %v is missing", i.Key(), i.Value())
		}
	}
	return ""
}

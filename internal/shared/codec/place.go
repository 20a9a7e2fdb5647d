//go:build go1.22

package codec

import (
	"fmt"
	"reflect"
)

// maxSteps bounds the search for a place in a value.
const maxSteps = 1 << 14

// placeOf returns where in v the first interface is that holds a value of type t, as in
// `.Env["f"]`; "" if that is v itself, or is not found.
func placeOf(t reflect.Type, v reflect.Value) string {
	s := search{t: t}
	place, _ := s.find(v, 0)
	return place
}

type search struct {
	t     reflect.Type
	steps int
}

func (s *search) find(v reflect.Value, depth int) (place string, ok bool) {
	if s.steps++; s.steps > maxSteps || depth > maxNesting {
		return "", false
	}
	switch v.Kind() {
	case reflect.Interface:
		if !v.IsNil() && v.Elem().Type() == s.t {
			return "", true
		}
		return s.find(v.Elem(), depth+1)
	case reflect.Pointer:
		return s.find(v.Elem(), depth+1)
	case reflect.Struct:
		for i := range v.NumField() {
			if place, ok = s.find(v.Field(i), depth+1); ok {
				return "." + v.Type().Field(i).Name + place, true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := 0; i < v.Len() && s.steps <= maxSteps; i++ {
			if place, ok = s.find(v.Index(i), depth+1); ok {
				return fmt.Sprintf("[%d]%s", i, place), true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next() && s.steps <= maxSteps; {
			if place, ok = s.find(it.Value(), depth+1); ok {
				if k := it.Key(); k.Kind() == reflect.String {
					return fmt.Sprintf("[%q]%s", k.String(), place), true
				}
				return fmt.Sprintf("[%v]%s", it.Key(), place), true
			}
		}
	}
	return "", false
}

package e2e

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
)

//go:generate sh -c "go run ./testdata/typegen > generatedtypes_test.go"

// filled sets what v has, with values that a seed chooses. Pointers, slices and maps are nil
// from a depth on.
func filled(r *rand.Rand, v reflect.Value, depth int) {
	n := r.IntN(3)
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				filled(r, v.Field(i), depth)
			} else if f := v.Type().Field(i); f.Anonymous && f.Type.Kind() == reflect.Struct {
				filled(r, reflect.NewAt(f.Type, v.Field(i).Addr().UnsafePointer()).Elem(), depth)
			}
		}
	case reflect.Pointer:
		if depth > 0 && n > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			filled(r, v.Elem(), depth-1)
		}
	case reflect.Slice:
		if depth > 0 && n > 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				filled(r, v.Index(i), depth-1)
			}
		}
	case reflect.Map:
		if depth > 0 && n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			elem := reflect.New(v.Type().Elem()).Elem()
			filled(r, elem, depth-1)
			v.SetMapIndex(reflect.ValueOf("key"), elem)
		}
	case reflect.Array:
		for i := range v.Len() {
			filled(r, v.Index(i), depth)
		}
	case reflect.Interface:
		if n > 0 {
			v.Set(reflect.ValueOf([]any{"text", 1.5, true}[r.IntN(3)]))
		}
	case reflect.Int, reflect.Int8:
		v.SetInt(int64(r.IntN(100)))
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(r.IntN(100)))
	case reflect.Float64:
		v.SetFloat(float64(r.IntN(100)) / 4)
	case reflect.Bool:
		v.SetBool(n > 0)
	case reflect.String:
		v.SetString(fmt.Sprint("s", n))
	}
}

// Types with embedded fields, recursion, tags and methods that a seed has chosen are printed,
// encoded and decoded in the plugin as in the host.
func TestGeneratedHostTypes(t *testing.T) {
	p := objects(t)
	r := rand.New(rand.NewPCG(8, 2))
	for _, typ := range generatedTypes {
		for i := range 3 {
			v := reflect.New(typ)
			filled(r, v.Elem(), 3)
			t.Run(fmt.Sprint(typ.Name(), " ", i), func(t *testing.T) {
				compareHostValue(t, p, v.Elem().Interface())
				if !t.Failed() {
					compareHostValue(t, p, v.Interface())
				}
			})
		}
	}
}

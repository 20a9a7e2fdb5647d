package objects

import "reflect"

// Number sets the field ID of the structs that the elements of a slice or a map point to.
func Number(list any) {
	n := int64(0)
	number := func(v reflect.Value) {
		n++
		v.Elem().FieldByName("ID").SetInt(n)
	}
	switch v := reflect.ValueOf(list); v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			number(v.Index(i))
		}
	case reflect.Map:
		for i := v.MapRange(); i.Next(); {
			number(i.Value())
		}
	}
}

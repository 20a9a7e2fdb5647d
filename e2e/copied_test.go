package e2e

import (
	"reflect"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// copied returns what a call of dynamic type returned, with copies in the place of objects,
// wherever want has a value and not an object itself. A copy that is like what is wanted
// is that itself: what two copies have in common is not common any more. But where want has
// one pointer at two places, both must be one object.
func copied(t testing.TB, want, got any) any {
	t.Helper()
	c := copier{t, make(map[pointer]*winplugin.Object)}
	v := c.copied(reflect.ValueOf(want), reflect.ValueOf(got))
	if !v.IsValid() {
		return nil
	}
	return v.Interface()
}

var (
	objectPointer = reflect.TypeFor[*winplugin.Object]()
	anything      = reflect.TypeFor[any]()
)

type copier struct {
	testing.TB
	objects map[pointer]*winplugin.Object // by what is wanted
}

func (c copier) copied(want, got reflect.Value) reflect.Value {
	c.Helper()
	for want.Kind() == reflect.Interface {
		want = want.Elem()
	}
	for got.Kind() == reflect.Interface {
		got = got.Elem()
	}
	if !want.IsValid() || !got.IsValid() || want.Type() == objectPointer || !holdsObjects(got, map[uintptr]bool{}) {
		return got
	}
	if got.Type() == objectPointer {
		if got.IsNil() {
			return got
		}
		object := got.Interface().(*winplugin.Object)
		if want.Kind() == reflect.Pointer && !want.IsNil() {
			at := pointer{want.Pointer(), want.Type()}
			if other := c.objects[at]; other != nil && other != object {
				c.Errorf("two objects %v and %v, want one", other, object)
			}
			c.objects[at] = object
		}
		to := reflect.New(want.Type())
		if err := object.Copy(to.Interface()); err != nil {
			c.Errorf("a copy as %s: %v", want.Type(), err)
		}
		if show(to.Elem().Interface()) == show(want.Interface()) {
			return want
		}
		return to.Elem()
	}
	if got.Kind() != want.Kind() {
		return got
	}
	switch got.Kind() {
	case reflect.Slice, reflect.Array:
		if got.Kind() == reflect.Slice && got.IsNil() || got.Len() != want.Len() {
			return got
		}
		var to reflect.Value
		if got.Kind() == reflect.Array {
			to = reflect.New(reflect.ArrayOf(got.Len(), anything)).Elem()
		} else {
			to = reflect.MakeSlice(reflect.SliceOf(anything), got.Len(), got.Len())
		}
		for i := range got.Len() {
			set(to.Index(i), c.copied(want.Index(i), got.Index(i)))
		}
		return to
	case reflect.Map:
		if got.IsNil() || got.Type().Key() != want.Type().Key() {
			return got
		}
		to := reflect.MakeMap(reflect.MapOf(got.Type().Key(), anything))
		for it := got.MapRange(); it.Next(); {
			elem := reflect.New(anything).Elem()
			if w := want.MapIndex(it.Key()); w.IsValid() {
				set(elem, c.copied(w, it.Value()))
			}
			to.SetMapIndex(it.Key(), elem)
		}
		return to
	case reflect.Pointer:
		if got.IsNil() || want.IsNil() {
			return got
		}
		to := reflect.New(anything)
		set(to.Elem(), c.copied(want.Elem(), got.Elem()))
		return to
	case reflect.Struct:
		fields := make([]reflect.StructField, got.NumField())
		for i := range fields {
			fields[i] = got.Type().Field(i)
			if fields[i].Name != "_" {
				fields[i].Type, fields[i].Anonymous = anything, false
			}
		}
		to := reflect.New(reflect.StructOf(fields)).Elem()
		for i := range fields {
			if w := want.FieldByName(fields[i].Name); fields[i].Name != "_" && w.IsValid() {
				set(to.Field(i), c.copied(w, got.Field(i)))
			}
		}
		return to
	}
	return got
}

func set(to, v reflect.Value) {
	if v.IsValid() {
		to.Set(v)
	}
}

// holdsObjects reports whether there are objects in a value.
func holdsObjects(v reflect.Value, seen map[uintptr]bool) bool {
	switch v.Kind() {
	case reflect.Interface:
		return holdsObjects(v.Elem(), seen)
	case reflect.Pointer:
		if v.Type() == objectPointer {
			return true
		}
		if v.IsNil() || seen[v.Pointer()] {
			return false
		}
		seen[v.Pointer()] = true
		return holdsObjects(v.Elem(), seen)
	case reflect.Slice, reflect.Array:
		if v.Kind() == reflect.Slice && v.Type().Elem().Kind() <= reflect.Complex128 {
			return false
		}
		for i := range v.Len() {
			if holdsObjects(v.Index(i), seen) {
				return true
			}
		}
	case reflect.Map:
		for it := v.MapRange(); it.Next(); {
			if holdsObjects(it.Key(), seen) || holdsObjects(it.Value(), seen) {
				return true
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() && holdsObjects(v.Field(i), seen) {
				return true
			}
		}
	}
	return false
}

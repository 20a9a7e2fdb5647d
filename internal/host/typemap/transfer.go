package typemap

import (
	"errors"
	"reflect"
	"slices"
	"strings"
)

// Transfer returns a value of another type, of another version of the plugin for instance, as one of
// type t. Unlike Convert, it leaves out fields of structs that t does not have, and those whose
// values cannot be converted. lost gets the place of each of these, as in "Items[].Price", and
// the reason. Fields that only t has are zero.
func (t *Type) Transfer(v reflect.Value, lost func(place string, err error)) (reflect.Value, error) {
	dst := reflect.New(t.rt).Elem()
	known := make(map[string]bool)
	c := &Conversion{lost: func(place []string, err error) {
		if text := strings.TrimPrefix(strings.Join(place, ""), "."); !known[text] {
			known[text] = true
			lost(text, err)
		}
	}}
	return dst, c.set(t, dst, v)
}

var errNoField = errors.New("there is no such field any more")

// transferStruct is setFromStruct for Transfer.
func (c *Conversion) transferStruct(t *Type, dst, src reflect.Value) {
	for i := range src.NumField() {
		name, v := src.Type().Field(i).Name, src.Field(i)
		f := t.field(name)
		if f == nil && (name == "_" || v.IsZero()) {
			continue // nothing is lost
		}
		c.place = append(c.place, "."+name)
		err := errNoField
		if f != nil {
			err = c.set(f.Type, dst.Field(f.index), v)
		}
		if err != nil {
			c.lost(slices.Clone(c.place), err)
			if f != nil {
				dst.Field(f.index).SetZero()
			}
		}
		c.place = c.place[:len(c.place)-1]
	}
}

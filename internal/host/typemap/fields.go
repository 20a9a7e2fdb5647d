package typemap

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

func (c *Conversion) setStruct(t *Type, dst, src reflect.Value) error {
	switch {
	case src.Kind() == reflect.Map && src.Type().Key().Kind() == reflect.String:
		if src.IsNil() {
			return errNil
		}
		return c.setFromMap(t, dst, src)
	case src.Kind() == reflect.Struct:
		return c.setFromStruct(t, dst, src)
	}
	return cannotUse(src, t.rt)
}

// setFromMap sets the fields that the map names. Keys are taken in order, so that the
// same value always gives the same error.
func (c *Conversion) setFromMap(t *Type, dst, src reflect.Value) error {
	keys := src.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	set := make(map[int]string, len(keys))
	for _, key := range keys {
		name := key.String()
		f := t.field(name)
		if f == nil && c.reader != nil {
			f = t.spelled(name)
		}
		if f == nil {
			return t.lacks(name)
		}
		if other, ok := set[f.index]; ok {
			return fmt.Errorf("%q and %q are the same field %s", other, name, f.name)
		}
		set[f.index] = name
		if err := c.set(f.Type, dst.Field(f.index), src.MapIndex(key)); err != nil {
			return in("."+f.name, err)
		}
	}
	return nil
}

// setFromStruct sets the fields that src has. dst must have a field for each of them, so that
// nothing is lost.
func (c *Conversion) setFromStruct(t *Type, dst, src reflect.Value) error {
	if c.lost != nil {
		c.transferStruct(t, dst, src)
		return nil
	}
	from, err := t.layout(src.Type())
	if err != nil {
		return err
	}
	for i, f := range from {
		if f == nil {
			continue // blank
		}
		if err := c.set(f.Type, dst.Field(f.index), src.Field(i)); err != nil {
			return in("."+f.name, err)
		}
	}
	return nil
}

// layout returns t's field for each field of another struct type.
func (t *Type) layout(src reflect.Type) ([]*field, error) {
	if l, ok := t.layouts.Load(src); ok {
		return l.([]*field), nil
	}
	l := make([]*field, src.NumField())
	for i := range l {
		f := src.Field(i)
		if f.Name == "_" {
			continue
		}
		if l[i] = t.field(f.Name); l[i] == nil {
			return nil, t.lacks(f.Name)
		}
	}
	t.layouts.Store(src, l)
	return l, nil
}

func (t *Type) field(name string) *field {
	for i := range t.fields {
		if t.fields[i].name == name {
			return &t.fields[i]
		}
	}
	return nil
}

// spelled returns the field that has name as its JSON name, or whose name differs in case only.
func (t *Type) spelled(name string) *field {
	for i := range t.fields {
		if f := &t.fields[i]; JSONName(t.rt.Field(f.index)) == name {
			return f
		}
	}
	for i := range t.fields {
		f := &t.fields[i]
		if strings.EqualFold(f.name, name) || strings.EqualFold(JSONName(t.rt.Field(f.index)), name) {
			return f
		}
	}
	return nil
}

// lacks returns an error that says that the type has no such field.
func (t *Type) lacks(name string) error {
	if f := t.spelled(name); f != nil {
		return fmt.Errorf("%s has no field %s; did you mean %s?", t, name, f.name)
	}
	names := make([]string, len(t.fields))
	for i := range names {
		names[i] = t.fields[i].name
	}
	if len(names) == 0 {
		return fmt.Errorf("%s has no field %s", t, name)
	}
	return fmt.Errorf("%s has no field %s; it has %s", t, name, strings.Join(names, ", "))
}

// JSONName returns the name of a field in JSON, which its tag may set.
func JSONName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
		return name
	}
	return f.Name
}

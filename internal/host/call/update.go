package call

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// update copies an argument that the plugin's function has changed to the host's argument:
// to what a pointer points to, and to the elements of slices and maps. to is the
// argument, cd its codec.
func (c *Call) update(slot Slot, cd *codec.Codec, to reflect.Value) error {
	b, null, ok := c.piece(slot.At)
	switch {
	case !ok:
		return c.Signature.Damaged()
	case null:
		return nil // it is unchanged
	}
	if cd.Type().Kind() == reflect.Interface {
		return c.updateAny(slot, to)
	}
	from := reflect.New(cd.Type())
	if err := codec.Unmarshal(cd, b, c.scope, from.UnsafePointer()); err != nil {
		return err
	}
	return c.overwrite(to, from.Elem())
}

// overwrite copies what from refers to to what to refers to.
func (c *Call) overwrite(to, from reflect.Value) error {
	for to.Kind() == reflect.Interface {
		to = to.Elem()
	}
	if !from.IsValid() || to.Kind() != from.Kind() {
		return nil // the plugin has a value that was converted
	}
	object := c.scope.Objects().Type()
	m := merge.Merger{Restored: true, Keep: func(t reflect.Type) bool { return t == object }}
	if from.Type() != to.Type() && from.CanConvert(to.Type()) {
		from = from.Convert(to.Type())
	}
	if from.Type() != to.Type() {
		m.Restored, m.Assign = false, c.assign
	}
	return m.Content(to, from)
}

// holdsValues reports whether to, an argument for a parameter of type t, is a slice with objects
// among its elements that stand for values of a declared type, such as a uuid.UUID.
func (c *Call) holdsValues(t *manifest.Type, to, from reflect.Value) bool {
	u := c.scope.Under(t)
	if u.Kind != manifest.Slice || to.Kind() != reflect.Slice || from.Kind() != reflect.Slice {
		return false
	}
	elem := c.scope.Under(u.Elem)
	if elem.Kind == manifest.Pointer || elem.Kind == manifest.Func || !c.scope.Keeps(u.Elem) {
		return false // the plugin has changed its own objects
	}
	for i := range to.Len() {
		if c.isObject(to.Index(i)) {
			return true
		}
	}
	return false
}

func (c *Call) isObject(v reflect.Value) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	return v.IsValid() && v.Type() == c.scope.Objects().Type()
}

// overwriteObjects sets the elements of such a slice that are objects to objects of the values that
// the plugin's elements have now. An object whose value is that of its element is the same one.
func (c *Call) overwriteObjects(t *manifest.Type, to, from reflect.Value) error {
	elem := c.scope.Under(t).Elem
	for i := range min(to.Len(), from.Len()) {
		if !c.isObject(to.Index(i)) {
			continue
		}
		v, err := c.scope.Objects().Const(elem, from.Index(i).Interface())
		if err != nil {
			return fmt.Errorf("element %d cannot be written to the host's object: %w", i, err)
		}
		to.Index(i).Set(reflect.ValueOf(v))
	}
	return nil
}

// assign sets a variable to a value of another type. It returns false for objects, which the
// plugin has changed itself.
func (c *Call) assign(to, from reflect.Value) (bool, error) {
	objects := false
	a := codec.Assigner{Copying: true, Special: func(dst reflect.Value, _ any) (bool, error) {
		object := dst.Type() == c.scope.Objects().Type()
		objects = objects || object
		return object, nil
	}}
	err := a.Assign(to, from.Interface())
	if objects {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("cannot write %s to %s: %w", from.Type(), to.Type(), err)
	}
	return true, nil
}

func (s *Signature) lostUpdate(i int, err error) error {
	return fmt.Errorf("plugin %s: %s: %s, after the call: %w", s.Plugin, s.Name, label("argument", i, s.Params), err)
}

package call

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// update copies an argument that the plugin's function has changed to the host's argument:
// to what a pointer points to, and to the elements of slices and maps. to is the
// argument, cd its codec.
func (c *Call) update(slot Slot, cd *codec.Codec, to reflect.Value) error {
	b, null, ok := c.piece(slot.At)
	if !ok || null {
		return c.Signature.Damaged()
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
	if from.IsValid() && to.Kind() == reflect.Slice && to.Type().Elem().Kind() == reflect.Interface && from.Kind() == reflect.Slice && from.Type() != to.Type() {
		for i := range min(to.Len(), from.Len()) {
			if err := c.overwrite(to.Index(i), from.Index(i)); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	if !from.IsValid() || to.Kind() != from.Kind() {
		return nil // the plugin has a value that was converted
	}
	m := merger{whole: true}
	if from.Type() != to.Type() {
		if from.CanConvert(to.Type()) {
			from = from.Convert(to.Type())
		} else {
			m.whole = false
			assigned := reflect.New(to.Type()).Elem()
			objects := false
			a := codec.Assigner{Copying: true, Special: func(dst reflect.Value, _ any) (bool, error) {
				object := dst.Type() == c.scope.Objects().Type()
				objects = objects || object
				return object, nil
			}}
			err := a.Assign(assigned, from.Interface())
			if objects {
				return nil // the plugin has changed its own objects
			}
			if err != nil {
				return fmt.Errorf("cannot write %s to %s: %w", from.Type(), to.Type(), err)
			}
			from = assigned
		}
	}
	m.content(to, from)
	return nil
}

func (s *Signature) lostUpdate(i int, err error) error {
	return fmt.Errorf("plugin %s: %s: %s, after the call: %w", s.Plugin, s.Name, label("argument", i, s.Params), err)
}

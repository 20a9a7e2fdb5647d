package call

import (
	"errors"
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
	return overwrite(to, from.Elem())
}

// overwrite copies what from refers to to what to refers to.
func overwrite(to, from reflect.Value) error {
	switch to.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
	default:
		return nil // a copy
	}
	if !from.IsValid() || to.IsNil() {
		return nil
	}
	if from.Type() != to.Type() {
		if !from.CanConvert(to.Type()) {
			return fmt.Errorf("cannot write %s to %s", from.Type(), to.Type())
		}
		from = from.Convert(to.Type())
	}
	if from.IsNil() {
		return errors.New("nothing came back")
	}
	switch to.Kind() {
	case reflect.Pointer:
		to.Elem().Set(from.Elem())
	case reflect.Map:
		to.Clear()
		for it := from.MapRange(); it.Next(); {
			to.SetMapIndex(it.Key(), it.Value())
		}
	default:
		reflect.Copy(to, from)
	}
	return nil
}

func (s *Signature) lostUpdate(i int, err error) error {
	return fmt.Errorf("plugin %s: %s: %s, after the call: %w", s.Plugin, s.Name, label("argument", i, s.Params), err)
}

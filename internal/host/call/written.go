package call

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A written is the place of a changed argument of a callback in the reply. The plugin writes the
// changes to its own value: see the package pluginrt's TakeUpdate.
type written struct {
	changed bool
	from, n int
}

func (w written) put(f *wire.Frame, at int) {
	if !w.changed {
		f.SetNil(at)
		return
	}
	f.SetInt(at, w.from)
	f.SetInt(at+1, w.n)
}

// updates appends the arguments that the host has changed to the reply. It must be called before
// results are put into the frame, because they overwrite the places of the arguments.
func (a *Callback) updates(f *wire.Frame, r *reply, in []reflect.Value) ([]written, error) {
	if len(in) == 0 {
		return nil, nil
	}
	list := make([]written, len(a.sig.Updates))
	r.encoder.Sorted = true
	defer func() { r.encoder.Sorted = false }()
	for i, at := range a.sig.updated {
		if a.changes != nil && !a.changes[i] || !a.changeable(in[at]) {
			continue
		}
		v := &a.params[at]
		from := r.encoder.Next()
		err := codec.Marshal(v.codec, &r.encoder, in[at].Addr().UnsafePointer())
		switch {
		case errors.Is(err, ErrReleased):
			r.encoder.Drop(from) // the host has closed an object that it got
		case err != nil:
			return nil, fmt.Errorf("%s, after the call: %w", label("argument", at, a.sig.Params), err)
		case bytes.Equal(r.encoder.Bytes()[from:], f.Message(v.At)):
			r.encoder.Drop(from)
		default:
			list[i] = written{true, from, len(r.encoder.Bytes()) - from}
		}
	}
	return list, nil
}

// changeable reports whether a value of dynamic type refers to something that can be changed and
// that is a copy.
func (a *Callback) changeable(v reflect.Value) bool {
	if v.Kind() != reflect.Interface {
		return true
	}
	switch v = v.Elem(); v.Kind() {
	case reflect.Map, reflect.Slice, reflect.Struct, reflect.Array:
		return true
	case reflect.Pointer:
		return v.Type() != a.scope.Objects().Type()
	}
	return false
}

// updateAll makes the changes of all parameters from the first on come back, behind n results.
func (a *Callback) updateAll(first, n int) {
	for i := first; i < len(a.params); i++ {
		slot := a.params[i].Slot
		slot.At = 2 * (n + i - first)
		a.sig.Updates, a.sig.updated = append(a.sig.Updates, slot), append(a.sig.updated, i)
		a.changes = append(a.changes, !a.params[i].codec.IsContext() && !a.params[i].codec.IsKnown() && a.params[i].hostType() != a.scope.Objects().Type() && refers(a.params[i].codec.Type(), make(map[reflect.Type]bool)))
		a.sig.Words = max(a.sig.Words, slot.At+2)
	}
}

// refers reports whether values of a type refer to something that can be changed.
func refers(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] || codec.MarshalerKind(t) != "" {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		return true
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Array:
		return refers(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if refers(t.Field(i).Type, seen) {
				return true
			}
		}
	}
	return false
}

package call

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
)

// A Returned is a map, a slice or a pointer that the host's code has returned to the plugin. The
// plugin has a copy, and sends what it writes there: see the package pluginrt's returned.
type Returned struct {
	codec *codec.Codec
	scope *typemap.Scope
	value reflect.Value
}

// putReturned puts what begins a result that the plugin may write to: a handle of the result, and
// a number for its memory, by which the plugin knows it again. Both are 0 if nothing can be
// written.
func (r *reply) putReturned(v *value, p unsafe.Pointer) error {
	x := reflect.NewAt(v.hostType(), p).Elem()
	dynamic := x.Kind() == reflect.Interface
	if dynamic {
		x = x.Elem()
	}
	var id uint64
	switch x.Kind() {
	case reflect.Map:
		id = uint64(x.Pointer())
	case reflect.Pointer:
		if !dynamic { // otherwise the plugin has the host's pointer
			id = uint64(x.Pointer())
		}
	case reflect.Slice:
		if x.Len() > 0 {
			id = uint64(x.Pointer()) + uint64(x.Len())<<48
		}
	}
	if id == 0 || r.holder == nil {
		r.encoder.PutRef(0)
		r.encoder.PutUint64(0)
		return nil
	}
	own := reflect.New(x.Type()).Elem()
	own.Set(x)
	ref, id, err := r.holder.Keep(&Returned{v.codec, r.scope, own}, id)
	if err != nil {
		return err
	}
	r.kept = append(r.kept, ref)
	r.encoder.PutRef(ref)
	r.encoder.PutUint64(id)
	return nil
}

// Write changes the value as the plugin has changed its copy. before and now are the encodings of
// the copy.
func (r *Returned) Write(before, now []byte) error {
	var list [2]reflect.Value
	for i, b := range [][]byte{before, now} {
		v := reflect.New(r.codec.Type())
		if err := codec.Unmarshal(r.codec, b, r.scope, v.UnsafePointer()); err != nil {
			return err
		}
		list[i] = v.Elem()
		if list[i].Kind() == reflect.Interface {
			list[i] = list[i].Elem()
		}
		if list[i].IsValid() && list[i].Type() != r.value.Type() && list[i].CanConvert(r.value.Type()) {
			list[i] = list[i].Convert(r.value.Type())
		}
		if !list[i].IsValid() || list[i].Type() != r.value.Type() {
			return fmt.Errorf("the host has %s, and the plugin a %s", r.value.Type(), list[i].Type())
		}
	}
	object := r.scope.Objects().Type()
	m := merge.Merger{Restored: true, Keep: func(t reflect.Type) bool { return t == object }}
	return m.Changes(r.value, list[0], list[1])
}

package typemap

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A ConvertError reports a value that cannot be converted without loss.
type ConvertError struct {
	Place string // where in the value, as in ".Lines[2].Qty"; empty for all of it
	Err   error
}

func (e *ConvertError) Error() string {
	if e.Place == "" {
		return e.Err.Error()
	}
	place := e.Place
	if place[0] == '.' {
		place = place[1:]
	}
	return place + ": " + e.Err.Error()
}

func (e *ConvertError) Unwrap() error { return e.Err }

// longPlace bounds what a message shows of a place.
const longPlace = 200

// in adds a step to the front of an error's place.
func in(step string, err error) error {
	e, ok := err.(*ConvertError)
	if !ok {
		e = &ConvertError{Err: err}
	}
	if len(e.Place) < longPlace {
		e.Place = step + e.Place
	}
	return e
}

// Convert returns v as a value of type t.Go(), if that loses nothing. It converts between
// numbers, between slices and arrays, and between maps. It makes a struct of another struct or
// of a map with string keys, by the names of the fields; fields without a key are zero. It
// makes pointers of values, and values of pointers that are not nil. The result may share
// memory with v. The error is a *ConvertError.
//
// v may be nil if t is a slice, a map, a pointer, any or error.
func (t *Type) Convert(v any) (any, error) {
	if t.plain && reflect.TypeOf(v) == t.rt {
		return v, nil
	}
	dst := reflect.New(t.rt).Elem()
	if err := new(Conversion).set(t, dst, reflect.ValueOf(v)); err != nil {
		return nil, in("", err)
	}
	return dst.Interface(), nil
}

// IsPlain reports whether the plugin's type has no declared types in it and is the host's rt.
func (t *Type) IsPlain(rt reflect.Type) bool { return t.plain && t.rt == rt }

// Argument is [Type.Convert] for a value that is going to be encoded. A value whose own type
// has the plugin's structure is returned as it is, with the codec of its type.
func (t *Type) Argument(v any) (*codec.Codec, any, error) {
	rt := reflect.TypeOf(v)
	if rt == t.rt && t.plain {
		return t.codec, v, nil
	}
	switch {
	case t.t.IsContext() && rt != nil && rt.Implements(contextType):
		return t.codec, v, nil
	case t.object && rt != nil:
		c, err := t.scope.Match(t.t, rt)
		if err != nil {
			err = t.dynamic(v, err)
		}
		return c, v, err
	}
	if rt != nil && composed(t.kind) {
		if c := t.other(rt); c != nil {
			return c, v, nil
		}
		switch r := reflect.ValueOf(v); {
		case t.kind == manifest.Pointer:
			// The copy saves converting the rest of the value.
			if c := t.other(reflect.PointerTo(rt)); c != nil {
				p := reflect.New(rt)
				p.Elem().Set(r)
				return c, p.Interface(), nil
			}
		case rt.Kind() == reflect.Pointer && !r.IsNil():
			if c := t.other(rt.Elem()); c != nil {
				return c, r.Elem().Interface(), nil
			}
		}
	}
	v, err := t.Convert(v)
	return t.codec, v, err
}

func composed(k manifest.Kind) bool {
	switch k {
	case manifest.Array, manifest.Slice, manifest.Map, manifest.Struct, manifest.Pointer:
		return true
	}
	return false
}

// other returns the codec of a type of the host other than t.Go(), or nil if the type does not
// match.
func (t *Type) other(rt reflect.Type) *codec.Codec {
	if c, ok := t.others.Load(rt); ok {
		return c.(*codec.Codec)
	}
	c, err := t.scope.Match(t.t, rt)
	if err != nil {
		c = nil
	}
	t.others.Store(rt, c)
	return c
}

// A Conversion is one conversion under way.
type Conversion struct {
	reader Reader                          // nil unless it is for Type.Read
	lost   func(place []string, err error) // nil unless it is for Type.Transfer
	place  []string                        // for lost
	depth  int
	seen   map[pointer]reflect.Value
}

// pointer is a key of the pointers that were converted, so that shared pointers and cycles stay
// what they are.
type pointer struct {
	p  unsafe.Pointer
	rt reflect.Type // p's
	to *codec.Codec
}

// ErrObject reports a value that the plugin alone can convert to the parameter's type: an object
// of its own where values are copied, or see [Type.dynamic].
var ErrObject = errors.New("an object of a plugin is no copy; use its method Copy")

var errDeep = errors.New("the value nests too deep, or contains itself")

// set puts src into dst, which is a zero value of t's type.
func (c *Conversion) set(t *Type, dst, src reflect.Value) error {
	for src.Kind() == reflect.Interface {
		src = src.Elem() // the zero Value for nil
	}
	if t.inner != nil {
		return c.setBox(t, dst, src)
	}
	if !src.IsValid() {
		switch dst.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			return nil
		}
		return errNil
	}
	if t.known {
		return setKnown(t, dst, src)
	}
	if t.object {
		return setObject(t, dst, src)
	}
	if t.scope.objects != nil && src.Type() == t.scope.objects.Type() && t.kind != manifest.Interface {
		return ErrObject
	}
	if t.plain && src.Type() == t.rt {
		dst.Set(src)
		return nil
	}
	if c.depth++; c.depth > wire.MaxDepth {
		return errDeep
	}
	defer func() { c.depth-- }()
	if c.reader != nil {
		if done, err := c.reader.Value(c, t, dst, src); done {
			return err
		}
	}
	if t.kind != manifest.Pointer && src.Kind() == reflect.Pointer && t.kind != manifest.Interface && !marshals(t, src.Type()) {
		if src.IsNil() {
			if dst.Kind() == reflect.Slice || dst.Kind() == reflect.Map {
				return fmt.Errorf("cannot use a nil %s as %s", spell(src.Type().String()), HostType(t.rt))
			}
			return errNil
		}
		return c.set(t, dst, src.Elem())
	}
	if t.marshal != "" {
		return c.setMarshaled(t, dst, src)
	}
	switch t.kind {
	case manifest.Interface:
		return setInterface(dst, src)
	case manifest.String:
		if src.Kind() != reflect.String {
			return cannotUse(src, t.rt)
		}
		dst.SetString(src.String())
		return nil
	case manifest.Array, manifest.Slice:
		return c.setList(t, dst, src)
	case manifest.Map:
		return c.setMap(t, dst, src)
	case manifest.Struct:
		return c.setStruct(t, dst, src)
	case manifest.Pointer:
		return c.setPointer(t, dst, src)
	}
	return setScalar(dst, src)
}

func (c *Conversion) setBox(t *Type, dst, src reflect.Value) error {
	inner := reflect.New(t.inner.rt).Elem()
	if err := c.set(t.inner, inner, src); err != nil {
		return err
	}
	if inner.Kind() != reflect.Pointer || !inner.IsNil() {
		dst.Set(inner)
	}
	return nil
}

func setInterface(dst, src reflect.Value) error {
	if !src.Type().AssignableTo(dst.Type()) {
		return cannotUse(src, dst.Type())
	}
	dst.Set(src)
	return nil
}

func (c *Conversion) setPointer(t *Type, dst, src reflect.Value) error {
	if src.Kind() != reflect.Pointer {
		p := reflect.New(t.rt.Elem())
		if err := c.set(t.elem, p.Elem(), src); err != nil {
			return err
		}
		dst.Set(p.Convert(t.rt))
		return nil
	}
	if src.IsNil() {
		return nil
	}
	key := pointer{src.UnsafePointer(), src.Type(), t.codec}
	if p, ok := c.seen[key]; ok {
		dst.Set(p)
		return nil
	}
	p := reflect.New(t.rt.Elem())
	dst.Set(p.Convert(t.rt))
	if c.seen == nil {
		c.seen = make(map[pointer]reflect.Value)
	}
	c.seen[key] = dst
	return c.set(t.elem, p.Elem(), src.Elem())
}

func (c *Conversion) setList(t *Type, dst, src reflect.Value) error {
	switch src.Kind() {
	case reflect.Slice:
		if t.kind == manifest.Slice {
			if src.IsNil() {
				return nil
			}
			if t.elem.plain && src.Type().Elem() == t.rt.Elem() {
				dst.Set(src.Convert(t.rt))
				return nil
			}
		}
	case reflect.Array:
	default:
		return cannotUse(src, t.rt)
	}
	n := src.Len()
	if t.kind == manifest.Array && n != dst.Len() {
		return fmt.Errorf("%d elements cannot be used as %s", n, HostType(t.rt))
	}
	if t.kind == manifest.Slice {
		dst.Set(reflect.MakeSlice(t.rt, n, n))
	}
	if c.lost != nil {
		c.place = append(c.place, "[]")
		defer func() { c.place = c.place[:len(c.place)-1] }()
	}
	for i := range n {
		if err := c.set(t.elem, dst.Index(i), src.Index(i)); err != nil {
			return in("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

func (c *Conversion) setMap(t *Type, dst, src reflect.Value) error {
	if src.Kind() != reflect.Map {
		return cannotUse(src, t.rt)
	}
	if src.IsNil() {
		return nil
	}
	dst.Set(reflect.MakeMapWithSize(t.rt, src.Len()))
	if c.lost != nil {
		c.place = append(c.place, "[]")
		defer func() { c.place = c.place[:len(c.place)-1] }()
	}
	for it := src.MapRange(); it.Next(); {
		if err := c.SetEntry(t, dst, it.Key(), it.Value()); err != nil {
			return err
		}
	}
	return nil
}

// SetEntry puts a key and its value into a map.
func (c *Conversion) SetEntry(t *Type, dst, key, value reflect.Value) error {
	k, v := reflect.New(t.rt.Key()).Elem(), reflect.New(t.rt.Elem()).Elem()
	if err := c.setKey(t.key, k, key); err != nil {
		return in(step(key), fmt.Errorf("as a key: %w", err))
	}
	if err := c.set(t.elem, v, value); err != nil {
		return in(step(key), err)
	}
	if !k.Comparable() {
		return in(step(key), errors.New("it cannot be the key of a map"))
	}
	if dst.MapIndex(k).IsValid() {
		return in(step(key), fmt.Errorf("two keys of the map are the same as %s", HostType(t.rt.Key())))
	}
	dst.SetMapIndex(k, v)
	return nil
}

func (c *Conversion) setKey(t *Type, dst, src reflect.Value) error {
	if c.reader != nil {
		if done, err := c.reader.Key(t, dst, src); done {
			return err
		}
	}
	return c.set(t, dst, src)
}

// step returns an index or key as errors show it.
func step(key reflect.Value) string {
	for key.Kind() == reflect.Interface && !key.IsNil() {
		key = key.Elem()
	}
	switch {
	case key.Kind() == reflect.String:
		return "[" + strconv.Quote(key.String()) + "]"
	case key.CanInt() || key.CanUint() || key.CanFloat() || key.Kind() == reflect.Bool:
		return fmt.Sprintf("[%v]", key)
	}
	return "[" + spell(key.Type().String()) + "]"
}

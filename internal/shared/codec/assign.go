//go:build go1.22

package codec

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Assigner sets a variable to a value of another type, if that loses nothing. It converts
// between numbers, between slices and arrays, and between maps. It sets the exported fields of
// a struct from a struct or a map with string keys, by their names; other fields stay as they
// are. It sets pointers from values, and values from pointers that are not nil. An Assigner
// is used for one value.
type Assigner struct {
	// Special sets dst to a value that only the caller can assign, an object for instance. It
	// reports whether it did.
	Special func(dst reflect.Value, v any) (done bool, err error)
	// Copying allows dst to receive a part of the value: the fields that a struct has, and
	// the result of MarshalText as a string.
	Copying bool

	depth int
	seen  map[assigned]reflect.Value
}

// An assigned is a pointer that was assigned, and the type that it was assigned to.
type assigned struct {
	p  unsafe.Pointer
	to reflect.Type
}

var errNoValue = errors.New("nil has no value of this type")

// Assign sets dst, which must be addressable, to v. If a part of the value cannot be assigned,
// the error begins with the place of that part.
func (a *Assigner) Assign(dst reflect.Value, v any) error { return a.set(dst, reflect.ValueOf(v)) }

func (a *Assigner) set(dst, src reflect.Value) error {
	for src.Kind() == reflect.Interface {
		src = src.Elem()
	}
	if !src.IsValid() {
		switch dst.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface, reflect.Func, reflect.Chan:
			dst.SetZero()
			return nil
		}
		return errNoValue
	}
	if a.Special != nil {
		if done, err := a.Special(dst, src.Interface()); done || err != nil {
			return err
		}
	}
	if a.setContent(dst, src) {
		return nil
	}
	if src.Type().AssignableTo(dst.Type()) {
		dst.Set(src)
		return nil
	}
	if a.depth++; a.depth > wire.MaxDepth {
		return errors.New("the value nests too deep, or contains itself")
	}
	defer func() { a.depth-- }()
	if done, err := a.setText(dst, src); done {
		return err
	}
	switch {
	case dst.Kind() == reflect.Interface:
		return a.setInterface(dst, src)
	case dst.Kind() == reflect.Pointer:
		return a.setPointer(dst, src)
	case src.Kind() == reflect.Pointer:
		if src.IsNil() {
			return errNoValue
		}
		return a.set(dst, src.Elem())
	}
	switch dst.Kind() {
	case reflect.String:
		if src.Kind() != reflect.String {
			return cannotAssign(dst, src)
		}
		dst.SetString(src.String())
		return nil
	case reflect.Array, reflect.Slice:
		return a.setList(dst, src)
	case reflect.Map:
		return a.setMap(dst, src)
	case reflect.Struct:
		return a.setStruct(dst, src)
	case reflect.Func:
		return a.setFunc(dst, src)
	case reflect.Chan, reflect.UnsafePointer:
		if !src.CanConvert(dst.Type()) {
			return cannotAssign(dst, src)
		}
		dst.Set(src.Convert(dst.Type()))
		return nil
	}
	if err := SetScalar(dst, src); err != ErrKind {
		return err
	}
	return cannotAssign(dst, src)
}

func cannotAssign(dst, src reflect.Value) error {
	return fmt.Errorf("cannot use %s as %s", src.Type(), dst.Type())
}

// setText converts between text or bytes and values whose types have methods for that.
func (a *Assigner) setText(dst, src reflect.Value) (done bool, err error) {
	if dst.Type() == binaryType && a.Copying {
		if m, ok := addressed[encoding.BinaryMarshaler](src); ok {
			data, err := m.MarshalBinary()
			dst.SetString(string(data))
			return true, err
		}
	}
	bytes := src.Kind() == reflect.Slice && src.Type().Elem().Kind() == reflect.Uint8
	switch dst.Kind() {
	case reflect.String:
		if a.Copying && src.Kind() != reflect.String {
			if m, ok := addressed[encoding.TextMarshaler](src); ok {
				text, err := m.MarshalText()
				dst.SetString(string(text))
				return true, err
			}
		}
		return false, nil
	case reflect.Interface, reflect.Pointer, reflect.Slice:
		return false, nil
	}
	if !dst.CanAddr() || src.Kind() != reflect.String && !bytes {
		return false, nil
	}
	p := dst.Addr().Interface()
	text, isText := p.(encoding.TextUnmarshaler)
	binary, isBinary := p.(encoding.BinaryUnmarshaler)
	switch {
	case isText && !bytes && src.Type() != binaryType:
		return true, text.UnmarshalText([]byte(src.String()))
	case isBinary && bytes:
		return true, binary.UnmarshalBinary(append([]byte{}, src.Bytes()...))
	case isBinary && !bytes:
		return true, binary.UnmarshalBinary([]byte(src.String()))
	}
	return false, nil
}

// addressed returns a value as an M, if it or a pointer to it is one.
func addressed[M any](v reflect.Value) (m M, ok bool) {
	if m, ok = v.Interface().(M); ok || !reflect.PointerTo(v.Type()).Implements(reflect.TypeFor[M]()) {
		return m, ok
	}
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	m, ok = p.Interface().(M)
	return m, ok
}

func (a *Assigner) setInterface(dst, src reflect.Value) error {
	if t := knownFuncs[dst.Type()]; t != nil && src.Kind() == reflect.Func {
		fn := reflect.New(t).Elem()
		if err := a.setFunc(fn, src); err != nil {
			return err
		}
		dst.Set(fn)
		return nil
	}
	if p := reflect.PointerTo(src.Type()); p.Implements(dst.Type()) {
		v := reflect.New(src.Type())
		v.Elem().Set(src)
		dst.Set(v)
		return nil
	}
	return cannotAssign(dst, src)
}

func (a *Assigner) setPointer(dst, src reflect.Value) error {
	to := reflect.New(dst.Type().Elem())
	if src.Kind() != reflect.Pointer {
		if err := a.set(to.Elem(), src); err != nil {
			return err
		}
		dst.Set(to.Convert(dst.Type()))
		return nil
	}
	if src.IsNil() {
		dst.SetZero()
		return nil
	}
	key := assigned{src.UnsafePointer(), dst.Type()}
	if p, ok := a.seen[key]; ok {
		dst.Set(p)
		return nil
	}
	if a.seen == nil {
		a.seen = make(map[assigned]reflect.Value)
	}
	to = to.Convert(dst.Type())
	a.seen[key] = to
	dst.Set(to)
	return a.set(to.Elem(), src.Elem())
}

func (a *Assigner) setList(dst, src reflect.Value) error {
	if src.Kind() != reflect.Slice && src.Kind() != reflect.Array {
		return cannotAssign(dst, src)
	}
	if src.Kind() == reflect.Slice && src.IsNil() && dst.Kind() == reflect.Slice {
		dst.SetZero()
		return nil
	}
	n := src.Len()
	switch {
	case dst.Kind() == reflect.Slice:
		dst.Set(reflect.MakeSlice(dst.Type(), n, n))
	case n != dst.Len():
		return fmt.Errorf("%d elements cannot be used as %s", n, dst.Type())
	}
	for i := range n {
		if err := a.set(dst.Index(i), src.Index(i)); err != nil {
			return within("["+strconv.Itoa(i)+"]", err)
		}
	}
	return nil
}

func (a *Assigner) setMap(dst, src reflect.Value) error {
	if src.Kind() != reflect.Map {
		return cannotAssign(dst, src)
	}
	if src.IsNil() {
		dst.SetZero()
		return nil
	}
	t := dst.Type()
	to := reflect.MakeMapWithSize(t, src.Len())
	for it := src.MapRange(); it.Next(); {
		k, v := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem()
		err := a.set(k, it.Key())
		if err == nil {
			err = a.set(v, it.Value())
		}
		if err == nil && !k.Comparable() {
			err = errors.New("it cannot be the key of a map")
		}
		if err != nil {
			return within(fmt.Sprintf("[%q]", fmt.Sprint(it.Key())), err)
		}
		to.SetMapIndex(k, v)
	}
	dst.Set(to)
	return nil
}

func (a *Assigner) setStruct(dst, src reflect.Value) error {
	switch {
	case src.Kind() == reflect.Map && src.Type().Key().Kind() == reflect.String:
		keys := src.MapKeys()
		sort.Slice(keys, func(i, j int) bool { return keys[i].String() < keys[j].String() })
		for _, key := range keys {
			f, err := field(dst, key.String())
			if err == nil {
				err = a.set(f, src.MapIndex(key))
			}
			if err != nil {
				return within("."+key.String(), err)
			}
		}
		return nil
	case src.Kind() != reflect.Struct:
		return cannotAssign(dst, src)
	case a.Copying:
		return a.copyFields(dst, src)
	}
	for i := range src.NumField() {
		f := src.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		to, err := field(dst, f.Name)
		if err == nil {
			err = a.set(to, src.Field(i))
		}
		if err != nil {
			return within("."+f.Name, err)
		}
	}
	return nil
}

// copyFields sets the fields that dst has.
func (a *Assigner) copyFields(dst, src reflect.Value) error {
	if dst.NumField() > 0 && len(FieldNames(dst.Type())) == 0 {
		return fmt.Errorf("cannot copy %s as %s, which has no exported fields", src.Type(), dst.Type())
	}
	for i := range dst.NumField() {
		f := dst.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		from, err := field(src, f.Name)
		if err == nil {
			err = a.set(dst.Field(i), from)
		}
		if err != nil {
			return within("."+f.Name, err)
		}
	}
	return nil
}

// Field returns the exported field of that name of a struct, or of a struct embedded in it. If
// the pointer to the embedded struct is nil, and v can be set, Field allocates the struct.
func Field(v reflect.Value, name string) (reflect.Value, error) { return field(v, name) }

func field(v reflect.Value, name string) (reflect.Value, error) {
	f, ok := v.Type().FieldByName(name)
	if !ok || !f.IsExported() {
		return reflect.Value{}, noField(v.Type(), name)
	}
	for _, i := range f.Index[:len(f.Index)-1] {
		v = v.Field(i)
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				if !v.CanSet() {
					return reflect.Value{}, fmt.Errorf("the embedded %s is nil", v.Type())
				}
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
	}
	return v.Field(f.Index[len(f.Index)-1]), nil
}

// FieldNames returns the names of the exported fields of a struct and of the structs embedded
// in it.
func FieldNames(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() {
			names = append(names, f.Name)
		}
	}
	return names
}

func noField(t reflect.Type, name string) error {
	names := FieldNames(t)
	for _, n := range names {
		if strings.EqualFold(n, name) {
			return fmt.Errorf("%s has no field %s; did you mean %s?", t, name, n)
		}
	}
	if len(names) == 0 {
		return fmt.Errorf("%s has no exported field %s", t, name)
	}
	return fmt.Errorf("%s has no exported field %s; it has %s", t, name, strings.Join(names, ", "))
}

// setFunc sets a func to one of another signature, whose arguments and results are
// assigned in each call.
func (a *Assigner) setFunc(dst, src reflect.Value) error {
	if src.Kind() != reflect.Func {
		return cannotAssign(dst, src)
	}
	if src.CanConvert(dst.Type()) {
		dst.Set(src.Convert(dst.Type()))
		return nil
	}
	from, to := src.Type(), dst.Type()
	if from.NumIn() != to.NumIn() || from.NumOut() != to.NumOut() || from.IsVariadic() != to.IsVariadic() {
		return cannotAssign(dst, src)
	}
	special := a.Special
	dst.Set(reflect.MakeFunc(to, func(args []reflect.Value) []reflect.Value {
		args = assignAll(special, "argument", args, from.In)
		var results []reflect.Value
		if from.IsVariadic() {
			results = src.CallSlice(args)
		} else {
			results = src.Call(args)
		}
		return assignAll(special, "result", results, to.Out)
	}))
	return nil
}

// assignAll assigns the arguments or results of a call. It panics as decoding does.
func assignAll(special func(reflect.Value, any) (bool, error), what string, list []reflect.Value, types func(int) reflect.Type) []reflect.Value {
	out := make([]reflect.Value, len(list))
	for i, v := range list {
		out[i] = reflect.New(types(i)).Elem()
		a := Assigner{Special: special}
		if err := a.set(out[i], v); err != nil {
			panic(&wire.DecodeError{Reason: fmt.Sprintf("%s %d of a func: %v", what, i+1, err)})
		}
	}
	return out
}

// A placeError is an error at a place in a value.
type placeError struct {
	place string
	err   error
}

func (e *placeError) Error() string { return strings.TrimPrefix(e.place, ".") + ": " + e.err.Error() }
func (e *placeError) Unwrap() error { return e.err }

// longestPlace bounds what a message shows of a place.
const longestPlace = 200

// within puts a step before the place of an error.
func within(step string, err error) error {
	e, ok := err.(*placeError)
	switch {
	case !ok:
		return &placeError{step, err}
	case len(e.place) < longestPlace:
		e.place = step + e.place
	}
	return e
}

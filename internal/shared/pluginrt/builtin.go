//go:build go1.22

package pluginrt

import (
	"bytes"
	"encoding"
	"errors"
	"fmt"
	"io"
	"reflect"
	"sort"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// callBuiltin answers the operation OpBuiltin.
func callBuiltin(f *wire.Frame) {
	n, count := f.Uint64(0), [...]int{2, 3, 1, 2, 2, 1, 1, 2, 2, 1, 1, 1}
	if n >= uint64(len(count)) || f.NWords < uint64(max(1+2*count[n], 4)) {
		f.Status = atArgument
		reject("there is no builtin %d", n)
	}
	args := make([]any, count[n])
	r := Arguments(f)
	for i := range args {
		v, text, ref := codec.TakeArgument(r.Next(i, 1+2*i))
		switch {
		case ref.ForOwner():
			v = owned(ref)
		case ref != 0:
			v, _ = references{}.Import(ref, text)
		}
		args[i] = v
	}
	r.Close()
	w := Results(f)
	err := builtin(n, args, w.Next(0, 0))
	codec.PutError(w.Next(1, 2), err)
	w.Close()
}

// builtin appends the result of a builtin.
func builtin(n uint64, args []any, e *wire.Encoder) error {
	text := func(i int) string { s, _ := args[i].(string); return s }
	if n == wire.BuiltinNew {
		v, err := newValue(text(0), args[1])
		if err != nil {
			return err
		}
		ref := wire.Ref(0)
		if b, ok := v.(anyBox); ok && args[1] != nil && isConstant(b.pointer.Type().Elem()) {
			ref = exported.ExportAs(v, b.get())
		} else {
			ref = exported.Export(v) // an empty one is there to be filled
		}
		codec.PutReference(e, typeText(v), ref)
		return nil
	}
	if n == wire.BuiltinIs {
		err, _ := args[0].(error)
		target, ok := withMethods[error](args[1])
		codec.PutAny(e, ok && (errors.Is(err, target) || isVariable(err, target)))
		return nil
	}
	if n == wire.BuiltinError {
		err, ok := withMethods[error](args[0])
		if !ok {
			return fmt.Errorf("a %s has no method Error", typeText(args[0]))
		}
		codec.PutAny(e, err)
		return nil
	}
	value := args[0]
	if b, ok := value.(boxed); ok {
		value = b.get()
	}
	switch n {
	case wire.BuiltinGet:
		f, err := fieldOf(args[0], text(1))
		if err != nil {
			return err
		}
		// A field that is itself a struct crosses by reference, so that the host can change
		// it within its struct.
		if f.Kind() == reflect.Struct && f.CanAddr() && f.Type().PkgPath() != "" && !codec.HostTypes[pluginScope.text(f.Type())] {
			codec.PutReference(e, pluginScope.text(f.Type()), exported.Export(anyBox{f.Addr()}))
			return nil
		}
		codec.PutStatic(e, f)
	case wire.BuiltinSet:
		f, err := fieldOf(args[0], text(1))
		if err == nil && !f.CanSet() {
			err = fmt.Errorf("field %s cannot be set", text(1))
		}
		if err == nil {
			err = setField(f, args[2])
		}
		if err != nil {
			return err
		}
		codec.PutAny(e, nil)
	case wire.BuiltinFields:
		v := indirect(args[0])
		var names []string
		if v.IsValid() && v.Kind() == reflect.Struct {
			names = codec.FieldNames(v.Type())
		}
		codec.PutAny(e, names)
	case wire.BuiltinCopy:
		return putCopy(e, text(1), args[0])
	case wire.BuiltinFormat:
		codec.PutAny(e, fmt.Sprintf(text(1), value))
	case wire.BuiltinText:
		m, ok := withMethods[encoding.TextMarshaler](args[0])
		if !ok {
			return fmt.Errorf("%T has no method MarshalText", value)
		}
		b, err := m.MarshalText()
		if err != nil {
			return err
		}
		codec.PutAny(e, b)
	case wire.BuiltinJSON:
		if marshalJSON == nil {
			codec.PutAny(e, nil)
			return nil
		}
		b, err := marshalJSON(value)
		if err != nil {
			return err
		}
		codec.PutAny(e, b)
	case wire.BuiltinFunc:
		fn := reflect.ValueOf(value)
		if fn.Kind() != reflect.Func {
			return fmt.Errorf("a %s is no func", typeText(value))
		}
		plain, err := codec.Unnamed(fn.Type())
		if err != nil {
			return err
		}
		codec.PutAny(e, fn.Convert(plain).Interface())
	case wire.BuiltinImplements:
		codec.PutAny(e, implemented(reflect.TypeOf(value)))
	default:
		return errors.New("the plugin does not know this operation")
	}
	return nil
}

// implemented returns the names of the interfaces of the plugin's functions that values of a
// type, or pointers to such values, implement.
func implemented(t reflect.Type) []string {
	var names []string
	for i := range pluginScope.importers {
		if i.Kind() == reflect.Interface && i.Name() != "" && t != nil && (t.Implements(i) || reflect.PointerTo(t).Implements(i)) {
			names = append(names, pluginScope.text(i))
		}
	}
	return sorted(names)
}

// withMethods returns an object as an M, if its value or the address of that is one.
func withMethods[M any](v any) (m M, ok bool) {
	if b, is := v.(boxed); is {
		if m, ok = b.get().(M); ok {
			return m, true
		}
		v = b.(interface{ address() any }).address()
	}
	m, ok = v.(M)
	return m, ok
}

// isVariable reports whether errors.Is finds in err the error that target points to, which is an object
// that stands for a variable of the plugin.
func isVariable(err, target error) bool {
	p := reflect.ValueOf(target)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return false
	}
	value, ok := p.Elem().Interface().(error)
	return ok && errors.Is(err, value)
}

// indirect returns the value that an object is or points to. It can be set.
func indirect(v any) reflect.Value {
	if b, ok := v.(boxed); ok {
		v = b.(interface{ address() any }).address()
	}
	r := reflect.ValueOf(v)
	for depth := 0; r.Kind() == reflect.Pointer || r.Kind() == reflect.Interface; depth++ {
		if depth > wire.MaxDepth {
			return reflect.Value{} // it points to itself
		}
		r = r.Elem()
	}
	return r
}

func fieldOf(v any, name string) (reflect.Value, error) {
	r := indirect(v)
	if !r.IsValid() || r.Kind() != reflect.Struct {
		return r, fmt.Errorf("%s is no struct and has no fields", typeText(v))
	}
	return codec.Field(r, name)
}

// setField assigns to a variable only if the whole value can be assigned.
func setField(f reflect.Value, v any) error {
	to := reflect.New(f.Type()).Elem()
	if err := assign(to, v); err != nil {
		return err
	}
	f.Set(to)
	return nil
}

// putCopy appends a copy of an object's value as the type that text describes, or the
// object as a known type.
func putCopy(e *wire.Encoder, text string, v any) error {
	var c *codec.Codec
	if known := codec.KnownType(text); known != nil {
		c = codec.KnownCodec(known, known)
	} else {
		if b, ok := v.(boxed); ok {
			v = b.get()
		}
		var err error
		if c, err = codec.Resolve(text, pluginScope); err != nil {
			return err
		}
	}
	to := reflect.New(c.Type()).Elem()
	a := codec.Assigner{Special: special, Copying: true}
	if err := a.Assign(to, v); err != nil {
		return err
	}
	codec.PutAs(e, text, c, to)
	return nil
}

// newValue makes a value of a type of the plugin, or a pointer to one if the name begins with a
// star. A struct is made as a pointer. Without a
// name it is the plugin's error that fields is.
func newValue(name string, fields any) (any, error) {
	if err, ok := withMethods[error](fields); ok && name == "" {
		if codec.Remote(err) {
			return nil, errors.New("the plugin has the error no longer")
		}
		if v := reflect.ValueOf(err); v.Kind() != reflect.Pointer {
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			return anyBox{p}, nil
		}
		return err, nil
	}
	pointed, points := strings.CutPrefix(name, "*")
	t, err := pluginScope.typeNamed(pointed)
	switch {
	case err != nil:
		return nil, err
	case t.Kind() == reflect.Interface:
		return nil, fmt.Errorf("%s is an interface; make a value of a type that implements it", pointed)
	}
	p := reflect.New(t)
	if fields != nil {
		if err := assign(p.Elem(), fields); err != nil {
			return nil, err
		}
	}
	if t.Kind() == reflect.Struct || points {
		return p.Interface(), nil
	}
	return anyBox{p}, nil
}

func sorted(list []string) []string { sort.Strings(list); return list }

// JSONWith returns a func that encodes values with encoding/json. Generated code passes the
// package's NewEncoder if the plugin has that package. It leaves & and angle brackets as
// they are: the encoder of the host that asks for the JSON decides about these.
func JSONWith[E interface {
	SetEscapeHTML(bool)
	Encode(any) error
}](newEncoder func(io.Writer) E) func(any) ([]byte, error) {
	return func(v any) ([]byte, error) {
		var text bytes.Buffer
		e := newEncoder(&text)
		e.SetEscapeHTML(false)
		err := e.Encode(v)
		return text.Bytes(), err
	}
}

//go:build go1.22

package pluginrt

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// In calls of dynamic type, values keep their identity. The plugin assigns the arguments to
// its parameters, because only the plugin has all of their types.

// An Importer finds the value of a type that a reference of the host's stands for.
type Importer struct {
	Type   reflect.Type
	Import func(wire.Ref) any
}

// ImporterOf returns the Importer of T.
func ImporterOf[T any](take func(wire.Ref) T) Importer {
	return Importer{reflect.TypeFor[T](), func(ref wire.Ref) any { return take(ref) }}
}

// AskOf returns the Ask of a method with the func type F.
func AskOf[F any](name string, with ...string) codec.Ask {
	return codec.Ask{Name: name, Type: reflect.TypeFor[F](), With: with}
}

// AskedFuncOf returns the func type F, which the plugin may look for.
func AskedFuncOf[F any](asserted bool) codec.AskedFunc {
	return codec.AskedFunc{Type: reflect.TypeFor[F](), Asserted: asserted}
}

// callFunc calls fn with all of its arguments, the variadic ones as a slice. What fn has done to them is
// with the host then: see [codec.Settle] and [stream.Settle].
func callFunc(fn reflect.Value, args []reflect.Value) (out []reflect.Value) {
	t := fn.Type()
	if t.IsVariadic() {
		out = fn.CallSlice(args)
	} else {
		out = fn.Call(args)
	}
	for i, v := range args {
		switch p := t.In(i); {
		case p.Kind() == reflect.Chan && p.ChanDir() != reflect.RecvDir:
			stream.Settle(v.UnsafePointer())
		case p.Kind() == reflect.Interface && codec.KnownCodec(p, p) != nil:
			codec.Settle(v.Interface())
		}
	}
	return out
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
)

// callDynamic answers the operation OpCall.
func callDynamic(f *wire.Frame) {
	n, wanted := f.Uint64(0)&(1<<32-1), f.Uint64(0)>>32
	if n >= uint64(len(functions)) || functions[n].Fn == nil {
		f.Status = atArgument
		reject("function %d takes no values of dynamic type", n)
	}
	fn := reflect.ValueOf(functions[n].Fn)
	t := fn.Type()
	if f.NWords < uint64(1+2*t.NumIn()) || f.NWords < uint64(2*t.NumOut()) {
		f.Status = atArgument
		reject("%d words are too few", f.NWords)
	}
	args := make([]reflect.Value, t.NumIn())
	was := make([][]byte, len(functions[n].Updated))
	for i, at := range functions[n].Updated {
		was[i] = f.Message(1 + 2*at)
	}
	r := Arguments(f)
	for i := range args {
		args[i] = reflect.New(t.In(i)).Elem()
		if at := 1 + 2*i; t.In(i) == contextType {
			if ctx := Context(f, i, at); ctx != nil {
				args[i].Set(reflect.ValueOf(ctx))
			}
		} else if c := codec.KnownCodec(t.In(i), t.In(i)); c != nil {
			c.Decode(r.Next(i, at), args[i].Addr().UnsafePointer())
		} else if err := take(args[i], r.Next(i, at)); err != nil {
			panic(&wire.DecodeError{Reason: err.Error()})
		}
	}
	r.Close()
	out := callFunc(fn, args)
	at := 2 * len(out)
	w := Results(f)
	for i, v := range out {
		known := codec.KnownCodec(v.Type(), v.Type())
		switch {
		case v.Type() == contextType:
		case known != nil:
			known.Encode(w.Next(i, 2*i), copyOf(v))
		case v.Type() == errorType:
			err, _ := v.Interface().(error)
			codec.PutError(w.Next(i, 2*i), err)
		case wanted>>i&1 != 0 || isLive(v.Type()):
			putWanted(w.Next(i, 2*i), v)
		default:
			codec.PutStatic(w.Next(i, 2*i), v)
		}
	}
	for n, i := range functions[n].Updated {
		codec.PutAny(w.NextUpdate(len(out)+i, at, was[n]), args[i].Interface())
		at += 2
	}
	w.encoder.Scope = pluginScope
	w.Close()
	for i, v := range out {
		if v.Type() == contextType {
			ctx, _ := v.Interface().(context.Context)
			SetContext(f, 2*i, ctx)
		}
	}
}

// isLive reports whether a type is a pointer to anything but a struct: see the host's package
// typemap.
func isLive(t reflect.Type) bool {
	return t.Kind() == reflect.Pointer && t.Elem().Kind() != reflect.Struct
}

// putWanted appends a result as an object, even if it could be copied.
func putWanted(e *wire.Encoder, v reflect.Value) {
	if v.Kind() == reflect.Interface {
		codec.PutStatic(e, v)
		return
	}
	r := references{}
	if ref, _ := r.Owner(v.Interface()); ref != 0 {
		codec.PutReference(e, "", ref)
		return
	}
	if v.Kind() == reflect.Pointer && v.IsNil() {
		codec.PutAny(e, nil)
		return
	}
	ref, text, _ := r.Export(v.Interface())
	codec.PutReference(e, text, ref)
}

// copies is the plugin's scope without the rule that values keep their identity.
var copies = copyScope{}

type copyScope struct{}

func (copyScope) Name(t reflect.Type) string        { return pluginScope.Name(t) }
func (copyScope) Codec(name string) *codec.Codec    { return pluginScope.Codec(name) }
func (copyScope) Sentinel(name string) error        { return pluginScope.Sentinel(name) }
func (copyScope) SentinelName(err error) string     { return pluginScope.SentinelName(err) }
func (copyScope) References() *codec.ReferenceCodec { return pluginScope.References() }

// take decodes an argument of dynamic type to dst.
func take(dst reflect.Value, d *wire.Decoder) error {
	v, text, ref := codec.TakeArgument(d)
	switch {
	case ref == 0:
	case ref.ForOwner():
		v = owned(ref)
		if _, ok := v.(contextKey); ok {
			reject("a context was given for a value")
		}
	default:
		if importer := pluginScope.importers[dst.Type()]; importer != nil {
			if v := reflect.ValueOf(importer(ref)); v.IsValid() {
				dst.Set(v)
			}
			return nil
		}
		v, _ = references{}.Import(ref, text)
	}
	return assign(dst, v)
}

// assign sets dst to a value of dynamic type, which may be a box.
func assign(dst reflect.Value, v any) error {
	a := codec.Assigner{Special: special}
	return a.Assign(dst, v)
}

// special assigns values that package codec does not know: boxes, values of the host, and
// maps to interfaces that a map type of the plugin implements.
func special(dst reflect.Value, v any) (done bool, err error) {
	switch v := v.(type) {
	case boxed:
		return setBoxed(dst, v)
	case HostValue:
		if reflect.TypeOf(v).AssignableTo(dst.Type()) {
			return false, nil
		}
		return true, fmt.Errorf("a %s of the host's was given for %s", v.remote.typ(), dst.Type())
	}
	src := reflect.ValueOf(v)
	if src.Kind() == reflect.Func && dst.Kind() == reflect.Func && src.Type() != dst.Type() {
		return setHostFunc(dst, src)
	}
	if src.Kind() == reflect.Pointer && !src.Type().AssignableTo(dst.Type()) {
		if plugin := codec.ForeignTo(pluginScope, src.Type().Elem()); plugin != "" {
			return true, fmt.Errorf("the object belongs to plugin %s and is no %s; pass a copy of it, which winplugin.As or Object.Copy makes", plugin, dst.Type())
		}
	}
	if dst.Kind() == reflect.Interface && src.Kind() == reflect.Map && !src.Type().Implements(dst.Type()) {
		return setMapType(dst, src)
	}
	return false, nil
}

// setHostFunc sets dst to a func of the host's that has objects in the place of the plugin's types.
func setHostFunc(dst, src reflect.Value) (done bool, err error) {
	r := remoteOf(src.Interface())
	if r == nil || r.plain.Load() == nil {
		return false, nil
	}
	plain := r.plain.Load()
	if as := plain.As(dst.Type()); as != nil {
		dst.Set(makeFunc(as, r))
		return true, nil
	}
	if src.Type() == plain.Type {
		return false, nil
	}
	return true, assign(dst, makeFunc(plain, r).Interface())
}

// setBoxed assigns the value in a box, or its address.
func setBoxed(dst reflect.Value, b boxed) (done bool, err error) {
	value, address := reflect.ValueOf(b.get()), reflect.ValueOf(b.(interface{ address() any }).address())
	switch {
	case address.Type() == dst.Type():
		dst.Set(address)
	case value.Type().AssignableTo(dst.Type()):
		dst.Set(value)
	case address.Type().AssignableTo(dst.Type()):
		dst.Set(address)
	default:
		return true, assign(dst, b.get())
	}
	return true, nil
}

// setMapType sets an interface to a map of the type of the plugin that implements it.
func setMapType(dst, src reflect.Value) (done bool, err error) {
	var found []string
	var to reflect.Type
	for name, t := range pluginScope.makes {
		if t.Kind() == reflect.Map && t.Implements(dst.Type()) {
			found, to = append(found, name), t
		}
	}
	if len(found) == 0 {
		return false, nil
	}
	if len(found) > 1 {
		return true, fmt.Errorf("cannot use %s as %s: several types of the plugin would do (%s); make one by Plugin.New", src.Type(), dst.Type(), strings.Join(sorted(found), ", "))
	}
	m := reflect.New(to).Elem()
	if err := assign(m, src.Interface()); err != nil {
		return true, err
	}
	dst.Set(m)
	return true, nil
}

//go:build go1.22

package pluginrt

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// References returns the codec of values in an any that cross by reference. Only generated
// code that needs it calls it, so the linker leaves this code out of other plugins.
func References() *codec.ReferenceCodec { return codec.NewReferenceCodec(references{}) }

// references implements [codec.References].
type references struct{}

// A HostValue is a channel of the host that came within an any. The plugin can keep it,
// compare it, and hand it back, and then the host gets its very value.
type HostValue struct{ remote *Remote }

// String is the type that the value has in the host.
func (v HostValue) String() string { return "host's " + v.remote.typ() }

// MarshalText fails: an encoder would find no fields, and could not tell that from a value
// that has none.
func (v HostValue) MarshalText() ([]byte, error) {
	return nil, fmt.Errorf("a %s of the host's cannot be looked into: it cannot be copied, and stays in the host", v.remote.typ())
}

// Owner implements [codec.References].
func (references) Owner(v any) (wire.Ref, error) {
	switch v := v.(type) {
	case HostValue:
		return v.remote.ownerRef(), nil
	case proxy:
		return v.Winplugin_Remote().ownerRef(), nil
	}
	if object, ok := codec.StandsFor(v).(HostValue); ok {
		return object.remote.ownerRef(), nil
	}
	var r *Remote
	switch reflect.TypeOf(v).Kind() {
	case reflect.Pointer:
		if p := pairOf(v); p != nil {
			return p.written()
		}
	case reflect.Func:
		if !codec.Keeps(reflect.TypeOf(v)) { // a func of the host's has no such type, and no methods
			r = remoteOf(v)
		}
	case reflect.Chan:
		r = streaming(v)
	}
	if r == nil {
		return 0, nil
	}
	return r.ownerRef(), nil
}

// Export implements [codec.References].
func (references) Export(v any) (wire.Ref, string, error) {
	text := typeText(v)
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Chan, reflect.Func:
	default:
		p := reflect.New(r.Type())
		p.Elem().Set(r)
		if isConstant(r.Type()) {
			return exported.ExportAs(anyBox{p}, v), text, nil
		}
		v = anyBox{p}
	}
	return exported.Export(v), text, nil
}

// ObjectType implements [codec.References]. Only the plugin describes types so.
func (references) ObjectType(string) reflect.Type { return reflect.TypeFor[any]() }

// An anyBox is a box of a type that no generated code knows.
type anyBox struct{ pointer reflect.Value }

func (b anyBox) get() any     { return b.pointer.Elem().Interface() }
func (b anyBox) address() any { return b.pointer.Interface() }

// Import implements [codec.References].
func (references) Import(ref wire.Ref, text string) (any, error) {
	if !ref.ForOwner() {
		r := importRef(ref)
		r.name(text)
		return HostValue{r}, nil
	}
	v := owned(ref)
	if b, ok := v.(boxed); ok {
		return b.get(), nil
	}
	if _, ok := v.(contextKey); ok {
		reject("a context was given for a value")
	}
	return v, nil
}

// ExportContext exports contexts of surrogates: see [codec.Context].
func (references) ExportContext(ctx context.Context) (wire.Ref, int64) { return exportContext(ctx) }

// ImportContext imports contexts of surrogates.
func (references) ImportContext(ref wire.Ref, deadline int64) (context.Context, error) {
	return importContext(ref, deadline), nil
}

// ConvertTo implements [codec.References].
func (references) ConvertTo(v any, t reflect.Type, _ string) (any, error) {
	if reflect.TypeOf(v).AssignableTo(t) {
		return v, nil
	}
	if h, ok := v.(HostValue); ok {
		return nil, fmt.Errorf("a %s of the host's was given for %s", h.remote.typ(), t)
	}
	to := reflect.New(t).Elem()
	if from := reflect.Indirect(reflect.ValueOf(v)); from.Kind() == reflect.Struct || assign(to, v) != nil {
		return nil, fmt.Errorf("a %T was given for %s; give an object of that type, or of one that implements it: functions of the plugin and Plugin.New return such objects", v, t)
	}
	return to.Interface(), nil
}

// Func implements [codec.References].
func (references) Func(s *codec.FuncType) codec.Reference {
	return codec.Reference{
		Export: func(p unsafe.Pointer) (wire.Ref, error) {
			fn := reflect.NewAt(s.Type, p).Elem()
			return ExportFunc(fn.Interface(), fn.IsNil()), nil
		},
		Import: func(ref wire.Ref, p unsafe.Pointer) error {
			to := reflect.NewAt(s.Type, p).Elem()
			switch {
			case ref == 0:
				return nil
			case !ref.ForOwner():
				to.Set(makeFunc(s, importRef(ref)))
				return nil
			}
			v := reflect.ValueOf(owned(ref))
			if v.Kind() != reflect.Func {
				return fmt.Errorf("a %s was given for %s", v.Type(), s.Type)
			}
			// In the host's type of the func, an any may stand for a type of the plugin.
			return assign(to, v.Interface())
		},
	}
}

// made are functions of the host that are in use, by the addresses of their closures.
var made struct {
	sync.Mutex
	remotes handle.Map[uintptr, *Remote]
}

// makeFunc returns a function that calls one of the host's.
func makeFunc(s *codec.FuncType, r *Remote) reflect.Value {
	fn := reflect.MakeFunc(s.Type, func(args []reflect.Value) []reflect.Value { return invokeHost(s, r, args) })
	v := fn.Interface()
	remember(memory.Data(&v), r)
	if plain := s.Plain(); plain != nil {
		r.plain.Store(plain)
	}
	return fn
}

// remember records the Remote that the function at p calls, until the function is collected.
func remember(p unsafe.Pointer, r *Remote) {
	made.Lock()
	made.remotes.Set(uintptr(p), r)
	made.Unlock()
	runtime.SetFinalizer((*byte)(p), func(p *byte) {
		made.Lock()
		made.remotes.Delete(uintptr(unsafe.Pointer(p)))
		made.Unlock()
	})
}

// madeOf returns the Remote that remember has recorded for a function, or nil.
func madeOf(fn unsafe.Pointer) *Remote {
	made.Lock()
	defer made.Unlock()
	return made.remotes.Get(uintptr(fn))
}

// invokeHost calls a function of the host's.
func invokeHost(s *codec.FuncType, r *Remote, args []reflect.Value) (out []reflect.Value) {
	out, failure := newResults(s.Results) // out is returned also if End recovers
	h := Begin(r, 0, max(1+2*len(args), 2*(len(out)+len(args))))
	h.frame.Func = wire.OpInvoke
	defer h.End(failure)
	for i, c := range s.Params {
		at := 1 + 2*i
		if c.IsContext() {
			ctx, _ := args[i].Interface().(context.Context)
			h.Context(at, ctx)
			continue
		}
		c.Encode(h.PutUpdated(i+1, at), copyOf(args[i]))
	}
	h.Do(failure != nil)
	h.takeResults(s.Results, out)
	h.takeUpdates(s.Params, args, 2*len(out))
	h.Done()
	return out
}

// newResults returns variables for the results of a call of the host. failure is the last of
// them, if it is an error.
func newResults(codecs []*codec.Codec) (out []reflect.Value, failure *error) {
	out = make([]reflect.Value, len(codecs))
	for i, c := range codecs {
		p := reflect.New(c.Type())
		out[i] = p.Elem()
		if i == len(out)-1 {
			failure, _ = p.Interface().(*error)
		}
	}
	return out, failure
}

// takeResults decodes the results of a call into variables of newResults.
func (c *Callback) takeResults(codecs []*codec.Codec, out []reflect.Value) {
	for i, cd := range codecs {
		p := out[i].Addr()
		if err, ok := p.Interface().(*error); ok {
			*err = c.ResultError(i, 2*i)
			continue
		}
		c.takeReturned(i, 2*i, p.Elem(), cd.Decode, cd.Encode)
	}
}

// copyOf returns the address of a copy of a value.
func copyOf(v reflect.Value) unsafe.Pointer {
	p := reflect.New(v.Type())
	p.Elem().Set(v)
	return p.UnsafePointer()
}

// Invoke handles the operation OpInvoke: the host calls a function that it got in an any.
func Invoke(f *wire.Frame) {
	switch f.Func {
	case wire.OpCall:
		callDynamic(f)
		return
	case wire.OpBuiltin:
		callBuiltin(f)
		return
	}
	fn := reflect.ValueOf(owned(Ref(f, 0, 0)))
	if fn.Kind() != reflect.Func {
		reject("a %s was given for a function", fn.Type())
	}
	s, err := codec.FuncTypeOf(fn.Type(), pluginScope)
	if err != nil {
		reject("%v", err)
	}
	if f.NWords < uint64(max(1+2*len(s.Params), 2*len(s.Results))) {
		reject("%d words are too few", f.NWords)
	}
	args := make([]reflect.Value, len(s.Params))
	r := Arguments(f)
	for i, c := range s.Params {
		args[i] = reflect.New(c.Type()).Elem()
		if at := 1 + 2*i; c.IsContext() {
			args[i].Set(reflect.ValueOf(Context(f, i+1, at)))
		} else {
			c.Decode(r.Next(i+1, at), args[i].Addr().UnsafePointer())
		}
	}
	r.Close()
	out := callFunc(fn, args)
	w := Results(f)
	for i, c := range s.Results {
		c.Encode(w.Next(i, 2*i), copyOf(out[i]))
	}
	w.Close()
}

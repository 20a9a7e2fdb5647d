package object

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"unsafe"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Attachment implements codec.References, for values in an any that are not copied.

var _ codec.References = (*Attachment)(nil)

// Owner implements codec.References.
func (o *Attachment) Owner(v any) (wire.Ref, error) {
	// For a func or a channel, Data returns its address, by which the tables find it.
	var r *remote
	switch p := memory.Data(&v); {
	case p == nil:
	case reflect.TypeOf(v).Kind() == reflect.Func:
		r = o.session.proxies.find(p)
	case reflect.TypeOf(v).Kind() == reflect.Chan:
		r = o.session.streaming(p)
	}
	if r != nil {
		return r.ownerRef()
	}
	return o.known(v)
}

// Export implements codec.References.
func (o *Attachment) Export(v any) (wire.Ref, string, error) {
	if x, ok := api.Unwrap(v); ok && x.local != nil {
		v = x.local
	}
	ref, err := o.export(v, grant{})
	return ref, reflect.TypeOf(v).String(), err
}

// Import implements codec.References.
func (o *Attachment) Import(ref wire.Ref, text string) (any, error) {
	if ref.ForOwner() {
		return o.session.own(ref)
	}
	found := o.object(o.remote(ref), "")
	found.setType(text)
	if rt := o.scope.HostType(strings.TrimPrefix(text, "*")); rt != nil {
		v := reflect.New(rt)
		if err := found.copyTo(v.Elem()); err == nil {
			if text[0] == '*' {
				return v.Interface(), nil
			}
			return v.Elem().Interface(), nil
		}
	}
	return found.public(), nil
}

// ObjectType implements codec.References.
func (o *Attachment) ObjectType(text string) reflect.Type {
	for rt := range o.makers {
		if rt.PkgPath() != "" && rt.PkgPath()+"."+rt.Name() == text {
			return rt
		}
	}
	if rt := o.Interface(text); rt != nil {
		return rt
	}
	if rt := typemap.HostFunc(text); rt != nil {
		return rt
	}
	return api.Type
}

// Record implements codec's interface of a side that settles values.
func (o *Attachment) Record(v interface{ Settle() }) (used func()) {
	return nesting.Record(v, weakly(v))
}

// weakly returns a function that returns v, which is a pointer, as long as something else refers to it.
func weakly(v nesting.Recorder) func() nesting.Recorder {
	var in any = v
	typ, p := reflect.TypeOf(v).Elem(), weak.Make((*byte)(memory.Data(&in)))
	return func() nesting.Recorder {
		if p := p.Value(); p != nil {
			v, _ := reflect.NewAt(typ, unsafe.Pointer(p)).Interface().(nesting.Recorder)
			return v
		}
		return nil
	}
}

// ConvertTo implements codec.References.
func (o *Attachment) ConvertTo(v any, t reflect.Type, text string) (any, error) {
	x, ok := api.Unwrap(v)
	if ok && x != nil {
		x.addStatic(text)
	}
	switch {
	case t == api.Type && ok:
		return v, nil
	case t == api.Type:
		return o.Wrap(v), nil
	case !ok && reflect.TypeOf(v).AssignableTo(t):
		return v, nil
	case !ok && reflect.TypeOf(v).ConvertibleTo(typemap.HandlerFunc) && typemap.HandlerFunc.AssignableTo(t):
		return reflect.ValueOf(v).Convert(typemap.HandlerFunc).Interface(), nil
	case t == typemap.HandlerFunc && x != nil && x.remote != nil:
		return o.handlerFunc(x)
	case x == nil || x.remote == nil:
		return nil, fmt.Errorf("a %T was given for %s", v, t)
	case t.Kind() != reflect.Interface && codec.KnownName(t) == "":
		return nil, fmt.Errorf("the plugin's %s was given for %s; use *winplugin.Object", x.Type(), t)
	}
	p := reflect.New(t)
	if err := o.proxy(x, t, p.UnsafePointer()); err != nil {
		return nil, err
	}
	return p.Elem().Interface(), nil
}

// handlerFunc returns a func for an http.HandlerFunc of the plugin.
func (o *Attachment) handlerFunc(x *Object) (any, error) {
	var h http.Handler
	if err := x.copyTo(reflect.ValueOf(&h).Elem()); err != nil {
		return nil, err
	}
	var fn any = http.HandlerFunc(h.ServeHTTP)
	o.session.proxies.add(memory.Data(&fn), x.remote)
	return fn, nil
}

// Assign implements typemap.Objects.
func (o *Attachment) Assign(dst reflect.Value, v any, t *manifest.Type) error {
	static := ""
	if t != nil && o.manifest.Types.IsObject(t) {
		static = o.text(t)
	}
	a := codec.Assigner{Special: func(dst reflect.Value, v any) (bool, error) {
		x, ok := api.Unwrap(v)
		switch {
		case !ok && dst.Type() == api.Type:
			dst.Set(reflect.ValueOf(o.Wrap(v)))
			return true, nil
		case !ok || reflect.TypeOf(v).AssignableTo(dst.Type()) && dst.Kind() != reflect.Interface:
			return false, nil
		case x == nil:
			dst.SetZero()
			return true, nil
		case dst.Kind() != reflect.Interface:
			return true, x.copyTo(dst)
		case dst.NumMethod() == 0:
			return false, nil
		}
		v, err := o.ConvertTo(v, dst.Type(), static)
		if err == nil {
			dst.Set(reflect.ValueOf(v))
		}
		return true, err
	}}
	if x, ok := api.Unwrap(v); ok && x != nil {
		x.addStatic(static)
	}
	return a.Assign(dst, v)
}

// Func implements codec.References.
func (o *Attachment) Func(s *codec.FuncType) codec.Reference {
	b := o.exports.Invocation(s)
	return o.reference(s.Type, func(r *remote, p unsafe.Pointer) error {
		o.setFunc(p, b, r)
		return nil
	}, grant{invoke: true})
}

// invoked returns the handler of the operation OpInvoke for funcs of type t.
func (o *Attachment) invoked(t reflect.Type) (*call.Callback, error) {
	if a, ok := o.invocations.Load(t); ok {
		return a.(*call.Callback), nil
	}
	a, err := call.BindInvoked(o.manifest.Package, o.scope, t)
	if err == nil {
		o.invocations.Store(t, a)
	}
	return a, err
}

// invoke handles the operation OpInvoke.
func (p *Session) invoke(f *wire.Frame) {
	v, o := p.operand(f)
	if o == nil {
		return
	}
	if g := p.granted(f.Ref(0)); g != nil && !g.invoke {
		call.Refuse(f, errNotGranted(reflect.TypeOf(v), "a func"))
		return
	}
	a, err := o.invoked(reflect.TypeOf(v))
	if err != nil {
		call.Refuse(f, err)
		return
	}
	a.Handle(f, v, p)
}

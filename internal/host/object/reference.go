package object

import (
	"fmt"
	"reflect"
	"strings"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// What values of dynamic type hold and is not copied: Attachment implements codec.References.

var _ codec.References = (*Attachment)(nil)

// Owner implements codec.References.
func (o *Attachment) Owner(v any) (wire.Ref, error) {
	// The second word of an interface that holds a func or a channel is that itself.
	var r *remote
	switch p := memory.Data(&v); {
	case p == nil:
	case reflect.TypeOf(v).Kind() == reflect.Func:
		r = o.session.proxies.find(p)
	case reflect.TypeOf(v).Kind() == reflect.Chan:
		r = o.session.streams.find(p)
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
	ref, err := o.export(v)
	return ref, reflect.TypeOf(v).String(), err
}

// Import implements codec.References.
func (o *Attachment) Import(ref wire.Ref, text string) (any, error) {
	if ref.ForOwner() {
		return o.session.table.Get(ref)
	}
	found := &Object{attachment: o, remote: o.remote(ref)}
	found.once.Do(func() { found.dynamic = text })
	return api.Wrap(found), nil
}

// ConvertTo implements codec.References.
func (o *Attachment) ConvertTo(v any, t reflect.Type) (any, error) {
	x, ok := api.Unwrap(v)
	switch {
	case t == api.Type && ok:
		return v, nil
	case t == api.Type:
		return o.Wrap(v), nil
	case !ok && reflect.TypeOf(v).AssignableTo(t):
		return v, nil
	case x == nil || x.remote == nil:
		return nil, fmt.Errorf("a %T was given for %s", v, t)
	case t.Kind() != reflect.Interface:
		return nil, fmt.Errorf("the plugin's %s was given for %s; use *winplugin.Object", x.Type(), t)
	}
	p := reflect.New(t)
	if err := o.proxy(x, strings.TrimPrefix(x.Type(), "*"), t, p.UnsafePointer()); err != nil {
		return nil, err
	}
	return p.Elem().Interface(), nil
}

// Func implements codec.References.
func (o *Attachment) Func(s *codec.FuncType) codec.Reference {
	b := o.exports.Invocation(s)
	return o.reference(s.Type, func(r *remote, p unsafe.Pointer) error {
		o.setFunc(p, b, r)
		return nil
	})
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
	f.Len, f.Held = 0, 0
	v, err := p.table.Get(f.Ref(0))
	o := p.first()
	if err != nil || o == nil {
		f.Status = wire.StatusGone
		return
	}
	a, err := o.invoked(reflect.TypeOf(v))
	if err != nil {
		call.Refuse(f, err)
		return
	}
	a.Handle(f, v, &p.held)
}

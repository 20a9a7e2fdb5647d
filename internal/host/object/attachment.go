package object

import (
	"context"
	"fmt"
	"log/slog"
	"reflect"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Attachment has the objects of one opened plugin. It is safe for concurrent use.
type Attachment struct {
	session     *Session
	operator    Operator // of this plugin
	manifest    *manifest.Manifest
	exports     *call.Exports
	scope       *typemap.Scope
	makers      map[reflect.Type]func(*Object) (any, error) // make proxies of the host's own types, by interface
	remotes     remotes
	bound       sync.Map // the method and the func type → *call.Binding or error
	invocations sync.Map // reflect.Type → *call.Callback, see invoked
	hostMethods sync.Map // *codec.HostMethod → *call.Callback, see hostMethod
	encodings   sync.Map // uint64 → *call.Callback, see encode
	fitting     sync.Map // fitting → true, see fits

	// callbacks are the handlers of those in the manifest. Objects that arrive by a callback
	// belong to this plugin, and end with it.
	callbacks []callback

	closed atomic.Bool
	log    atomic.Pointer[slog.Handler] // for what the plugin logs; nil: the host does not want it
	life   context.Context              // ends with Close
	end    context.CancelFunc
}

type binding struct {
	receiver, name string
	t              reflect.Type
}

var _ typemap.Objects = (*Attachment)(nil)

// New returns the Attachment of a plugin over the library of that number. makers make proxies
// for interfaces of the host: see the option WithProxy.
func New(number uint64, operator Operator, e *call.Exports, makers map[reflect.Type]func(*Object) (any, error)) (*Attachment, error) {
	o := &Attachment{operator: operator, manifest: e.Manifest(), exports: e, scope: e.Scope(), makers: makers}
	o.life, o.end = context.WithCancel(context.Background())
	o.scope.SetObjects(o)
	var err error
	o.session, err = attach(number, operator, o.manifest, o)
	if err == nil {
		o.scope.SetHostTable(codec.NewHostTable(o.scope, api.Type, localOf, o.foreignType, &o.session.hostTypes, o.define))
	}
	return o, err
}

// Prepare lets what is bound be compared with the exports of a library that is not loaded.
func Prepare(e *call.Exports, makers map[reflect.Type]func(*Object) (any, error)) {
	o := &Attachment{manifest: e.Manifest(), exports: e, scope: e.Scope(), makers: makers, session: new(Session), life: context.Background()}
	o.scope.SetObjects(o)
	o.scope.SetHostTable(codec.NewHostTable(o.scope, api.Type, localOf, o.foreignType, &o.session.hostTypes, o.define))
}

// End ends the plugin's channels and contexts, so that calls that wait for them return.
func (o *Attachment) End() { o.end() }

// CallContexts returns a func that ends the contexts that calls of the plugin have now, but not
// the context except.
func (o *Attachment) CallContexts(except context.Context) (end func()) {
	return o.session.contexts.Watched(except)
}

// Abort ends what waits for the plugin, whose library has ended, with the cause.
func (o *Attachment) Abort(cause error) {
	o.end()
	o.session.contexts.Abort(cause)
}

// gone returns why the plugin takes no more calls.
func (o *Attachment) gone() error {
	if err := o.operator.Gone(); err != nil {
		return err
	}
	return call.ErrClosed
}

// Close releases the objects that were exported to the plugin, unless another plugin is
// open over the same library. Proxies of the plugin's objects fail from now on.
func (o *Attachment) Close() {
	if !o.closed.Swap(true) {
		o.end()
		o.session.detach(o)
	}
}

// Unload is Close, and also keeps all later operations from the library, even releases. It is
// for the last plugin over a library, which is unloaded next.
func (o *Attachment) Unload() {
	o.Close()
	o.session.unload()
}

// Session returns what all plugins over the same library share.
func (o *Attachment) Session() *Session { return o.session }

// Type implements typemap.Objects.
func (o *Attachment) Type() reflect.Type { return api.Type }

// Wrap implements typemap.Objects.
func (o *Attachment) Wrap(v any) any {
	if o.foreign(v) != nil {
		return v
	}
	if e, ok := v.(interface {
		Whole() error
		As(target any) bool
	}); ok {
		// The error is a copy of one of the plugin's, which may still have the original.
		if own := reflect.New(api.Type); e.As(own.Interface()) {
			return own.Elem().Interface()
		}
	}
	return (&Object{attachment: o, local: v}).public()
}

// Release implements typemap.Objects.
func (o *Attachment) Release(ref wire.Ref) {
	if ref == 0 || ref.ForOwner() {
		return
	}
	o.session.side.Release(ref, 1)
}

// ExportContext implements typemap.Objects.
func (o *Attachment) ExportContext(ctx context.Context) (wire.Ref, int64) {
	return o.session.contexts.export(ctx)
}

// ImportContext implements typemap.Objects.
func (o *Attachment) ImportContext(ref wire.Ref, deadline int64) (context.Context, error) {
	return o.session.contexts.importRef(ref, deadline)
}

// Reference implements typemap.Objects.
func (o *Attachment) Reference(t *manifest.Type, rt reflect.Type) (codec.Reference, error) {
	var importRemote func(r *remote, p unsafe.Pointer) error
	switch {
	case rt == api.Type:
		text := o.text(t)
		importRemote = func(r *remote, p unsafe.Pointer) error {
			setObject(p, o.object(r, text))
			return nil
		}
	case rt.Kind() == reflect.Func:
		importRemote = o.funcImporter(t, rt)
	case rt.Kind() == reflect.Chan:
		importRemote = o.chanImporter(t, rt)
	case rt.Kind() == reflect.Interface:
		importRemote = o.interfaceImporter(t, rt)
	default:
		importRemote = func(*remote, unsafe.Pointer) error {
			return fmt.Errorf("an object of the plugin's cannot be %s; use an interface or *winplugin.Object", rt)
		}
	}
	r := o.reference(rt, importRemote, o.grantOf(t, rt))
	if rt == api.Type || rt.Kind() == reflect.Interface {
		export := r.Export
		r.Export = func(p unsafe.Pointer) (wire.Ref, error) {
			if x := o.foreign(reflect.NewAt(rt, p).Elem().Interface()); x != nil {
				if err := o.fits(x, t); err != nil {
					return 0, err
				}
			}
			return export(p)
		}
	}
	return r, nil
}

// reference returns how objects of type rt cross. importRemote makes the proxy of one of
// the plugin's. g is what the plugin may do with one of the host's.
func (o *Attachment) reference(rt reflect.Type, importRemote func(*remote, unsafe.Pointer) error, g grant) codec.Reference {
	r := codec.Reference{
		Export: func(p unsafe.Pointer) (wire.Ref, error) { return o.exportAt(rt, p, g) },
		Import: func(ref wire.Ref, p unsafe.Pointer) error {
			switch {
			case ref == 0:
				return nil
			case ref.ForOwner():
				return o.importOwn(ref, rt, p)
			}
			return importRemote(o.remote(ref), p)
		},
	}
	if rt.Kind() == reflect.Func {
		export := o.funcExporter(rt, g)
		r.ExportPointer = export
		r.Export = func(p unsafe.Pointer) (wire.Ref, error) { return export(*(*unsafe.Pointer)(p)) }
	}
	return r
}

// funcExporter returns what exports funcs of type rt, without reflection.
func (o *Attachment) funcExporter(rt reflect.Type, g grant) func(unsafe.Pointer) (wire.Ref, error) {
	zero := reflect.Zero(rt).Interface()
	return func(f unsafe.Pointer) (wire.Ref, error) {
		if f == nil {
			return 0, nil
		}
		if r := o.session.proxies.find(f); r != nil {
			return r.ownerRef()
		}
		return o.export(memory.Interface(zero, f), g)
	}
}

// exportAt returns the reference of the value of type rt at p. rt is no func type.
func (o *Attachment) exportAt(rt reflect.Type, p unsafe.Pointer, g grant) (wire.Ref, error) {
	if rt.Kind() == reflect.Chan {
		known := *(*unsafe.Pointer)(p)
		if known == nil {
			return 0, nil
		}
		if r := o.session.streaming(known); r != nil {
			return r.ownerRef()
		}
	}
	v := reflect.NewAt(rt, p).Elem()
	if rt == api.Type || rt.Kind() == reflect.Interface {
		if v.IsNil() {
			return 0, nil
		}
	}
	return o.export(v.Interface(), g)
}

// export returns the reference of a value of the host. For a proxy it is the reference of the
// plugin's object. g is what the plugin may do with it.
func (o *Attachment) export(v any, g grant) (wire.Ref, error) {
	if x, ok := api.Unwrap(v); ok {
		switch {
		case x == nil:
			return 0, nil
		case x.local != nil:
			return o.export(x.local, g)
		case x.attachment.session != o.session:
			v = x.public()
			if _, err := x.remote.Ref(); err != nil {
				return 0, err
			}
		}
	}
	if ref, err := o.known(v); ref != 0 || err != nil {
		return ref, err
	}
	if o.closed.Load() {
		return 0, o.gone()
	}
	if err := o.session.checkObjects(); err != nil {
		return 0, err
	}
	ref := o.session.table.Export(v)
	o.session.grant(ref, g)
	return ref, nil
}

// known returns the reference of the plugin's object if v is an Object or a proxy of it, and 0
// otherwise.
func (o *Attachment) known(v any) (wire.Ref, error) {
	if x, ok := api.Unwrap(v); ok {
		switch {
		case x == nil || x.local != nil || x.attachment.session != o.session:
			return 0, nil
		}
		return x.remote.ownerRef()
	}
	if object := codec.StandsFor(v); object != nil {
		if x, ok := api.Unwrap(object); !ok || x == nil || x.attachment.session != o.session {
			return 0, nil // of another plugin: it is an object of the host's here
		}
		return o.known(object)
	}
	if x, ok := v.(proxy); ok {
		if r := x.proxied(); r.attachment.session == o.session {
			return r.ownerRef()
		}
		return 0, nil
	}
	if x := api.Proxy(v); x != nil && x.remote != nil && x.attachment.session == o.session {
		return x.remote.ownerRef()
	}
	return 0, nil
}

// importOwn stores a value of the host that the plugin has passed back at p, memory of type rt.
func (o *Attachment) importOwn(ref wire.Ref, rt reflect.Type, p unsafe.Pointer) error {
	v, err := o.session.own(ref)
	if err != nil {
		return err
	}
	r, dst := reflect.ValueOf(v), reflect.NewAt(rt, p).Elem()
	x := o.foreign(v)
	switch {
	case rt == api.Type && x == nil:
		setObject(p, &Object{attachment: o, local: v})
	case r.Type().AssignableTo(rt):
		dst.Set(r)
	case x != nil && rt.Kind() == reflect.Interface:
		return o.proxy(x, rt, p)
	case r.Kind() == rt.Kind() && r.CanConvert(rt):
		dst.Set(r.Convert(rt))
	default:
		return fmt.Errorf("the host's object that came back is a %s, not %s", r.Type(), rt)
	}
	return nil
}

// setObject stores an object at p, memory of the API's type.
func setObject(p unsafe.Pointer, x *Object) {
	reflect.NewAt(api.Type, p).Elem().Set(reflect.ValueOf(x.public()))
}

// bind returns a method of the plugin's objects bound to a func type.
func (o *Attachment) bind(receiver, name string, t reflect.Type) (*call.Binding, error) {
	key := binding{receiver, name, t}
	switch b := load(&o.bound, key).(type) {
	case *call.Binding:
		return b, nil
	case error:
		return nil, b
	}
	d := o.exports.Method(receiver, name)
	if d == nil {
		err := fmt.Errorf("plugin %s has no function for %s.%s; build it again", o.manifest.Package, receiver, name)
		if name == "" {
			err = fmt.Errorf("plugin %s: a %s cannot be called by the host, because its signature has a type that is not exported; bind the function with *winplugin.Object in its place, by Func or Method, and pass that on", o.manifest.Package, receiver)
		}
		return nil, err
	}
	b, err := d.Bind(t)
	if err != nil {
		o.bound.Store(key, err)
		return nil, err
	}
	o.bound.Store(key, b)
	return b, nil
}

func load(m *sync.Map, key any) any {
	v, _ := m.Load(key)
	return v
}

// text returns the text of a type under which the manifest lists its methods.
func (o *Attachment) text(t *manifest.Type) string {
	u := o.manifest.Types.Under(t)
	switch {
	case u.Kind == manifest.Func, u.Kind == manifest.Chan:
		return u.Text()
	case u.Kind == manifest.Pointer && u.Elem != nil:
		return u.Elem.Text()
	}
	return t.Text()
}

// funcImporter returns the func that makes funcs of type rt for funcs of the plugin.
func (o *Attachment) funcImporter(t *manifest.Type, rt reflect.Type) func(*remote, unsafe.Pointer) error {
	text := o.text(t)
	return func(r *remote, p unsafe.Pointer) error {
		b, err := o.bind(text, "", rt)
		if err != nil {
			return err
		}
		o.setFunc(p, b, r)
		return nil
	}
}

// setFunc sets the func at p, of b's type, to one that calls the plugin's.
func (o *Attachment) setFunc(p unsafe.Pointer, b *call.Binding, r *remote) {
	f := b.On(r).Make()
	reflect.NewAt(f.Type(), p).Elem().Set(f)
	o.session.proxies.add(*(*unsafe.Pointer)(p), r)
}

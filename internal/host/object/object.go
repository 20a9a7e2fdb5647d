package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unsafe"
	"weak"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Object refers to a value of the plugin. There is one Object for each value. It is safe for
// concurrent use as far as the value is. The garbage collector releases an Object that is no
// longer used, and Close releases it at once.
//
// An Object may also hold a value of the host's own, which the plugin has returned as a result
// for which the host names no type.
type Object struct {
	attachment *Attachment
	remote     *remote
	local      any // the host's own value; remote is nil then

	mu      sync.Mutex
	wrapped any      // what users have, see public
	statics []string // the static types of the results in which it arrived, and interfaces that it implements: the manifest lists methods under them

	asking  sync.Mutex // guards what follows
	dynamic string     // "": not asked yet
	failed  error      // why the plugin does not tell it
}

// object returns the object of r. static is the text of the type that the result or parameter
// has in which r arrived, "" if it is unknown.
func (o *Attachment) object(r *remote, static string) *Object {
	o.remotes.mu.Lock()
	defer o.remotes.mu.Unlock()
	x := r.object.Value()
	if x == nil {
		x = &Object{attachment: o, remote: r}
		r.object = weak.Make(x)
	}
	x.addStatic(static)
	return x
}

// addStatic records the static type of a place in which the object arrived.
func (o *Object) addStatic(static string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if static != "" && !slices.Contains(o.statics, static) {
		o.statics = append(o.statics, static)
	}
}

// public returns the object as the type of the root package, always the same value.
func (o *Object) public() any {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.wrapped == nil {
		o.wrapped = api.Wrap(o)
	}
	return o.wrapped
}

// Value returns the host's own value if the object is one, and nil otherwise.
func (o *Object) Value() any { return o.local }

// Type returns the object's dynamic type with full import paths, as in
// "*example.com/shop.Cart". It returns "" if the object was released, or the plugin was
// closed or has ended.
func (o *Object) Type() string {
	if o.local != nil {
		return reflect.TypeOf(o.local).String()
	}
	text, _ := o.typ()
	return text
}

// typ returns the dynamic type. It asks the plugin once. The error may be that of a plugin that
// was closed or has ended.
func (o *Object) typ() (string, error) {
	ref, err := o.remote.Ref()
	if err != nil {
		return "", err
	}
	if o.attachment.closed.Load() {
		return "", o.attachment.gone()
	}
	o.asking.Lock()
	defer o.asking.Unlock()
	if o.dynamic != "" || o.failed != nil {
		return o.dynamic, o.failed
	}
	buffer := make([]byte, 1<<12)
	status, n := o.attachment.session.gate.Operate(wire.OpTypeOf, []uint64{uint64(ref)}, buffer)
	runtime.KeepAlive(o)
	if status == wire.StatusOK && n <= uint64(len(buffer)) {
		o.dynamic = string(buffer[:n])
		return o.dynamic, nil
	}
	if gone := o.attachment.operator.Gone(); gone != nil {
		return "", gone
	}
	o.failed = errors.New("the plugin does not tell the object's type")
	if status == wire.StatusGone {
		o.failed = call.ErrReleased
	}
	return "", o.failed
}

// setType records the dynamic type, unless it is known.
func (o *Object) setType(text string) {
	o.asking.Lock()
	defer o.asking.Unlock()
	if o.dynamic == "" && o.failed == nil {
		o.dynamic = text
	}
}

// Call calls a method of the object, as Plugin.Call calls a function. The method "" calls a
// func.
func (o *Object) Call(ctx context.Context, method string, args ...any) ([]any, error) {
	if o.local != nil {
		fn := reflect.ValueOf(o.local)
		if method != "" || fn.Kind() != reflect.Func {
			fn = fn.MethodByName(method)
		}
		if !fn.IsValid() {
			return nil, fmt.Errorf("the host's own %T has no method %s: %w", o.local, method, call.ErrNotFound)
		}
		return o.attachment.exports.CallFunc(ctx, method, fn, args)
	}
	if method == "" {
		return o.callFunc(ctx, args)
	}
	d, first, err := o.method(method)
	if err != nil {
		return nil, err
	}
	if first {
		return d.Call(ctx, nil, d.WithContext(ctx, o.public(), args))
	}
	return d.Call(ctx, o.remote, args)
}

// callFunc calls the func that the object is.
func (o *Object) callFunc(ctx context.Context, args []any) ([]any, error) {
	o.mu.Lock()
	types := slices.Clone(o.statics)
	o.mu.Unlock()
	for _, t := range append(types, o.Type()) {
		if d := o.attachment.exports.Method(t, ""); d != nil {
			return d.Call(ctx, o.remote, args)
		}
	}
	var fn any
	if err := o.builtin(wire.BuiltinFunc, "a call", o.value(&fn)); err != nil {
		return nil, err
	}
	v := reflect.ValueOf(fn)
	if v.Kind() != reflect.Func || v.IsNil() {
		return nil, o.named("a call", errors.New("the func is nil"))
	}
	return o.attachment.exports.CallPluginFunc(ctx, "a "+o.Type(), v, args)
}

// Bind binds methods of the object to the func fields of the struct that methods points
// to, as Plugin.Bind binds functions. The funcs keep the object alive.
func (o *Object) Bind(methods any) error {
	return call.BindFields(o.attachment.manifest.Package, methods, o.BindMethod)
}

// BindMethod binds a method to a func type. Bindings are cached.
func (o *Object) BindMethod(name string, t reflect.Type) (*call.Binding, error) {
	d, first, err := o.method(name)
	if err != nil {
		return nil, err
	}
	if first {
		return d.WithReceiver(o.public(), t)
	}
	type key struct {
		d *call.Function
		t reflect.Type
	}
	b, _ := load(&o.attachment.bound, key{d, t}).(*call.Binding)
	if b == nil {
		if b, err = d.Bind(t); err != nil {
			return nil, err
		}
		o.attachment.bound.Store(key{d, t}, b)
	}
	return b.On(o.remote), nil
}

// method finds a method by its name: first among those of the static types, and then among
// those of the dynamic type. If first is true, d is a function whose first argument is the
// object.
func (o *Object) method(name string) (d *call.Function, first bool, err error) {
	if o.local != nil {
		return nil, false, fmt.Errorf("the object is the host's own %T; use its Value", o.local)
	}
	m, exports := o.attachment.manifest, o.attachment.exports
	if _, err := o.remote.Ref(); err != nil {
		return nil, false, fmt.Errorf("plugin %s: %s: %w", m.Package, name, err)
	}
	o.mu.Lock()
	receivers := slices.Clone(o.statics)
	o.mu.Unlock()
	for _, static := range receivers {
		if d := exports.Method(static, name); d != nil {
			return d, false, nil
		}
	}
	dynamic, err := o.typ()
	if err != nil {
		return nil, false, fmt.Errorf("plugin %s: %s.%s: %w", m.Package, slices.Concat(receivers, []string{"an object"})[0], name, err)
	}
	dynamic = strings.TrimPrefix(dynamic, "*")
	if d := exports.Method(dynamic, name); d != nil {
		return d, false, nil
	}
	own := m.OwnName(dynamic)
	if own == "" {
		own = dynamic
	}
	if d := exports.Receiving(own, name); d != nil {
		return d, true, nil
	}
	interfaces, err := o.implemented()
	if call.IsGone(err) {
		return nil, false, err
	}
	for _, static := range interfaces {
		if d := exports.Method(static, name); d != nil {
			o.addStatic(static)
			return d, false, nil
		}
	}
	receivers = append(receivers, interfaces...)
	var have []string
	for _, list := range [][]manifest.Function{m.Methods, m.Functions} {
		for i := range list {
			f := &list[i]
			if f.Receiver == dynamic || slices.Contains(receivers, f.Receiver) || f.Receiver == own {
				have = append(have, strings.TrimPrefix(f.Name, own+"."))
			}
		}
	}
	slices.Sort(have)
	if have == nil {
		return nil, false, fmt.Errorf("plugin %s: %s has no method %s: %w; %s", m.Package, dynamic, name, call.ErrNotFound, o.attachment.withoutMethods(dynamic))
	}
	more := ""
	if m.OwnName(dynamic) == "" && !exports.HasMethods(dynamic) {
		more = "; these are of interfaces: " + o.attachment.withoutMethods(dynamic)
	}
	return nil, false, fmt.Errorf("plugin %s: %s has no method %s: %w; it has %s%s", m.Package, dynamic, name, call.ErrNotFound, strings.Join(slices.Compact(have), ", "), more)
}

// Close releases the object. Calls that have begun run to their end, and later ones fail. The
// plugin frees the value when nothing else refers to it. Closing again does nothing.
func (o *Object) Close() error {
	if o.remote != nil {
		o.remote.release()
	}
	return nil
}

// interfaceImporter returns the func that makes proxies of interface type rt.
func (o *Attachment) interfaceImporter(t *manifest.Type, rt reflect.Type) func(*remote, unsafe.Pointer) error {
	text := o.text(t)
	return func(r *remote, p unsafe.Pointer) error {
		return o.proxy(o.object(r, text), rt, p)
	}
}

// proxy stores a proxy of interface type rt for an object at p.
func (o *Attachment) proxy(x *Object, rt reflect.Type, p unsafe.Pointer) error {
	var v any
	var err error
	if make := o.makers[rt]; make != nil {
		v, err = make(x)
	} else if t := standard[rt]; t != nil {
		v, err = standardProxy(t, x)
	} else if codec.KnownName(rt) != "" {
		return x.copyTo(reflect.NewAt(rt, p).Elem())
	} else {
		err = o.Importable(rt)
	}
	if err != nil || v == nil {
		return err
	}
	reflect.NewAt(rt, p).Elem().Set(reflect.ValueOf(v))
	return nil
}

// Interface implements typemap.Objects.
func (o *Attachment) Interface(name string) reflect.Type { return standardByName[name] }

// Importable implements typemap.Objects.
func (o *Attachment) Importable(rt reflect.Type) error {
	if rt.Kind() != reflect.Interface || o.makers[rt] != nil || standard[rt] != nil || codec.KnownName(rt) != "" {
		return nil
	}
	return fmt.Errorf("the host has no proxy for %s; use *winplugin.Object, or open the plugin WithProxy", rt)
}

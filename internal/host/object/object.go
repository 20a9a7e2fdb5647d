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

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Object is a value of the plugin that stays there, or a value of the host that came back
// where the host named no type for it. It is safe for concurrent use as
// far as the value is. An Object that is no longer referred to is released by the
// garbage collector, and Close does it at once.
type Object struct {
	attachment *Attachment
	remote     *remote
	static     *manifest.Type // as which it came; nil: in a value of dynamic type
	local      any            // the host's own; there is no remote then

	once    sync.Once // guards what follows
	dynamic string
	err     error
}

// Value returns the host's own value if the object is one, and nil otherwise.
func (o *Object) Value() any { return o.local }

// Type returns the object's type as in "*example.com/shop.Cart", with full import
// paths; "" if the object was released or the plugin closed.
func (o *Object) Type() string {
	if o.local != nil {
		return reflect.TypeOf(o.local).String()
	}
	text, _ := o.typ()
	return text
}

func (o *Object) String() string {
	text := o.Type()
	return "winplugin.Object(" + text[strings.LastIndexByte(text, '/')+1:] + ")"
}

// typ asks the plugin for the type, once.
func (o *Object) typ() (string, error) {
	ref, err := o.remote.Ref()
	if err != nil {
		return "", err
	}
	if o.attachment.closed.Load() {
		return "", call.ErrClosed
	}
	o.once.Do(func() {
		buffer := make([]byte, 1<<12)
		status, n := o.attachment.session.gate.Operate(wire.OpTypeOf, []uint64{uint64(ref)}, buffer)
		switch {
		case status == wire.StatusOK && n <= uint64(len(buffer)):
			o.dynamic = string(buffer[:n])
		case status == wire.StatusGone:
			o.err = call.ErrReleased
		default:
			o.err = errors.New("the plugin does not tell the object's type")
		}
	})
	runtime.KeepAlive(o)
	return o.dynamic, o.err
}

// Call calls a method of the object, as Plugin.Call calls a function. A func is called
// by the method "".
func (o *Object) Call(ctx context.Context, method string, args ...any) ([]any, error) {
	d, err := o.method(method)
	if err != nil {
		return nil, err
	}
	return d.Call(ctx, o.remote, args)
}

// Bind binds methods of the object to the func fields of the struct that methods points
// to, as Plugin.Bind binds functions. The funcs keep the object alive.
func (o *Object) Bind(methods any) error {
	return call.BindFields(o.attachment.manifest.Package, methods, o.BindMethod)
}

// BindMethod binds a method to a func type.
func (o *Object) BindMethod(name string, t reflect.Type) (*call.Binding, error) {
	d, err := o.method(name)
	if err != nil {
		return nil, err
	}
	b, err := d.Bind(t)
	if err != nil {
		return nil, err
	}
	return b.On(o.remote), nil
}

// method finds a method, of the type as which the object came or else of the one that
// it has.
func (o *Object) method(name string) (*call.Function, error) {
	if o.local != nil {
		return nil, fmt.Errorf("the object is the host's own %T; use its Value", o.local)
	}
	plugin := o.attachment.manifest.Package
	if _, err := o.remote.Ref(); err != nil {
		return nil, fmt.Errorf("plugin %s: %s: %w", plugin, name, err)
	}
	static := "an object"
	if o.static != nil {
		static = o.attachment.text(o.static)
	}
	if d := o.attachment.exports.Method(static, name); d != nil {
		return d, nil
	}
	dynamic, err := o.typ()
	if err != nil {
		return nil, fmt.Errorf("plugin %s: %s.%s: %w", plugin, static, name, err)
	}
	dynamic = strings.TrimPrefix(dynamic, "*")
	if d := o.attachment.exports.Method(dynamic, name); d != nil {
		return d, nil
	}
	var have []string
	for i := range o.attachment.manifest.Methods {
		if m := &o.attachment.manifest.Methods[i]; m.Receiver == static || m.Receiver == dynamic {
			have = append(have, m.Name)
		}
	}
	slices.Sort(have)
	if have == nil {
		return nil, fmt.Errorf("plugin %s: %s has no method %s: %w; %s", plugin, dynamic, name, call.ErrNotFound, o.attachment.withoutMethods(dynamic))
	}
	return nil, fmt.Errorf("plugin %s: %s has no method %s: %w; it has %s", plugin, dynamic, name, call.ErrNotFound, strings.Join(slices.Compact(have), ", "))
}

// Close releases the object: calls that have begun run to their end, later ones fail.
// The plugin frees the value when nothing else refers to it. Closing again does
// nothing.
func (o *Object) Close() error {
	if o.remote != nil {
		o.remote.release()
	}
	return nil
}

// interfaceImporter returns what makes proxies of interface type rt.
func (o *Attachment) interfaceImporter(t *manifest.Type, rt reflect.Type) func(*remote, unsafe.Pointer) error {
	text := o.text(t)
	return func(r *remote, p unsafe.Pointer) error {
		return o.proxy(&Object{attachment: o, remote: r, static: t}, text, rt, p)
	}
}

// proxy puts a proxy of interface type rt for an object to p. text is what the methods
// of its type are listed under.
func (o *Attachment) proxy(x *Object, text string, rt reflect.Type, p unsafe.Pointer) error {
	var v any
	var err error
	if make := o.makers[rt]; make != nil {
		v, err = make(x)
	} else if make := standard[rt]; make != nil {
		v, err = make(methods{o, text, x.remote})
	} else {
		err = o.Importable(rt)
	}
	if err != nil || v == nil {
		return err
	}
	reflect.NewAt(rt, p).Elem().Set(reflect.ValueOf(v))
	return nil
}

// Importable implements typemap.Objects.
func (o *Attachment) Importable(rt reflect.Type) error {
	if rt.Kind() != reflect.Interface || o.makers[rt] != nil || standard[rt] != nil {
		return nil
	}
	return fmt.Errorf("the host has no proxy for %s; use *winplugin.Object, or open the plugin WithProxy", rt)
}

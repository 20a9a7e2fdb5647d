package call

import (
	"context"
	"reflect"
	"runtime"
	"slices"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/closure"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A direct binding calls with arguments in memory, where package closure has put them. It serves
// func types that have none of the usual shapes, for example those with structs.
type direct struct {
	binding   *Binding
	arguments []uintptr // where the memory has the binding's parameters
	context   uintptr   // and the context, if the binding has one
	results   []uintptr
}

// direct returns a func of the host's type that needs no reflection for its calls, or false if
// there can be none.
func (b *Binding) direct() (f reflect.Value, ok bool) {
	if !memory.Trusted {
		return reflect.Value{}, false
	}
	d := &direct{binding: b}
	if f, d.arguments, d.results, ok = closure.Make(b.in, b.copies(), d.call); ok && b.context {
		d.context, d.arguments = d.arguments[0], d.arguments[1:]
	}
	return f, ok
}

// copies reports whether all arguments and results are copied, so that nothing keeps their
// addresses.
func (b *Binding) copies() bool {
	return !slices.ContainsFunc(slices.Concat(b.params, b.results), func(v value) bool {
		switch v.Form {
		case manifest.FormWord, manifest.FormPair, manifest.FormText, manifest.FormBulk:
			return false
		}
		return v.Form != manifest.FormMessage || !isPlain(v.hostType())
	})
}

// isPlain reports whether values of a type have no methods, which may keep an address, and no
// interfaces, funcs, channels and unexported fields, which may be passed by reference. What
// pointers, slices and maps refer to does not matter.
func isPlain(t reflect.Type) bool {
	if reflect.PointerTo(t).NumMethod() > 0 {
		return false
	}
	switch t.Kind() {
	case reflect.Interface, reflect.Func, reflect.Chan:
		return false
	case reflect.Array:
		return isPlain(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); !f.IsExported() || !isPlain(f.Type) {
				return false
			}
		}
	}
	return true
}

// call makes a call with arguments and results at p.
func (d *direct) call(p unsafe.Pointer) {
	failure, err := d.do(p)
	b := d.binding
	switch {
	case err != nil && !b.error:
		panic(failed(b.sig, err))
	case err != nil:
		for i := range b.results {
			reflect.NewAt(b.in.Out(i), unsafe.Add(p, d.results[i])).Elem().SetZero()
		}
		failure = err
	case !b.error:
		return
	}
	*(*error)(unsafe.Add(p, d.results[len(b.results)])) = failure
}

func (d *direct) do(p unsafe.Pointer) (failure, err error) {
	var ctx context.Context
	f := d.binding
	if f.context {
		ctx = *(*context.Context)(unsafe.Add(p, d.context))
	}
	var c Call
	b := f.now()
	if err := b.begin(&c, ctx); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return nil, err
		}
	}
	defer c.End()
	for i := range b.params {
		if err := b.params[i].putArg(&c, unsafe.Add(p, d.arguments[i])); err != nil {
			c.releaseArgs(i)
			return nil, b.argument(i, err)
		}
	}
	c.seal()
	err = c.Do()
	runtime.KeepAlive(p) // the arguments, whose addresses the plugin has
	if err != nil {
		return nil, err
	}
	for i, slot := range b.sig.Updates {
		at := b.sig.updated[i]
		cd := b.params[at].codec
		if err := c.update(slot, cd, reflect.NewAt(cd.Type(), unsafe.Add(p, d.arguments[at])).Elem()); err != nil {
			return nil, b.sig.lostUpdate(at, err)
		}
	}
	for i := range b.results {
		if b.sig.lacks(i, c.Frame) {
			continue
		}
		if err := b.results[i].takeResult(&c, unsafe.Add(p, d.results[i])); err != nil {
			return nil, b.sig.lost(i, err)
		}
	}
	return c.takeFailure(b.failure)
}

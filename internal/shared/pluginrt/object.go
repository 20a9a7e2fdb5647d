//go:build go1.22

package pluginrt

import (
	"fmt"
	"reflect"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/handle"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// exported are the plugin's objects that the host refers to.
var exported handle.Table

// side executes the host's operations.
var side = handle.Side{Exported: &exported, Held: &held, Contexts: &contexts, Owner: &owner, Forwarders: &forwarders, Cause: cause}

// A box holds a copy of a struct that crosses by reference, as a parameter or result would
// be a copy.
type box[T any] struct{ value T }

func (b *box[T]) get() any     { return b.value }
func (b *box[T]) address() any { return &b.value }

type boxed interface{ get() any }

// A goneError reports an object that is not in the table any more.
type goneError struct{ err error }

func (e *goneError) Error() string { return e.err.Error() }

// Ref returns argument i of the host's call, an object, in word at.
func Ref(f *wire.Frame, i, at int) wire.Ref {
	f.Status = atArgument + uint64(i)
	return f.Ref(at)
}

// owned returns an object of the plugin that the host refers to.
func owned(ref wire.Ref) any {
	v, err := exported.Get(ref)
	if err != nil {
		panic(&goneError{err})
	}
	return v
}

func reject(format string, args ...any) {
	panic(&wire.DecodeError{Reason: fmt.Sprintf(format, args...)})
}

func typeName(v any) string {
	if b, ok := v.(boxed); ok {
		v = b.get()
	}
	return fmt.Sprintf("%T", v)
}

// ExportPointer returns the reference of what p points to.
func ExportPointer[T any](p *T) wire.Ref {
	if p == nil {
		return 0
	}
	return exported.Export(p)
}

// ExportValue returns the reference of a copy of a struct.
func ExportValue[T any](p *T) wire.Ref {
	b := &box[T]{*p}
	if isConstant(reflect.TypeFor[T]()) {
		return exported.ExportAs(b, b.value)
	}
	return exported.Export(b)
}

// ExportInterface returns the reference of the object in an interface.
func ExportInterface(v any) wire.Ref {
	switch v := v.(type) {
	case nil:
		return 0
	case proxy:
		return v.Winplugin_Remote().ownerRef()
	}
	if object, ok := codec.StandsFor(v).(HostValue); ok {
		return object.remote.ownerRef()
	}
	return exported.Export(v)
}

// ExportFunc returns the reference of a function, which may be nil.
func ExportFunc(fn any, null bool) wire.Ref {
	if null {
		return 0
	}
	if r := remoteOf(fn); r != nil {
		return r.ownerRef()
	}
	return exported.Export(fn)
}

// ImportPointer returns the struct that a reference of the host's stands for.
func ImportPointer[T any](ref wire.Ref) *T {
	if ref == 0 {
		return nil
	}
	if !ref.ForOwner() {
		reject("an object of the host's was given for a %s, which only the plugin has", reflect.TypeFor[*T]())
	}
	v := owned(ref)
	switch v := v.(type) {
	case *T:
		return v
	case *box[T]:
		exported.Own(ref)
		return &v.value
	case T: // from an interface
		return &v
	case anyBox:
		if p, ok := v.address().(*T); ok {
			exported.Own(ref)
			return p
		}
	}
	reject("a %s was given for a %s", typeName(v), reflect.TypeFor[*T]())
	return nil
}

// ImportValue is ImportPointer for a struct that is used as a value.
func ImportValue[T any](ref wire.Ref) T {
	if ref.ForOwner() {
		switch b := owned(ref).(type) {
		case *box[T]:
			return b.value
		case anyBox:
			if p, ok := b.address().(*T); ok {
				return *p
			}
		}
	}
	p := ImportPointer[T](ref)
	if p == nil {
		reject("nil was given for a %s", reflect.TypeFor[T]())
	}
	return *p
}

// Assign sets a variable that is a struct which crosses by reference.
func Assign[T any](variable, value *T) { *variable = *value }

// ImportInterface returns the object that a reference from the host stands for. If it is an
// object of the host, proxy returns a value that calls it; proxy is nil if there is none.
func ImportInterface[I any](ref wire.Ref, proxy func(*Remote) I) (v I) {
	if ref == 0 {
		return v
	}
	if !ref.ForOwner() {
		if proxy == nil {
			reject("an object of the host's was given for a %s, which only the plugin has", reflect.TypeFor[I]())
		}
		return proxy(importRef(ref))
	}
	object := owned(ref)
	if b, ok := object.(boxed); ok {
		if v, ok := b.get().(I); ok {
			return v
		}
		object = object.(interface{ address() any }).address()
		exported.Own(ref)
	}
	v, ok := object.(I)
	if !ok {
		reject("a %s was given for a %s", typeName(object), reflect.TypeFor[I]())
	}
	return v
}

// ImportFunc is ImportInterface for functions and channels.
func ImportFunc[F any](ref wire.Ref, closure func(*Remote) F) (fn F) {
	if ref == 0 {
		return fn
	}
	if !ref.ForOwner() {
		if closure == nil {
			reject("one of the host's was given for a %s, which only the plugin has", reflect.TypeFor[F]())
		}
		r := importRef(ref)
		fn = closure(r)
		note(fn, r)
		return fn
	}
	object := owned(ref)
	if b, ok := object.(boxed); ok {
		object = b.get()
	}
	if fn, ok := object.(F); ok {
		return fn
	}
	// Types that differ in their names only.
	v, want := reflect.ValueOf(object), reflect.TypeFor[F]()
	if v.Kind() != want.Kind() || !v.CanConvert(want) {
		reject("a %s was given for a %s", typeName(object), want)
	}
	return v.Convert(want).Interface().(F)
}

// ImportFunc gets closures from generated code, each of which captures a Remote. closures has
// the addresses of their code, by which functions of the host are told from the plugin's own.
type closure struct {
	code   uintptr
	remote *Remote
}

var closures atomic.Pointer[map[uintptr]bool]

// note records the code of a generated closure.
func note(fn any, r *Remote) {
	if !memory.Trusted {
		remember(memory.Data(&fn), r)
		return
	}
	c := (*closure)(memory.Closure(fn))
	for {
		known := closures.Load()
		if known != nil && (*known)[c.code] || c.remote != r {
			return
		}
		next := map[uintptr]bool{c.code: true}
		if known != nil {
			for code := range *known {
				next[code] = true
			}
		}
		if closures.CompareAndSwap(known, &next) {
			return
		}
	}
}

// remoteOf returns the object that a function of the host calls, nil for other values.
func remoteOf(fn any) *Remote {
	if reflect.TypeOf(fn).Kind() != reflect.Func {
		return nil
	}
	p := memory.Data(&fn)
	if p == nil {
		return nil
	}
	if known := closures.Load(); known != nil && (*known)[(*closure)(p).code] {
		return (*closure)(p).remote
	}
	return madeOf(p)
}

// typeText returns the text of an object's type, with full names.
func typeText(v any) string {
	if b, ok := v.(boxed); ok {
		v = b.get()
	}
	return pluginScope.text(reflect.TypeOf(v))
}

// text names a type as the manifest does.
func (s *scope) text(t reflect.Type) string {
	switch {
	case s.names[t] != "":
		return s.names[t]
	case t.Name() == "" && t.Kind() == reflect.Pointer:
		return "*" + s.text(t.Elem())
	case t.Name() == "" && t.Kind() == reflect.Chan:
		return t.ChanDir().String() + " " + s.text(t.Elem())
	case t.Name() == "" && t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		return "[]" + s.text(t.Elem())
	case t.Name() == "" || t.PkgPath() == "":
		return t.String()
	case t.PkgPath() == "main":
		return s.path + "." + t.Name()
	}
	return t.PkgPath() + "." + t.Name()
}

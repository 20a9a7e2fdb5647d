package call

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Symbol returns the function, variable or constant of that name: a func, a pointer to the
// variable, or the constant's value. In place of the plugin's types it has those that typemap
// makes for this host.
//
// The pointer to a variable of numbers or bools is its address in the plugin. Other
// variables are mirrored: the pointer is to a copy. Before each call of a func that Symbol
// returned, the plugin gets the copy if the host has changed it. After the call, the host
// gets the variable's value.
func (e *Exports) Symbol(name string) (any, error) {
	if e.variables[name] != nil {
		return e.variable(name)
	}
	if c, err := e.Constant(name); err == nil {
		return typemap.Constant(c)
	}
	b, err := e.last(func(e *Exports) (*Binding, error) {
		d, err := e.find(name)
		if err != nil {
			return nil, err
		}
		return d.bind()
	})
	if err != nil {
		return nil, err
	}
	if !e.mirrors.needed(e) {
		return b.Make().Interface(), nil
	}
	return reflect.MakeFunc(b.in, func(args []reflect.Value) []reflect.Value {
		if err := e.mirrors.send(); err != nil {
			return b.fail(err)
		}
		out := b.Reflect(args)
		if err := e.mirrors.fetch(); err != nil {
			return b.fail(err)
		}
		return out
	}).Interface(), nil
}

func (e *Exports) variable(name string) (any, error) {
	v := e.variables[name]
	accessor := func(of func(*accessors) *Function) (*Binding, error) {
		return e.last(func(e *Exports) (*Binding, error) {
			v := e.variables[name]
			if v == nil {
				return nil, noVariable(e.manifest, name)
			}
			b, err := of(v).bind()
			if err != nil {
				return nil, err
			}
			return b.failing(), nil
		})
	}
	get, err := accessor(getter)
	if err != nil {
		return nil, err
	}
	t := get.in.Out(0)
	if e.shared(v.get.sig.Results[0].Type) {
		address, err := e.address(name)
		if err != nil {
			return nil, err
		}
		return reflect.NewAt(t, address).Interface(), nil
	}
	if !e.mirrored(v.get.sig.Results[0].Type) {
		v := &mirror{pointer: reflect.New(t), get: get}
		return v.pointer.Interface(), v.fetch()
	}
	set, err := accessor(setter)
	if err != nil {
		return nil, err
	}
	return e.mirrors.add(name, t, get, set)
}

// bind binds the function to the func type that it has in this host: with the plugin's
// types, or those that stand for them here. [Function.Bind] cannot do that, because a type
// that stands for a recursive type has another structure.
func (d *Function) bind() (*Binding, error) {
	if err := d.prepare(); err != nil {
		return nil, err
	}
	b := &Binding{target: d.target, sig: d.sig, results: d.results, failure: d.failure, error: d.failure != nil}
	var in, out []reflect.Type
	for i, t := range d.params {
		b.params = append(b.params, newValue(d.sig.Params[i], t.Codec()))
		in = append(in, t.Go())
	}
	for _, t := range d.types {
		out = append(out, t.Go())
	}
	if b.error {
		out = append(out, errorType)
	}
	var err error
	if b.in, err = codec.FuncOf(in, out, d.sig.Variadic); err != nil {
		return nil, d.sig.Mismatch("%v, or use Func or Call", err)
	}
	return b, nil
}

// failing adds an error as the last result to the func type of a variable.
func (b *Binding) failing() *Binding {
	in, out := signatureOf(b.in)
	b.in, b.error = reflect.FuncOf(in, append(out, errorType), false), true
	return b
}

// address asks the plugin for the address of a variable whose type is shared. The variable is
// in the library's data, which does not move and which no garbage collector manages.
func (e *Exports) address(name string) (unsafe.Pointer, error) {
	var c Call
	if err := e.Begin(&c, e.variables[name].address); err != nil {
		return nil, err
	}
	defer c.End()
	if err := c.Do(); err != nil {
		return nil, err
	}
	e.shares.Store(true) // before End: see SharesMemory
	address := c.Frame.Uintptr(0)
	return *(*unsafe.Pointer)(unsafe.Pointer(&address)), nil
}

// SharesMemory reports whether the host has got the address of a variable. The answer is final
// when no call is under way and none will begin.
func (e *Exports) SharesMemory() bool { return e.shares.Load() }

// shared reports whether host and plugin can use the same memory for a variable of the type.
func (e *Exports) shared(t *manifest.Type) bool {
	_, fixed := e.manifest.Types.Fixed(t)
	return !e.separate && (fixed || t.Kind == manifest.Bool)
}

// SetSeparate says that the plugin has its memory in another process. It must be called before
// the first call.
func (e *Exports) SetSeparate() { e.separate = true }

// mirrored reports whether a variable of the type is copied between both sides. Variables
// with objects in them are not, because objects cannot be compared.
func (e *Exports) mirrored(t *manifest.Type) bool {
	return !e.shared(t) && e.manifest.Types.Plain(t)
}

// mirrors are the copies of variables that are not shared.
type mirrors struct {
	sync.Mutex
	byName map[string]*mirror
}

type mirror struct {
	pointer  reflect.Value // what the host holds
	known    reflect.Value // what the plugin had last
	get, set *Binding
}

// needed reports whether the plugin has variables that are mirrored.
func (m *mirrors) needed(e *Exports) bool {
	for i := range e.manifest.Variables {
		if e.mirrored(&e.manifest.Variables[i].Type) {
			return true
		}
	}
	return false
}

func (m *mirrors) add(name string, t reflect.Type, get, set *Binding) (any, error) {
	m.Lock()
	defer m.Unlock()
	if found := m.byName[name]; found != nil {
		return found.pointer.Interface(), nil
	}
	v := &mirror{pointer: reflect.New(t), get: get, set: set}
	if err := v.fetch(); err != nil {
		return nil, err
	}
	if m.byName == nil {
		m.byName = make(map[string]*mirror)
	}
	m.byName[name] = v
	return v.pointer.Interface(), nil
}

// send copies variables that the host has changed to the plugin.
func (m *mirrors) send() error {
	m.Lock()
	defer m.Unlock()
	for _, v := range m.byName {
		if reflect.DeepEqual(v.pointer.Elem().Interface(), v.known.Interface()) {
			continue
		}
		if err, _ := v.set.Reflect([]reflect.Value{v.pointer.Elem()})[0].Interface().(error); err != nil {
			return err
		}
	}
	return nil
}

// fetch copies the plugin's variables to the host.
func (m *mirrors) fetch() error {
	m.Lock()
	defer m.Unlock()
	for _, v := range m.byName {
		if err := v.fetch(); err != nil {
			return err
		}
	}
	return nil
}

// fetch gets the value twice, because the host may change one of the copies in place.
func (v *mirror) fetch() error {
	for _, to := range []func(reflect.Value){
		func(r reflect.Value) { v.known = r },
		func(r reflect.Value) { v.pointer.Elem().Set(r) },
	} {
		out := v.get.Reflect(nil)
		if err, _ := out[1].Interface().(error); err != nil {
			return err
		}
		to(out[0])
	}
	return nil
}

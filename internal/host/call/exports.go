package call

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Exports is what a plugin exports, ready to be called through a backend. It is
// safe for concurrent use.
type Exports struct {
	manifest *manifest.Manifest
	target
	objects   target // that has objects set
	functions map[string]*Function
	receiving map[string]*Function // those of functions that take a receiver first
	variables map[string]*accessors
	methods   map[method]*Function
	mirrors   *mirrors
	bound     *Bound      // nil: what is bound does not last for other generations
	shares    atomic.Bool // see SharesMemory
	separate  bool        // see SetSeparate
}

// A method identifies one of the manifest's Methods.
type method struct{ receiver, name string }

// accessors are the functions behind a variable of the plugin.
type accessors struct {
	get, set *Function
	address  *Signature
}

// NewExports returns the exports of a plugin with this manifest. The error says which
// type this host does not know.
func NewExports(m *manifest.Manifest) (*Exports, error) {
	e := &Exports{
		manifest: m, target: target{scope: typemap.NewScope(m), maxDepth: nesting.DefaultLimit, constants: m.Constants}, mirrors: new(mirrors),
		functions: make(map[string]*Function), receiving: make(map[string]*Function), variables: make(map[string]*accessors), methods: make(map[method]*Function),
	}
	e.scope.SetErrors(api.Result, api.Origin, hostErrors)
	for i := range m.Functions {
		d, err := e.function(i, &m.Functions[i])
		if err != nil {
			return nil, err
		}
		e.functions[m.Functions[i].Name] = d
		if strings.Contains(m.Functions[i].Name, ".") {
			e.receiving[m.Functions[i].Name] = &Function{target: &e.objects, sig: d.sig}
		}
	}
	for i := range m.Variables {
		v := &m.Variables[i]
		list := []manifest.Param{{Type: v.Type}}
		index := m.VariableIndex(i)
		// An error in a variable is the variable's value, and does not mean that get failed.
		get, err := e.function(index, &manifest.Function{Name: v.Name, Results: list, Dynamic: v.Dynamic})
		if err != nil {
			return nil, err
		}
		get.sig.value = true
		set, err := e.function(index+1, &manifest.Function{Name: v.Name, Params: list, Dynamic: v.Dynamic})
		if err != nil {
			return nil, err
		}
		address, err := e.signature(index+2, &manifest.Function{Name: v.Name, Results: []manifest.Param{{Type: manifest.Type{Kind: manifest.Uintptr}}}})
		if err != nil {
			return nil, err
		}
		get.sig.variable, set.sig.variable = true, true
		for _, s := range []*Signature{get.sig, set.sig, address} {
			s.text = "var " + v.Name + " " + v.Type.String()
		}
		e.variables[v.Name] = &accessors{get, set, address}
	}
	for i := range m.Methods {
		f := &m.Methods[i]
		if form, _ := m.Types.Form(&f.Params[0].Type); form != manifest.FormObject {
			copied := *f
			copied.Name = f.Receiver + "." + f.Name
			d, err := e.function(m.MethodIndex(i), &copied)
			if err != nil {
				return nil, err
			}
			e.receiving[copied.Name] = &Function{target: &e.objects, sig: d.sig}
			continue
		}
		s, err := NewMethodSignature(m.Package, m.MethodIndex(i), f, m.Types)
		if err != nil {
			return nil, err
		}
		e.methods[method{f.Receiver, f.Name}] = &Function{target: &e.objects, sig: s}
	}
	return e, nil
}

func (e *Exports) function(index int, f *manifest.Function) (*Function, error) {
	s, err := e.signature(index, f)
	if err != nil {
		return nil, err
	}
	return &Function{target: &e.target, sig: s}, nil
}

func (e *Exports) signature(index int, f *manifest.Function) (*Signature, error) {
	return NewSignature(e.manifest.Package, index, f, e.manifest.Types)
}

// SetBackend sets what runs the plugin, once, before the first call.
func (e *Exports) SetBackend(b backend.Backend) {
	e.backend = b
	e.simple, _ = b.(backend.Simple)
	e.objects = e.target
	e.objects.objects = true
}

// SetMaxDepth sets how many callbacks may be nested on a goroutine that calls the
// plugin. It is called before the first call.
func (e *Exports) SetMaxDepth(n int) { e.maxDepth, e.objects.maxDepth = n, n }

// Manifest describes the plugin. It must not be changed.
func (e *Exports) Manifest() *manifest.Manifest { return e.manifest }

// Scope returns the scope of the plugin's messages.
func (e *Exports) Scope() *typemap.Scope { return e.scope }

// Begin starts a call of the function whose arguments the caller puts into the frame.
func (e *Exports) Begin(c *Call, s *Signature) error { return c.begin(nil, &e.target, s, nil) }

// Lookup returns the signature of a function. The error wraps ErrNotFound. It says which names
// there are, or why the function was skipped.
func (e *Exports) Lookup(name string) (*Signature, error) {
	d, err := e.find(name)
	if err != nil {
		return nil, err
	}
	return d.sig, nil
}

func (e *Exports) find(name string) (*Function, error) {
	if d := e.functions[name]; d != nil {
		return d, nil
	}
	if d := e.functions[manifest.InstanceName(name)]; d != nil {
		return d, nil
	}
	return nil, NotFound(e.manifest, name)
}

// Call converts the arguments to the function's parameters, calls the function, and returns its
// results. A last result of type error is returned as err. If ctx has ended, the call is not
// made. A call that has begun runs to its end.
func (e *Exports) Call(ctx context.Context, name string, args []any) ([]any, error) {
	if e.bound != nil {
		if r := e.bound.nested(&e.target); r != nil {
			e = r.exports
		}
	}
	for {
		d, err := e.find(name)
		if err != nil {
			if results, found, err := e.funcVariable(ctx, name, args); found {
				return results, err
			}
			return nil, err
		}
		var begun bool
		results, err := d.call(ctx, nil, args, &begun)
		if begun || e.bound == nil || !IsGone(err) {
			return results, err
		}
		if err := e.bound.Await(ctx, e.backend, err); err != nil {
			return nil, err
		}
		e = e.bound.current()
	}
}

// Method returns a method of the type receiver, or nil if there is none.
func (e *Exports) Method(receiver, name string) *Function { return e.methods[method{receiver, name}] }

// HasMethods reports whether the manifest lists methods of the type receiver.
func (e *Exports) HasMethods(receiver string) bool {
	return slices.ContainsFunc(e.manifest.Methods, func(f manifest.Function) bool { return f.Receiver == receiver })
}

// Receiving returns a method of a type whose values are copied, as a function that takes the
// receiver first. It returns nil if there is none.
func (e *Exports) Receiving(receiver, name string) *Function {
	return e.receiving[receiver+"."+name]
}

// Bind binds a function to a func type of the host. It may begin with a
// context.Context and end with an error that the function lacks.
func (e *Exports) Bind(name string, t reflect.Type) (*Binding, error) {
	return e.last(func(e *Exports) (*Binding, error) {
		d, err := e.find(name)
		if err != nil {
			return nil, err
		}
		return bind(&e.target, d.sig, t)
	})
}

// Variable binds the variable of the given name to a type of the host. get and set
// have the types func() (T, error) and func(T) error.
func (e *Exports) Variable(name string, t reflect.Type) (get, set *Binding, err error) {
	accessor := func(of func(*accessors) *Function, t reflect.Type) (*Binding, error) {
		return e.last(func(e *Exports) (*Binding, error) {
			v := e.variables[name]
			if v == nil {
				return nil, noVariable(e.manifest, name)
			}
			return bind(&e.target, of(v).sig, t)
		})
	}
	if get, err = accessor(getter, reflect.FuncOf(nil, []reflect.Type{t, errorType}, false)); err != nil {
		return nil, nil, err
	}
	set, err = accessor(setter, reflect.FuncOf([]reflect.Type{t}, []reflect.Type{errorType}, false))
	return get, set, err
}

func getter(v *accessors) *Function { return v.get }
func setter(v *accessors) *Function { return v.set }

func noVariable(m *manifest.Manifest, name string) error {
	names := make([]string, len(m.Variables))
	for i := range m.Variables {
		names[i] = m.Variables[i].Name
	}
	return missing(m, "variable", name, names)
}

package object

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The host may pass an object of one plugin to another plugin. For the second plugin it is an
// object of the host: the host keeps it as long as the plugin refers to it, and calls its
// methods on the first plugin.

// foreign returns v if it is an object of another plugin, and nil otherwise.
func (o *Attachment) foreign(v any) *Object {
	x, ok := api.Unwrap(v)
	if !ok || x == nil || x.local != nil || x.attachment.session == o.session {
		return nil
	}
	return x
}

// A fitting is a pair of types of which fits has found that the first has the methods of the
// second.
type fitting struct {
	session     uint64 // of the object's plugin
	have, wants string // the object's type, and the type of this plugin
}

// fits returns an error if an object of another plugin cannot be passed for this plugin's type
// t, because it lacks a method of t.
func (o *Attachment) fits(x *Object, t *manifest.Type) error {
	u := o.manifest.Types.Under(t)
	of := fmt.Sprintf("the object belongs to plugin %s", x.attachment.manifest.Package)
	if _, err := x.typ(); err != nil {
		return fmt.Errorf("%s: %w", of, err)
	}
	key := fitting{x.attachment.session.number, x.Type(), t.Text()}
	if load(&o.fitting, key) != nil {
		return nil
	}
	methods := u.Methods
	switch u.Kind {
	case manifest.Interface:
	case manifest.Func:
		methods = []manifest.Method{{Params: u.Params, Results: u.Results, Variadic: u.Variadic}}
	default:
		if gone := x.attachment.operator.Gone(); gone != nil { // it cannot be copied any more
			return fmt.Errorf("%s: %w", of, gone)
		}
		return fmt.Errorf("%s, and the plugin's %s is no interface; pass a copy of it, which winplugin.As or Object.Copy makes", of, t)
	}
	for i := range methods {
		m := &methods[i]
		ft, err := o.funcType(types(m.Params), types(m.Results), m.Variadic)
		if err == nil {
			_, err = x.BindMethod(m.Name, ft)
		}
		if err != nil {
			return fmt.Errorf("%s and is no %s: %w", of, t, err)
		}
	}
	o.fitting.Store(key, true)
	return nil
}

func types(list []manifest.Param) (all []*manifest.Type) {
	for i := range list {
		all = append(all, &list[i].Type)
	}
	return all
}

func slotTypes(list []call.Slot) (all []*manifest.Type) {
	for i := range list {
		all = append(all, list[i].Type)
	}
	return all
}

// funcType returns the func type that the host has for a signature of the plugin.
func (o *Attachment) funcType(params, results []*manifest.Type, variadic bool) (reflect.Type, error) {
	list := func(of []*manifest.Type) ([]reflect.Type, error) {
		all := make([]reflect.Type, len(of))
		for i, t := range of {
			found, err := o.scope.Type(t)
			if err != nil {
				return nil, err
			}
			all[i] = found.Go()
		}
		return all, nil
	}
	in, err := list(params)
	if err != nil {
		return nil, err
	}
	out, err := list(results)
	if err != nil {
		return nil, err
	}
	return codec.FuncOf(in, out, variadic)
}

// foreignHandler handles a callback for objects of other plugins.
func foreignHandler(o *Attachment, s *call.Signature) (*call.Callback, error) {
	ft, err := o.funcType(slotTypes(s.Params), slotTypes(s.Results), s.Variadic)
	if err != nil {
		return nil, err
	}
	return call.BindCallbackFunc(s, o.scope, ft, func(v any, in []reflect.Value) []reflect.Value {
		return callForeign(v, s.Method(), ft, in)
	})
}

// callForeign calls a method of an object. If the method cannot be bound, the error is the last
// result of type error, or callForeign panics with it.
func callForeign(v any, name string, ft reflect.Type, in []reflect.Value) []reflect.Value {
	x, _ := api.Unwrap(v)
	b, err := x.BindMethod(name, ft)
	if err == nil {
		return b.Reflect(in)
	}
	n := ft.NumOut()
	if n == 0 || ft.Out(n-1) != errorType {
		panic(err)
	}
	out := make([]reflect.Value, n)
	for i := range out {
		out[i] = reflect.New(ft.Out(i)).Elem()
	}
	out[n-1].Set(reflect.ValueOf(err))
	return out
}

// foreignType describes the type of v, an object of another plugin in an any. It returns nil
// for other values.
func (o *Attachment) foreignType(v any) (*codec.ForeignType, error) {
	x := o.foreign(v)
	if x == nil {
		return nil, nil
	}
	text, err := x.typ()
	if err != nil {
		return nil, fmt.Errorf("the object belongs to plugin %s: %w", x.attachment.manifest.Package, err)
	}
	text = strings.TrimPrefix(text, "*")
	receivers := x.receivers(text)
	t := &codec.ForeignType{
		Key:    fmt.Sprintf("%d %s %q", x.attachment.session.number, text, receivers),
		Plugin: x.attachment.manifest.Package,
		Name:   text[strings.LastIndexByte(text, '/')+1:],
	}
	if i := strings.LastIndexByte(text, '.'); i > 0 {
		t.Path = text[:i]
	}
	t.Methods = func() []codec.ForeignMethod { return x.methods(receivers) }
	return t, nil
}

// receivers returns the types under which the manifest may list methods of the object. text is
// the object's dynamic type.
func (o *Object) receivers(text string) []string {
	o.mu.Lock()
	list := slices.Clone(o.statics)
	o.mu.Unlock()
	list = append(list, text)
	if own := o.attachment.manifest.OwnName(text); own != "" {
		list = append(list, own)
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// methods returns the methods that another plugin can call on an object in an any. Format,
// MarshalJSON and MarshalText are always among them, because package fmt and encoders would
// find no fields in the other plugin. If the type lacks MarshalText, calling it fails.
func (o *Object) methods(receivers []string) []codec.ForeignMethod {
	list := []codec.ForeignMethod{
		{Name: "Format", Type: reflect.TypeFor[func()](), Call: func(v any, in []reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf(fmt.Sprintf(in[0].String(), v))}
		}},
		{Name: "MarshalJSON", Type: marshalerType, Call: func(v any, _ []reflect.Value) []reflect.Value {
			x, _ := api.Unwrap(v)
			return marshaled(x.MarshalJSON())
		}},
		{Name: "MarshalText", Type: marshalerType, Call: func(v any, _ []reflect.Value) []reflect.Value {
			x, _ := api.Unwrap(v)
			return marshaled(x.MarshalText())
		}},
	}
	m := o.attachment.manifest
	for _, functions := range [][]manifest.Function{m.Methods, m.Functions} {
		for i := range functions {
			f := &functions[i]
			name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
			if f.Receiver == "" || len(f.Params) == 0 || !slices.Contains(receivers, f.Receiver) ||
				slices.ContainsFunc(list, func(m codec.ForeignMethod) bool { return m.Name == name }) {
				continue
			}
			ft, err := o.attachment.funcType(types(f.Params[1:]), types(f.Results), f.Variadic)
			if err != nil {
				continue
			}
			list = append(list, codec.ForeignMethod{Name: name, Type: ft, Call: func(v any, in []reflect.Value) []reflect.Value {
				return callForeign(v, name, ft, in)
			}})
		}
	}
	return list
}

var marshalerType = reflect.TypeFor[func() ([]byte, error)]()

func marshaled(b []byte, err error) []reflect.Value {
	return []reflect.Value{reflect.ValueOf(&b).Elem(), reflect.ValueOf(&err).Elem()}
}

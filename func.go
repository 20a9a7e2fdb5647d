package winplugin

import (
	"reflect"
)

// Func binds an exported function of the plugin to the func type F, so that it is
// called like any Go func:
//
//	execute, err := winplugin.Func[func(a, b int) (int, error)](p, "Execute")
//
// Func compares the types, and calls do not. F's parameters and results must have the same
// structure as the plugin's; the names of types do not matter. If they differ, the error is
// a [*SignatureError] that says where. An unknown name gives an error that wraps
// [ErrNotFound].
//
// F may begin with a [context.Context]. If the function has none, the call only checks
// before it begins that the context has not ended. Otherwise the function gets the context:
// its deadline and cancellation reach the plugin at once, its values do not. In both cases
// the call returns when the function does, because the plugin may be using the host's
// memory until then.
//
// F may end with an error that the function lacks. It reports a failure of the call itself,
// such as a panic in the function. Without it, such a failure panics in the host with a
// [*PanicError].
//
// Funcs, channels, interfaces and structs that have unexported fields cross by reference.
// The host passes any value that has the methods of the plugin's interface, and the plugin
// may keep it. A value of the plugin arrives as a func, a channel, an interface for which
// there is a proxy (see [WithProxy]), or an [*Object]. A value that returns to its own side
// is the original value there.
//
// A method of a type whose values can be copied is named "Type.Method", and takes the
// receiver first. The func may be called from any number of goroutines, and fails with
// [ErrClosed] once the plugin is closed.
//
// A call of a func with up to four parameters of integers, float64, strings or slices of
// numbers, and one result of these, allocates memory for its result only. Other funcs are
// slower, most of all those with large structs or arrays, which are made by [reflect.MakeFunc].
func Func[F any](p *Plugin, name string) (F, error) {
	var f F
	b, err := p.current().Bind(name, reflect.TypeFor[F]())
	if err != nil {
		return f, err
	}
	f = b.Make().Interface().(F)
	return f, nil
}

// Bind binds functions of the plugin to the func fields of the struct that functions
// points to, each as [Func] does. A field's name or its tag names the function:
//
//	var calc struct {
//		Execute func(a, b int) int
//		Version func() string `plugin:"PluginVersion"`
//	}
//	err := p.Bind(&calc)
//
// Fields with the tag "-", unexported fields and fields of other types are ignored. Either
// all funcs are bound, or none is, and the error joins one error for each that cannot be.
func (p *Plugin) Bind(functions any) error { return p.current().BindFields(functions) }

package winplugin

import (
	"reflect"
)

// Func binds an exported function of the plugin to the func type F, so that it is
// called like any Go func:
//
//	execute, err := winplugin.Func[func(a, b int) (int, error)](p, "Execute")
//
// Types are compared now, not at the call: F's parameters and results must have the
// structure of the plugin's, named or not, and the error is a [*SignatureError] that
// says where they differ. F may begin with a [context.Context] that the function
// lacks; it is looked at before the call. One that the function has as well is passed
// on: its deadline and cancellation reach the plugin at once, its values do not. The
// call returns when the function does, never before: the plugin may be using the
// host's memory. F may end with an error that the function
// lacks: it reports what went wrong in the call itself. Without one, such a failure
// panics with a [*PanicError], as a call of any Go func would.
//
// What cannot be copied crosses by reference: funcs, channels, interfaces and
// structs that have unexported fields. The host passes any value that has the methods of
// the plugin's interface, which keeps it for as long as it wants. What the plugin
// returns is a func, a channel, an interface for which there is a proxy (see
// [WithProxy]), or an [*Object]. A value that goes back to the side that it came from is
// the same value there.
//
// A method of a type whose values can be copied is named "Type.Method", and takes the
// receiver first. The func may be called from any number of goroutines, and fails with
// [ErrClosed] once the plugin is closed.
//
// Funcs of up to four parameters of integers, float64, strings or slices of numbers, and
// one result of these, take no memory of their own; others are made by
// [reflect.MakeFunc].
func Func[F any](p *Plugin, name string) (F, error) {
	var f F
	b, err := p.backend.Bind(name, reflect.TypeFor[F]())
	if err != nil {
		return f, err
	}
	f = b.Make().Interface().(F)
	return f, nil
}

// Bind binds functions of the plugin to the func fields of the struct that functions
// points to, each as [Func] does, under the field's name or the one in its tag:
//
//	var calc struct {
//		Execute func(a, b int) int
//		Version func() string `plugin:"PluginVersion"`
//	}
//	err := p.Bind(&calc)
//
// Fields with the tag "-", unexported fields and those that are no funcs are left
// alone. All fields are bound, or none: the error joins one for each that cannot be.
func (p *Plugin) Bind(functions any) error { return p.backend.BindFields(functions) }

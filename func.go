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
// lacks; it is looked at before the call. F may end with an error that the function
// lacks: it carries what went wrong in the call itself. Without one, such a failure
// panics with a [*PanicError], as a call of any Go func would.
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

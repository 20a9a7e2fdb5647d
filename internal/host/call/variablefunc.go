package call

import (
	"context"
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// funcVariable calls the func that a variable holds, as Call calls a function. found is false if
// there is no such variable.
func (e *Exports) funcVariable(ctx context.Context, name string, args []any) (results []any, found bool, err error) {
	v := e.variables[name]
	if v == nil || e.scope.Under(v.get.sig.Results[0].Type).Kind != manifest.Func {
		return nil, false, nil
	}
	held, err := v.get.Call(ctx, nil, nil)
	if err != nil {
		return nil, true, err
	}
	if o, ok := held[0].(interface {
		Call(ctx context.Context, method string, args ...any) ([]any, error)
	}); ok {
		results, err = o.Call(ctx, "", args...)
		return results, true, err
	}
	fn := reflect.ValueOf(held[0])
	if fn.Kind() != reflect.Func || fn.IsNil() {
		return nil, true, fmt.Errorf("plugin %s: var %s is nil, and cannot be called", e.manifest.Package, name)
	}
	results, err = e.CallPluginFunc(ctx, "var "+name, fn, args)
	return results, true, err
}

// CallPluginFunc is CallFunc for a func of the plugin's, whose failures are errors.
func (e *Exports) CallPluginFunc(ctx context.Context, what string, fn reflect.Value, args []any) (results []any, err error) {
	defer func() {
		if v := recover(); v != nil {
			failure, ok := v.(error) // what went wrong in the call
			if !ok {
				panic(v)
			}
			results, err = nil, failure
		}
	}()
	return e.CallFunc(ctx, what, fn, args)
}

// CallFunc calls a func as Call calls a function. what names it in errors.
func (e *Exports) CallFunc(ctx context.Context, what string, fn reflect.Value, args []any) (results []any, err error) {
	in, err := e.funcArguments(ctx, fn.Type(), args)
	if err != nil {
		return nil, fmt.Errorf("plugin %s: %s: %w", e.manifest.Package, what, err)
	}
	out := fn.Call(in)
	if n := len(out); n > 0 && out[n-1].Type() == errorType {
		err, _ = out[n-1].Interface().(error)
		out = out[:n-1]
	}
	for _, v := range out {
		results = append(results, v.Interface())
	}
	return results, err
}

// funcArguments converts arguments to the parameters of a func. A func that takes a context
// first gets ctx, unless the arguments begin with one.
func (e *Exports) funcArguments(ctx context.Context, t reflect.Type, args []any) ([]reflect.Value, error) {
	if t.NumIn() > 0 && t.In(0) == contextType && !beginWithContext(args) {
		args = append([]any{ctx}, args...)
	}
	fixed := t.NumIn()
	if t.IsVariadic() {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !t.IsVariadic() {
		return nil, fmt.Errorf("takes %d arguments, got %d", fixed, len(args))
	}
	in := make([]reflect.Value, len(args))
	for i, arg := range args {
		to := t.In(min(i, t.NumIn()-1))
		if i >= fixed {
			to = to.Elem()
		}
		in[i] = reflect.New(to).Elem()
		if err := e.scope.Objects().Assign(in[i], arg, nil); err != nil {
			return nil, fmt.Errorf("argument %d: %w", i+1, err)
		}
	}
	return in, nil
}

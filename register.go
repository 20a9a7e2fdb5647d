package winplugin

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/host/nesting"
	"github.com/RamanSharma100/go-winplugin/internal/host/object"
	"github.com/RamanSharma100/go-winplugin/internal/host/reload"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
)

// The packages below cannot import this one, but calls return its errors and objects. So it
// registers the functions that make them.
func init() {
	ErrNotFound, ErrClosed, ErrReleased = call.ErrNotFound, call.ErrClosed, call.ErrReleased
	ErrTooDeep, ErrWithinCallback = nesting.ErrTooDeep, nesting.ErrWithin
	ErrTooManyCalls, ErrResultTooLarge = backend.ErrTooManyCalls, backend.ErrResultTooLarge
	ErrHoldsTooMuch = backend.ErrHoldsTooMuch
	ErrTooManyLibraries, ErrNotUnloadable = native.ErrTooManyLibraries, native.ErrNotUnloadable
	ErrNotSurvivable, ErrRestarting = native.ErrNotSurvivable, reload.ErrRestarting
	ErrNotReloadable, ErrPinned, ErrNoGeneration = reload.ErrNotReloadable, reload.ErrPinned, reload.ErrNoGeneration
	ErrTooManyGenerations, ErrReplaced = reload.ErrTooManyGenerations, backend.ErrReplaced
	native.RegisterCrash(func(e *native.CrashError, target any) bool {
		to, ok := target.(**CrashError)
		if ok {
			*to = &CrashError{Reason: e.Reason, ExitCode: e.ExitCode, Stack: e.Stack, Output: e.Output, Err: e.Err}
		}
		return ok
	})
	ErrNoFunctions, ErrNoPackage, ErrGoTooOld = source.ErrNoFunctions, source.ErrNoPackage, source.ErrGoTooOld

	call.Register(call.API{
		Signature:   func(e *call.SignatureError) error { return (*SignatureError)(e) },
		IsSignature: func(err error) bool { _, ok := err.(*SignatureError); return ok },
		Panic: func(e *call.PanicError) error {
			return &PanicError{Plugin: e.Plugin, Function: e.Function, Type: e.Type, Value: e.Value, Stack: e.Stack, Err: e.Err, own: e}
		},
		Panicked: func(v any) *call.PanicError {
			e, _ := v.(*PanicError)
			if e == nil {
				return nil
			}
			return e.internal()
		},
		Result: func(e *codec.Error, target any) bool {
			to, ok := target.(**ErrorResult)
			if ok {
				*to = &ErrorResult{Message: e.Message, Type: e.Type, err: e.Whole()}
			}
			return ok
		},
		Origin: func(err error) error {
			if e, ok := err.(*ErrorResult); ok && e != nil && e.err != nil {
				return e.err
			}
			if e, ok := err.(panicCause); ok {
				return e.error
			}
			if o, ok := err.(*Object); ok && o != nil {
				if own, ok := o.object.Value().(error); ok {
					return own
				}
			}
			return err
		},
	})
	object.Register(object.API{
		Type: reflect.TypeFor[*Object](),
		Wrap: func(o *object.Object) any { return &Object{o} },
		Unwrap: func(v any) (*object.Object, bool) {
			o, ok := v.(*Object)
			if o == nil {
				return nil, ok
			}
			return o.object, true
		},
		Proxy: func(v any) *object.Object {
			p, ok := v.(interface{ PluginObject() *Object })
			if !ok {
				return nil
			}
			if o := p.PluginObject(); o != nil {
				return o.object
			}
			return nil
		},
	})
}

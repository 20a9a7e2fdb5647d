package call

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Funcs and methods of the usual shapes are called without reflection: see shape.go. The
// method of a pointer is a func whose first parameter is the pointer.

// A callbackFunc calls the func at fn, or the method at fn of the pointer o.
type callbackFunc func(a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error

// shape sets a.fast, if objects of type t have one of the usual shapes.
func (a *Callback) shape(t reflect.Type) {
	results := a.results
	if !memory.Trusted || a.method >= 0 && t.Kind() != reflect.Pointer {
		return
	}
	if a.fails {
		results = results[:len(results)-1]
	}
	params := letters(a.params)
	switch letters(results) {
	case "":
		a.fast = shapedCallback[struct{}](params)
	case "W":
		a.fast = shapedCallback[uint64](params)
	case "D":
		a.fast = shapedCallback[float64](params)
	case "O":
		a.fast = shapedCallback[bool](params)
	case "S":
		a.fast = shapedCallback[string](params)
	case "B":
		a.fast = shapedCallback[[]byte](params)
	}
	if a.fast != nil && a.method >= 0 {
		f := t.Method(a.method).Func.Interface()
		a.fn = memory.Data(&f)
	}
}

// shapedCallback returns the func for parameters of the usual shapes, with the result R.
func shapedCallback[R any](params string) callbackFunc {
	switch params {
	case "":
		return handle0[R]
	case "W":
		return handle1[uint64, R]
	case "D":
		return handle1[float64, R]
	case "O":
		return handle1[bool, R]
	case "S":
		return handle1[string, R]
	case "B":
		return handle1[[]byte, R]
	case "WW":
		return handle2[uint64, uint64, R]
	case "DD":
		return handle2[float64, float64, R]
	case "SS":
		return handle2[string, string, R]
	case "SW":
		return handle2[string, uint64, R]
	case "WS":
		return handle2[uint64, string, R]
	case "SB":
		return handle2[string, []byte, R]
	case "BW":
		return handle2[[]byte, uint64, R]
	case "WWW":
		return handle3[uint64, uint64, uint64, R]
	case "C":
		return handle1[context.Context, R]
	case "CS":
		return handle2[context.Context, string, R]
	case "CW":
		return handle2[context.Context, uint64, R]
	case "CB":
		return handle2[context.Context, []byte, R]
	case "CSB":
		return handle3[context.Context, string, []byte, R]
	}
	return nil
}

func handle0[R any](a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error {
	var r R
	var err error
	switch {
	case a.method >= 0 && a.fails:
		r, err = memory.As[func(unsafe.Pointer) (R, error)](fn)(o)
	case a.method >= 0:
		r = memory.As[func(unsafe.Pointer) R](fn)(o)
	case a.fails:
		r, err = memory.As[func() (R, error)](fn)()
	default:
		r = memory.As[func() R](fn)()
	}
	return putResult(a, f, r, err, h)
}

func handle1[A0, R any](a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error {
	a0, fail := argument[A0](a, f, 0)
	if fail != nil {
		return fail
	}
	var r R
	var err error
	switch {
	case a.method >= 0 && a.fails:
		r, err = memory.As[func(unsafe.Pointer, A0) (R, error)](fn)(o, a0)
	case a.method >= 0:
		r = memory.As[func(unsafe.Pointer, A0) R](fn)(o, a0)
	case a.fails:
		r, err = memory.As[func(A0) (R, error)](fn)(a0)
	default:
		r = memory.As[func(A0) R](fn)(a0)
	}
	return putResult(a, f, r, err, h)
}

func handle2[A0, A1, R any](a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error {
	a0, fail := argument[A0](a, f, 0)
	if fail != nil {
		return fail
	}
	a1, fail := argument[A1](a, f, 1)
	if fail != nil {
		return fail
	}
	var r R
	var err error
	switch {
	case a.method >= 0 && a.fails:
		r, err = memory.As[func(unsafe.Pointer, A0, A1) (R, error)](fn)(o, a0, a1)
	case a.method >= 0:
		r = memory.As[func(unsafe.Pointer, A0, A1) R](fn)(o, a0, a1)
	case a.fails:
		r, err = memory.As[func(A0, A1) (R, error)](fn)(a0, a1)
	default:
		r = memory.As[func(A0, A1) R](fn)(a0, a1)
	}
	return putResult(a, f, r, err, h)
}

func handle3[A0, A1, A2, R any](a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error {
	a0, fail := argument[A0](a, f, 0)
	if fail != nil {
		return fail
	}
	a1, fail := argument[A1](a, f, 1)
	if fail != nil {
		return fail
	}
	a2, fail := argument[A2](a, f, 2)
	if fail != nil {
		return fail
	}
	var r R
	var err error
	switch {
	case a.method >= 0 && a.fails:
		r, err = memory.As[func(unsafe.Pointer, A0, A1, A2) (R, error)](fn)(o, a0, a1, a2)
	case a.method >= 0:
		r = memory.As[func(unsafe.Pointer, A0, A1, A2) R](fn)(o, a0, a1, a2)
	case a.fails:
		r, err = memory.As[func(A0, A1, A2) (R, error)](fn)(a0, a1, a2)
	default:
		r = memory.As[func(A0, A1, A2) R](fn)(a0, a1, a2)
	}
	return putResult(a, f, r, err, h)
}

// argument returns argument i.
func argument[T any](a *Callback, f *wire.Frame, i int) (arg T, err error) {
	v := &a.params[i]
	if v.Form == manifest.FormWord {
		switch unsafe.Sizeof(arg) {
		case 8:
			*(*uint64)(unsafe.Pointer(&arg)) = *f.Word(v.At)
		case 1:
			*(*bool)(unsafe.Pointer(&arg)) = f.Bool(v.At)
		}
		return arg, nil
	}
	switch p := unsafe.Pointer(&arg); v.Form {
	case manifest.FormText:
		*(*string)(p) = v.takeArgText(f)
	case manifest.FormContext:
		err = v.takeContext(f, a.scope, p)
	default:
		err = v.takeArgBulk(f, p)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", label("argument", i, a.sig.Params), err)
	}
	return arg, err
}

// putResult puts a result, if there is one, and the error into the frame.
func putResult[R any](a *Callback, f *wire.Frame, result R, failure error, h Holder) error {
	if unsafe.Sizeof(result) > 0 {
		v := &a.results[0]
		if v.Form != manifest.FormWord {
			return putBytes(a, f, result, failure, h)
		}
		switch p := unsafe.Pointer(&result); unsafe.Sizeof(result) {
		case 8:
			*f.Word(v.At) = *(*uint64)(p)
		case 1:
			f.SetBool(v.At, *(*bool)(p))
		}
	}
	if failure != nil {
		return putFailure(a, f, failure, h)
	}
	f.Len, f.Held = 0, 0
	if a.fails {
		f.SetNil(a.results[len(a.results)-1].At)
	}
	return nil
}

// putBytes is putResult for strings and slices. It is a func of its own because it
// allocates.
func putBytes[R any](a *Callback, f *wire.Frame, result R, failure error, h Holder) error {
	r := beginReply(f, a.scope)
	if err := a.results[0].putResult(f, r, unsafe.Pointer(&result)); err != nil {
		r.drop()
		return err
	}
	return a.endReply(f, r, failure, h)
}

func putFailure(a *Callback, f *wire.Frame, failure error, h Holder) error {
	return a.endReply(f, beginReply(f, a.scope), failure, h)
}

// endReply puts the error into the frame, and ends the reply.
func (a *Callback) endReply(f *wire.Frame, r *reply, failure error, h Holder) error {
	if last := len(a.results) - 1; a.fails {
		if err := a.results[last].putResult(f, r, unsafe.Pointer(&failure)); err != nil {
			r.drop()
			return fmt.Errorf("%s: %w", label("result", last, a.sig.Results), err)
		}
	}
	return r.end(f, h)
}

package call

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

//go:generate go run answergen.go gen.go

// Funcs and methods of the usual shapes are called without reflection, as package call
// makes funcs of such shapes: see shape.go. A method's func takes the receiver as its
// first parameter, which is one word if the receiver is a pointer.

// An answerFunc calls the func fn, of a method with the receiver o.
type answerFunc func(a *Callback, f *wire.Frame, fn, o unsafe.Pointer, h Holder) error

// shape finds the call for the shape of objects of type t, if it is one of the usual.
func (a *Callback) shape(t reflect.Type) {
	results := a.results
	if a.method >= 0 && t.Kind() != reflect.Pointer {
		return
	}
	fails := a.sig.Fails()
	if fails {
		results = results[:len(results)-1]
	}
	if len(results) > 1 {
		return
	}
	switch key := shapeKey(a.params, results); {
	case a.method < 0 && !fails:
		a.fast = answered(key)
	case a.method < 0:
		a.fast = answeredE(key)
	case !fails:
		a.fast = answeredM(key)
	default:
		a.fast = answeredME(key)
	}
	if a.method >= 0 {
		f := t.Method(a.method).Func.Interface()
		a.fn = second(&f)
	}
}

// second is the second word of an interface: what is in it, of a func or pointer.
func second(v *any) unsafe.Pointer { return (*[2]unsafe.Pointer)(unsafe.Pointer(v))[1] }

// accepted returns argument i.
func accepted[T any](a *Callback, f *wire.Frame, i int) (arg T, err error) {
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
		*(*string)(p) = v.acceptText(f)
	case manifest.FormContext:
		err = v.takeContext(f, a.scope, p)
	default:
		err = v.acceptBulk(f, p)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", label("argument", i, a.sig.Params), err)
	}
	return arg, err
}

// given puts a result and the error into the frame.
func given[T any](a *Callback, f *wire.Frame, result T, failure error, h Holder) error {
	v := &a.results[0]
	if v.Form != manifest.FormWord {
		return givenBytes(a, f, result, failure, h)
	}
	switch p := unsafe.Pointer(&result); unsafe.Sizeof(result) {
	case 8:
		*f.Word(v.At) = *(*uint64)(p)
	case 1:
		f.SetBool(v.At, *(*bool)(p))
	}
	return givenError(a, f, failure, h)
}

// givenBytes is given for strings and slices. It is a func of its own because it takes
// memory for the result.
func givenBytes[T any](a *Callback, f *wire.Frame, result T, failure error, h Holder) error {
	r := beginReply(f, a.scope)
	if err := a.results[0].give(f, r, unsafe.Pointer(&result)); err != nil {
		r.drop()
		return err
	}
	return a.endReply(f, r, failure, h)
}

// givenError puts the error into the frame, if the function has one.
func givenError(a *Callback, f *wire.Frame, failure error, h Holder) error {
	if failure != nil {
		return givenFailure(a, f, failure, h)
	}
	f.Len, f.Held = 0, 0
	if a.sig.Fails() {
		f.SetNil(a.results[len(a.results)-1].At)
	}
	return nil
}

func givenFailure(a *Callback, f *wire.Frame, failure error, h Holder) error {
	return a.endReply(f, beginReply(f, a.scope), failure, h)
}

// endReply puts the error into the frame, and ends the reply.
func (a *Callback) endReply(f *wire.Frame, r *reply, failure error, h Holder) error {
	if last := len(a.results) - 1; a.sig.Fails() {
		if err := a.results[last].give(f, r, unsafe.Pointer(&failure)); err != nil {
			r.drop()
			return fmt.Errorf("%s: %w", label("result", last, a.sig.Results), err)
		}
	}
	r.end(f, h)
	return nil
}

package call

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"slices"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Function calls a function of the plugin with any arguments that can be converted to its
// parameters. It is safe for concurrent use.
type Function struct {
	target *target
	sig    *Signature

	once    sync.Once // guards the rest, which is made at the first call
	failed  error
	params  []*typemap.Type
	types   []*typemap.Type // of the results, without a last error
	results []value         // without a last error
	failure *value
	dynamic *Signature // of calls of dynamic type; nil if there are none
	passed  []passed   // how the arguments of such calls are passed
	keeps   bool       // a result keeps its identity, so all calls are of dynamic type
}

// prepare finds the types that stand for the plugin's in this host.
func (d *Function) prepare() error {
	d.once.Do(func() {
		var results []Slot
		if results, d.failure, d.failed = d.sig.splitFailure(); d.failed != nil {
			return
		}
		if d.params, d.failed = d.typed("parameter", d.sig.Params); d.failed != nil {
			return
		}
		if d.types, d.failed = d.typed("result", results); d.failed != nil {
			return
		}
		for i, t := range d.types {
			d.results = append(d.results, newValue(results[i], t.Codec()))
			d.keeps = d.keeps || d.target.scope.Keeps(results[i].Type) || d.target.scope.IsLive(results[i].Type)
		}
		if d.keeps = d.keeps && d.sig.Dynamic; d.sig.Dynamic {
			d.dynamic = d.sig.dynamic()
			for _, t := range d.params {
				d.passed = append(d.passed, passing(d.target.scope, t.Mention()))
			}
		}
	})
	return d.failed
}

func (d *Function) typed(what string, slots []Slot) ([]*typemap.Type, error) {
	types := make([]*typemap.Type, len(slots))
	for i := range slots {
		t, err := d.target.scope.Type(slots[i].Type)
		if err != nil {
			return nil, d.sig.Mismatch("%s: %v", label(what, i, slots), err)
		}
		types[i] = t
	}
	return types, nil
}

// Call calls the function. The arguments of a variadic parameter are given one by one, or as
// one slice of its type. A function that takes a context first gets ctx, unless the arguments
// begin with one. r is the receiver of a method, and nil for a function.
func (d *Function) Call(ctx context.Context, r Receiver, args []any) ([]any, error) {
	var begun bool
	return d.call(ctx, r, args, &begun)
}

// call is Call. It sets begun to whether the error is not one that kept the call from beginning.
func (d *Function) call(ctx context.Context, r Receiver, args []any, begun *bool) ([]any, error) {
	*begun = true
	if ctx == nil {
		ctx = context.Background()
	}
	if ctx.Err() != nil {
		return nil, notCalled(d.sig, ctx)
	}
	if err := d.prepare(); err != nil {
		return nil, err
	}
	if d.sig.takesContext() && !beginWithContext(args) {
		args, ctx = append([]any{ctx}, args...), nil
	}
	args = d.constants(args)
	if d.keeps || d.dynamic != nil && d.pointsToHost(args) {
		return d.callDynamic(ctx, r, args, begun)
	}
	results, err, refused := d.callTyped(ctx, r, args, begun)
	if refused == nil {
		return results, err
	}
	if d.dynamic == nil {
		return nil, refused
	}
	// An argument may be an object, or stand for a struct that cannot be copied.
	results, err = d.callDynamic(ctx, r, args, begun)
	if api.IsSignature(err) && !d.takesStruct() && !errors.Is(refused, typemap.ErrObject) {
		err = refused
	}
	return results, err
}

// pointsToHost reports whether an argument is a pointer to memory of the host's that the
// plugin may write to, also in later calls.
func (d *Function) pointsToHost(args []any) bool {
	for i, arg := range args {
		if p := reflect.ValueOf(arg); i < len(d.params) && p.Kind() == reflect.Pointer && !p.IsNil() && d.params[i].IsPlain(p.Type()) {
			return true
		}
	}
	return false
}

// constants replaces arguments that name constants.
func (d *Function) constants(args []any) []any {
	for i, arg := range args {
		if _, ok := arg.(string); !ok || len(d.sig.Params) == 0 {
			continue
		}
		t := d.sig.Params[min(i, len(d.sig.Params)-1)].Type
		if d.sig.Variadic && i >= len(d.sig.Params)-1 {
			t = d.target.scope.Under(t).Elem
		}
		if v := d.target.named(t, arg); v != arg {
			args = slices.Clone(args)
			args[i] = v
		}
	}
	return args
}

// takesStruct reports whether a parameter is a struct that is not copied, or a pointer to one.
// Only the plugin knows all fields of such a struct, so the plugin's error says more.
func (d *Function) takesStruct() bool {
	for _, p := range d.sig.Params {
		if k := d.target.scope.Under(p.Type).Kind; p.Form == manifest.FormObject && (k == manifest.Struct || k == manifest.Pointer) {
			return true
		}
	}
	return false
}

// WithContext returns the arguments for a function that takes a receiver first: the receiver,
// then ctx if the next parameter is a context and args do not begin with one, then args.
func (d *Function) WithContext(ctx context.Context, receiver any, args []any) []any {
	all := []any{receiver}
	if p := d.sig.Params; len(p) > 1 && p[1].Form == manifest.FormContext && !beginWithContext(args) {
		all = append(all, ctx)
	}
	return append(all, args...)
}

func beginWithContext(args []any) bool {
	if len(args) == 0 {
		return false
	}
	_, ok := args[0].(context.Context)
	return ok
}

// callTyped calls the function with arguments that are converted to the types of its
// parameters here. refused is the error of an argument for which that is impossible.
func (d *Function) callTyped(ctx context.Context, r Receiver, args []any, begun *bool) (results []any, failure, refused error) {
	given := args
	args, gathered, err := d.arguments(args)
	if err != nil {
		return nil, nil, err
	}
	var c Call
	err = c.begin(ctx, d.target, d.sig, r)
	if *begun = err == nil; err != nil {
		return nil, err, nil
	}
	defer c.End()
	converted := make([]any, len(args)) // keeps alive what the frame points to
	codecs := make([]*codec.Codec, len(args))
	for i := range d.params {
		if codecs[i], err = d.putArg(&c, i, args[i], &converted[i]); err != nil {
			c.releaseArgs(i)
			return nil, nil, d.sig.Mismatch("%s: %v", label("argument", i, d.sig.Params), err)
		}
	}
	c.seal()
	err = c.Do()
	runtime.KeepAlive(converted)
	if err != nil {
		return nil, err, nil
	}
	for i, slot := range d.sig.Updates {
		at := d.sig.updated[i]
		to := reflect.ValueOf(args[at])
		if gathered && at == len(args)-1 {
			to = reflect.ValueOf(given[at:])
		}
		if err := c.update(slot, codecs[at], to); err != nil {
			return nil, d.sig.lostUpdate(at, err), nil
		}
	}
	if err := d.writeConverted(&c, args, converted); err != nil {
		return nil, err, nil
	}
	results, failure = d.takeResults(&c)
	return results, failure, nil
}

// writeConverted copies what the plugin has written to slices of numbers that were made for the
// call, because the host's have other types, to the host's.
func (d *Function) writeConverted(c *Call, args, converted []any) error {
	for _, i := range d.sig.inOut {
		if d.sig.Params[i].Form != manifest.FormBulk {
			continue
		}
		to, from := reflect.ValueOf(args[i]), reflect.ValueOf(converted[i])
		if to.Kind() != reflect.Slice || from.Kind() != reflect.Slice || to.Pointer() == from.Pointer() {
			continue
		}
		for k := range min(to.Len(), from.Len()) {
			if err := c.writeNumber(to.Index(k), from.Index(k)); err != nil {
				return d.sig.lostUpdate(i, err)
			}
		}
	}
	return nil
}

// writeNumber sets a variable to a number, unless it has that value already. A variable of an
// interface type keeps the type of its value, if that has the number too.
func (c *Call) writeNumber(to, number reflect.Value) error {
	old := to
	if to.Kind() == reflect.Interface {
		old = to.Elem()
	}
	if old.IsValid() && number.CanConvert(old.Type()) {
		v := number.Convert(old.Type())
		switch {
		case v.Equal(old):
			return nil
		case to.Kind() == reflect.Interface && v.CanConvert(number.Type()) && v.Convert(number.Type()).Equal(number):
			to.Set(v)
			return nil
		}
	}
	_, err := c.assign(to, number)
	return err
}

// arguments gathers the arguments of a variadic parameter in a slice, unless they are in one.
func (d *Function) arguments(args []any) (all []any, gathered bool, err error) {
	if err := d.sig.accepts(len(args)); err != nil || !d.sig.Variadic {
		return args, false, err
	}
	n, fixed := len(d.params), len(d.params)-1
	t := d.params[fixed]
	if len(args) == n && reflect.TypeOf(args[fixed]) == t.Go() {
		return args, false, nil
	}
	rest := reflect.MakeSlice(t.Go(), len(args)-fixed, len(args)-fixed)
	for i, arg := range args[fixed:] {
		v, err := t.Elem().Convert(arg)
		if err != nil && len(args) == n && reflect.ValueOf(arg).Kind() == reflect.Slice {
			return args, false, nil // the slice has all of them, in a type of the host
		}
		if err != nil {
			return nil, false, d.sig.Mismatch("argument %d (%s): %v", fixed+i+1, d.sig.Params[fixed].Name, err)
		}
		if v != nil {
			rest.Index(i).Set(reflect.ValueOf(v))
		}
	}
	return append(args[:fixed:fixed], rest.Interface()), true, nil
}

// putArg converts an argument and puts it into the frame. It returns the codec of what it
// was converted to, if that is no scalar.
func (d *Function) putArg(c *Call, i int, arg any, converted *any) (*codec.Codec, error) {
	t, slot := d.params[i], d.sig.Params[i]
	if slot.Form == manifest.FormWord && slot.Type.Kind != manifest.Complex64 {
		w, err := typemap.Scalar(arg, slot.Type.Kind)
		*c.Frame.Word(slot.At) = w
		return nil, err
	}
	found, v, err := t.Argument(arg)
	if errors.Is(err, typemap.ErrObject) && d.dynamic == nil && t.Go().Kind() != reflect.Pointer {
		// The function gets a copy in any case.
		p := reflect.New(t.Go())
		if d.target.scope.Objects().Assign(p.Elem(), arg, t.Mention()) == nil {
			found, v, err = t.Argument(p.Elem().Interface())
		}
	}
	if err != nil {
		return nil, err
	}
	bound := newValue(slot, found)
	return found, bound.putArg(c, box(found.Type(), reflect.ValueOf(v), converted))
}

// takeResults returns the results, and the error that the function returned.
func (d *Function) takeResults(c *Call) (results []any, failure error) {
	if len(d.results) > 0 {
		results = make([]any, len(d.results))
	}
	for i := range d.results {
		v := &d.results[i]
		if v.Form == manifest.FormWord && v.Type.Kind != manifest.Complex64 && v.codec.Type().PkgPath() == "" {
			results[i] = typemap.Value(*c.Frame.Word(v.At), v.Type.Kind)
			continue
		}
		p := reflect.New(v.codec.Type())
		if d.sig.lacks(i, c.Frame) {
			results[i] = p.Elem().Interface()
			continue
		}
		if err := v.takeResult(c, p.UnsafePointer()); err != nil {
			return nil, d.sig.lost(i, err)
		}
		if v := p.Elem(); v.Kind() != reflect.Pointer || !v.IsNil() {
			results[i] = v.Interface() // a nil pointer is nil
		}
	}
	failure, err := c.takeFailure(d.failure)
	if err != nil {
		return nil, err
	}
	return results, failure
}

// Bind binds the function to a func type of the host.
func (d *Function) Bind(t reflect.Type) (*Binding, error) {
	return bind(d.target, d.sig, t)
}

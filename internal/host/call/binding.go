package call

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Binding is a function of the plugin bound to a func type of the host. Everything
// that depends on types was decided when it was made. It is safe for concurrent use.
type Binding struct {
	target  *target
	sig     *Signature
	in      reflect.Type // the host's func type
	params  []value
	results []value // without a last error
	failure *value  // a last error, if the function has one
	context bool    // the host's func begins with a context that the function lacks
	error   bool    // the host's func ends with an error

	dynamic   *Signature      // for calls of dynamic type; nil if the host's types are copied as the plugin's
	wanted    uint32          // bit i: such calls return result i as an object
	marshaled []*typemap.Type // the types of parameters that Marshal, nil for others
	bound     []any           // arguments before those of the host's func

	receiver Receiver       // of a method: see On
	simple   backend.Simple // makes the calls, if they are simple; else nil
	batch    *batch         // that calls by this binding; nil: none does
	slot     *slot          // has the binding to use instead: see Bound; nil: this one is used
}

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	dynamicType = reflect.TypeFor[any]()
)

// bind binds the function to the host's func type t. t may begin with a context.Context and
// end with an error that the function lacks. A context that both have is passed on. The other
// types must have the structure of the plugin's types. Otherwise the error is a
// *SignatureError that says where they differ.
//
// If they differ only because t has an object where the plugin has a value that could be
// copied, or the like, calls are of dynamic type.
func bind(to *target, s *Signature, t reflect.Type) (*Binding, error) {
	if t == nil || t.Kind() != reflect.Func {
		return nil, s.Mismatch("cannot be bound to %v, which is not a func type", t)
	}
	b, err := bindTyped(to, s, t)
	if err != nil && s.Dynamic && b.matchDynamic(t) {
		return b, b.ofDynamic()
	}
	if err != nil {
		return nil, err
	}
	return b, nil
}

// bindTyped is bind without calls of dynamic type. If it fails, it also returns the incomplete
// binding, with which matchDynamic continues.
func bindTyped(to *target, s *Signature, t reflect.Type) (*Binding, error) {
	b := &Binding{target: to, sig: s, in: t}
	in, out := 0, t.NumOut()
	if t.NumIn() > 0 && t.In(0) == contextType && !s.takesContext() {
		b.context, in = true, 1
	}
	if out > 0 && t.Out(out-1) == errorType {
		b.error = true
	}
	if s.Fails() && !b.error {
		return b, s.Mismatch("the host's %v has no last result for the error", t)
	}
	want, failure, err := s.splitFailure()
	if err != nil {
		return b, err
	}
	b.failure = failure
	if b.error {
		out--
	}
	if n := t.NumIn() - in; n != len(s.Params) {
		return b, s.Mismatch("the host's %v has %s, the plugin's %d", t, count(n, "parameter"), len(s.Params))
	}
	if out != len(want) {
		return b, s.Mismatch("the host's %v has %s, the plugin's %d", t, count(out, "result"), len(want))
	}
	if b.params, err = s.match(to.scope, "parameter", s.Params, func(i int) reflect.Type { return t.In(in + i) }); err != nil {
		return b, err
	}
	if b.results, err = s.match(to.scope, "result", want, t.Out); err != nil {
		return b, err
	}
	if err := s.importable(to.scope, t, "parameter", s.Params, func(i int) reflect.Type { return t.In(in + i) }, typemap.ToPlugin); err != nil {
		return b, err
	}
	if b.isSimple() {
		b.simple = to.simple
	}
	if s.value {
		return b, nil // of a variable, which may hold a value of the host's own
	}
	return b, s.importable(to.scope, t, "result", want, t.Out, typemap.ToHost)
}

// importable returns an error unless the host can import all objects that the slots bring to
// it.
func (s *Signature) importable(scope *typemap.Scope, t reflect.Type, what string, slots []Slot, host func(int) reflect.Type, to typemap.Direction) error {
	for i := range slots {
		if to == typemap.ToHost && typemap.Takes(t, host(i)) {
			continue
		}
		if err := scope.Importable(slots[i].Type, host(i), to); err != nil {
			return s.Mismatch("%s: %v", label(what, i, slots), err)
		}
	}
	return nil
}

// splitFailure separates a last result of type error, by which a function reports failure, from
// the other results. failure is nil if there is none.
func (s *Signature) splitFailure() (results []Slot, failure *value, err error) {
	if !s.Fails() {
		return s.Results, nil, nil
	}
	c, err := codec.For(errorType)
	if err != nil {
		return nil, nil, s.Mismatch("%v", err)
	}
	last := len(s.Results) - 1
	v := newValue(s.Results[last], c)
	return s.Results[:last], &v, nil
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// match binds slots to the host's types.
func (s *Signature) match(scope *typemap.Scope, what string, slots []Slot, host func(int) reflect.Type) ([]value, error) {
	values := make([]value, len(slots))
	for i := range slots {
		c, err := scope.Match(slots[i].Type, host(i))
		if err != nil {
			return nil, s.Mismatch("%s: %v", label(what, i, slots), err)
		}
		values[i] = newValue(slots[i], c)
	}
	return values, nil
}

// On returns the bound method for the receiver.
func (b *Binding) On(r Receiver) *Binding {
	method := *b
	method.receiver, method.simple = r, nil
	return &method
}

// takesContext reports whether the first parameter is a context.
func (s *Signature) takesContext() bool {
	return len(s.Params) > 0 && s.Params[0].Form == manifest.FormContext
}

func notCalled(s *Signature, ctx context.Context) error {
	return fmt.Errorf("plugin %s: %s was not called: %w", s.Plugin, s.Name, context.Cause(ctx))
}

// Reflect calls the function with the host's arguments, as reflect.MakeFunc passes them, and
// returns the host's results. It is for func types that have none of the usual shapes: see
// shape.
func (b *Binding) Reflect(args []reflect.Value) []reflect.Value {
	m := new(reflected)
	out := m.out[:]
	if n := b.in.NumOut(); n <= len(out) {
		out = out[:n]
	} else {
		out = make([]reflect.Value, n)
	}
	failure, err := b.reflect(m, args, out)
	if err != nil {
		return b.fail(err)
	}
	if b.error {
		// A Value of the interface type, also for nil.
		m.failure = failure
		out[len(out)-1] = reflect.ValueOf(&m.failure).Elem()
	}
	return out
}

// reflected is the memory of a call by reflection, in one piece for usual func types.
type reflected struct {
	out     [3]reflect.Value
	boxed   [4]any // arguments
	failure error
}

// fail returns the host's results of a call that failed with err. It panics if the last result
// is not an error.
func (b *Binding) fail(err error) []reflect.Value {
	if !b.error {
		panic(failed(b.sig, err))
	}
	out := make([]reflect.Value, b.in.NumOut())
	for i := range b.results {
		out[i] = reflect.Zero(b.in.Out(i))
	}
	out[len(out)-1] = reflect.ValueOf(&err).Elem()
	return out
}

// begin begins a call of the function.
func (b *Binding) begin(c *Call, ctx context.Context) error {
	switch {
	case b.batch != nil:
		return c.begin(ctx, b.target, b.batch.sig, nil)
	case b.dynamic != nil:
		return c.beginDynamic(ctx, b.target, b.sig, b.dynamic, b.receiver, b.wanted)
	}
	return c.begin(ctx, b.target, b.sig, b.receiver)
}

func (b *Binding) reflect(m *reflected, args, out []reflect.Value) (failure, err error) {
	var ctx context.Context
	if b.context {
		ctx, _ = args[0].Interface().(context.Context)
		args = args[1:]
	}
	var c Call
	f := b
	b = f.now()
	if err := b.begin(&c, ctx); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return nil, err
		}
	}
	defer c.End()
	if b.dynamic != nil {
		return b.callDynamic(&c, args, out)
	}
	boxed := m.boxed[:]
	if len(args) > len(boxed) {
		boxed = make([]any, len(args))
	}
	for i := range b.params {
		v := &b.params[i]
		if err := v.putArg(&c, box(v.hostType(), args[i], &boxed[i])); err != nil {
			c.releaseArgs(i)
			return nil, b.argument(i, err)
		}
	}
	c.seal()
	err = c.Do()
	runtime.KeepAlive(boxed)
	runtime.KeepAlive(args)
	if err != nil {
		return nil, err
	}
	for i, slot := range b.sig.Updates {
		at := b.sig.updated[i]
		if err := c.update(slot, b.params[at].codec, args[at]); err != nil {
			return nil, b.sig.lostUpdate(at, err)
		}
	}
	for i := range b.results {
		v := &b.results[i]
		r := reflect.New(v.codec.Type())
		out[i] = r.Elem()
		if b.sig.lacks(i, c.Frame) {
			continue
		}
		if err := v.takeResult(&c, r.UnsafePointer()); err != nil {
			return nil, b.sig.lost(i, err)
		}
	}
	return c.takeFailure(b.failure)
}

// takeFailure takes the error that the function returned. v is the function's last result, or
// nil if that is not an error.
func (c *Call) takeFailure(v *value) (failure, err error) {
	if v == nil || c.Frame.Uint64(v.At) == wire.Nil {
		return nil, nil
	}
	p := new(error) // on the heap: not before it is needed
	if err := v.takeResult(c, unsafe.Pointer(p)); err != nil {
		return nil, c.Signature.lost(len(c.Signature.Results)-1, err)
	}
	return *p, nil
}

func (b *Binding) argument(i int, err error) error {
	return b.sig.Mismatch("%s: %v", label("argument", i, b.sig.Params), err)
}

// lost returns the error for result i, which did not arrive.
func (s *Signature) lost(i int, err error) error {
	return fmt.Errorf("plugin %s: %s: %s: %w", s.Plugin, s.Name, label("result", i, s.Results), err)
}

// failed is what a func of the host without an error result panics with. A server of net/http aborts
// the response if that is the very http.ErrAbortHandler.
func failed(s *Signature, err error) error {
	if p := api.Panicked(err); p != nil {
		if p.Cause == http.ErrAbortHandler {
			return p.Cause
		}
		return err
	}
	return api.Panic(&PanicError{Plugin: s.Plugin, Function: s.Name, Type: fmt.Sprintf("%T", err), Value: err.Error(), Err: err})
}

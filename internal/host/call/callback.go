package call

import (
	"context"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A Callback handles calls from the plugin. It binds one of the manifest's callbacks to a
// func of the host, or to a method of the host's objects of one type. It is safe for
// concurrent use.
type Callback struct {
	sig     *Signature
	scope   *typemap.Scope
	method  int // its index in the object's type; -1 for a func
	params  []value
	bulk    []int                                           // the parameters that are slices of numbers and copied: see copyBulk
	settled []int                                           // the parameters to settle: see settle
	results []value                                         // with a last error
	changes []bool                                          // whether the host may change the parameters of sig.Updates
	run     func(o any, in []reflect.Value) []reflect.Value // see BindCallbackFunc; else nil
	fast    callbackFunc                                    // for usual shapes; else nil
	fails   bool                                            // the last result is an error
	returns bool                                            // run returns the host's own values
	fn      unsafe.Pointer                                  // of a method, for fast
}

// BindCallback binds a callback to the objects of type t.
func BindCallback(s *Signature, scope *typemap.Scope, t reflect.Type) (*Callback, error) {
	a := &Callback{sig: s, scope: scope, method: -1, fails: s.Fails()}
	ft, receiver := t, 0
	if t.Kind() != reflect.Func || s.method != "" {
		m, ok := t.MethodByName(s.method)
		if !ok {
			return nil, fmt.Errorf("%s has no method %q", t, s.method)
		}
		a.method, ft, receiver = m.Index, m.Type, 1
	}
	if err := a.bind(ft, receiver); err != nil {
		return nil, err
	}
	a.shape(t)
	return a, nil
}

// BindCallbackFunc binds a callback of the func type ft to run, which also gets the object.
func BindCallbackFunc(s *Signature, scope *typemap.Scope, ft reflect.Type, run func(o any, in []reflect.Value) []reflect.Value) (*Callback, error) {
	a := &Callback{sig: s, scope: scope, run: run}
	return a, a.bind(ft, 0)
}

func (a *Callback) bind(ft reflect.Type, receiver int) error {
	s := a.sig
	if n := ft.NumIn() - receiver; n != len(s.Params) || ft.NumOut() != len(s.Results) || ft.IsVariadic() != s.Variadic {
		return fmt.Errorf("%s is not what the plugin calls", ft)
	}
	var err error
	if a.params, err = s.match(a.scope, "parameter", s.Params, func(i int) reflect.Type { return ft.In(i + receiver) }); err != nil {
		return err
	}
	if !s.channel {
		a.copiesBulk()
	}
	for i := range a.params {
		switch t := ft.In(i + receiver); {
		case a.params[i].codec.IsKnown() && t.Kind() == reflect.Interface, t.Kind() == reflect.Chan && t.ChanDir() != reflect.RecvDir:
			a.settled = append(a.settled, i)
		}
	}
	a.results, err = s.match(a.scope, "result", s.Results, ft.Out)
	return err
}

// A Holder keeps what the plugin gets or writes to later.
type Holder interface {
	// Hold keeps results that do not fit the plugin's buffer, and returns the ticket for them. It
	// fails if the plugin makes the host keep too much; so does Keep.
	Hold(b []byte) (ticket uint64, err error)
	// Keep exports an original of which the plugin has a copy. It returns the original's handle, and
	// what stands for the address of its memory.
	Keep(r *Returned, address uint64) (ref wire.Ref, id uint64, err error)
}

// Handle calls the object o for the plugin. The frame has the words that the callback
// takes. runtime.Goexit in the host's code is not recovered.
func (a *Callback) Handle(f *wire.Frame, o any, h Holder) {
	if f.NWords < uint64(a.sig.Words) {
		f.Status = wire.StatusBadOp
		return
	}
	f.Status = 0
	defer func() {
		if f.Status == 0 {
			if v := recover(); v != nil {
				if err := hold(f, wire.FitFailure(a.panicked(f, v), 3*maxPanic), h); err != nil {
					Refuse(f, err)
					return
				}
				f.Status = wire.StatusPanic
			}
		}
	}()
	if err := a.serve(f, o, h); err != nil {
		Refuse(f, err)
		return
	}
	f.Status = wire.StatusOK
}

func (a *Callback) serve(f *wire.Frame, o any, h Holder) error {
	if a.bulk != nil {
		list := a.copyBulk(f)
		defer writeBulk(f, list)
	}
	if a.fast != nil {
		fn := a.fn
		if a.method < 0 {
			fn = memory.Data(&o)
		}
		err := a.fast(a, f, fn, memory.Data(&o), h)
		runtime.KeepAlive(o)
		return err
	}
	in, err := a.arguments(f)
	if err != nil {
		return err
	}
	if len(a.sig.Updates) == 0 {
		return a.reply(f, a.call(o, in), nil, h)
	}
	return a.reply(f, a.call(o, in), in, h)
}

func (a *Callback) call(o any, in []reflect.Value) []reflect.Value {
	if a.settled != nil {
		defer a.settle(in)
	}
	if a.run != nil {
		return a.run(o, in)
	}
	fn := reflect.ValueOf(o)
	if a.method >= 0 {
		fn = fn.Method(a.method)
	}
	if a.sig.Variadic {
		return fn.CallSlice(in)
	}
	return fn.Call(in)
}

// settle tells the plugin what the host has done to arguments: see [codec.Settle] and
// [stream.Settle].
func (a *Callback) settle(in []reflect.Value) {
	for _, i := range a.settled {
		if in[i].Kind() == reflect.Chan {
			stream.Settle(in[i].UnsafePointer())
		} else {
			codec.Settle(in[i].Interface())
		}
	}
}

// Refuse ends a callback with err, because an argument or result does not cross.
func Refuse(f *wire.Frame, err error) {
	f.Fail(wire.StatusRefused, wire.Failure{Type: fmt.Sprintf("%T", err), Message: err.Error()})
}

func (a *Callback) arguments(f *wire.Frame) ([]reflect.Value, error) {
	in := make([]reflect.Value, len(a.params))
	for i := range a.params {
		v := &a.params[i]
		p := reflect.New(v.hostType())
		if err := v.takeArg(f, a.scope, p.UnsafePointer()); err != nil {
			return nil, fmt.Errorf("%s: %w", label("argument", i, a.sig.Params), err)
		}
		in[i] = p.Elem()
	}
	return in, nil
}

// takeArg copies an argument of a callback to p, memory of the bound type that holds its
// zero value.
func (v *value) takeArg(f *wire.Frame, scope *typemap.Scope, p unsafe.Pointer) error {
	switch v.Form {
	case manifest.FormWord:
		v.takeWord(*f.Word(v.At), p)
	case manifest.FormPair:
		*(*complex128)(p) = f.Complex128(v.At)
	case manifest.FormText:
		*(*string)(p) = v.takeArgText(f)
	case manifest.FormBulk:
		return v.takeArgBulk(f, p)
	case manifest.FormObject:
		return v.codec.Reference().Import(f.Ref(v.At), p)
	case manifest.FormContext:
		return v.takeContext(f, scope, p)
	default:
		if v.Type.IsError() && *f.Word(v.At) == wire.Nil {
			return nil
		}
		return codec.Unmarshal(v.codec, f.Message(v.At), scope, p)
	}
	return nil
}

func (v *value) takeArgText(f *wire.Frame) string {
	if v.InOut {
		return f.BorrowString(v.At)
	}
	return f.String(v.At)
}

func (v *value) takeArgBulk(f *wire.Frame, p unsafe.Pointer) error {
	if *f.Word(v.At) == wire.Nil {
		return nil
	}
	b := f.Message(v.At)
	if v.InOut && len(b) > 0 {
		v.setBulk(b, p)
		return nil
	}
	if !v.takeBulk(b, false, p) {
		return wire.ErrDamaged
	}
	return nil
}

// A reply encodes the results of a callback.
type reply struct {
	encoder wire.Encoder
	scope   *typemap.Scope
	holder  Holder     // nil: the plugin cannot write to results
	kept    []wire.Ref // exported for this reply
}

var replies = sync.Pool{New: func() any { return new(reply) }}

// beginReply begins to put results into the plugin's buffer.
func beginReply(f *wire.Frame, scope *typemap.Scope) *reply {
	r := replies.Get().(*reply)
	r.encoder.Scope, r.scope = scope, scope
	r.encoder.Reset(f.Buffer()[:0])
	return r
}

// end puts the results into the frame and ends the reply.
func (r *reply) end(f *wire.Frame, h Holder) error {
	defer r.drop()
	return hold(f, r.encoder.Bytes(), h)
}

// hold puts b into the plugin's buffer, unless it is there already. If it does not fit, h keeps
// it until the plugin fetches it.
func hold(f *wire.Frame, b []byte, h Holder) (err error) {
	f.Len, f.Held = uint64(len(b)), 0
	if uint64(len(b)) > f.Cap {
		f.Held, err = h.Hold(b)
		return err
	}
	copy(f.Buffer(), b)
	return nil
}

// drop returns the reply to the pool, without the buffer, which belongs to the plugin.
func (r *reply) drop() {
	r.encoder.Reset(nil)
	r.encoder.Scope, r.scope, r.holder, r.kept = nil, nil, nil, r.kept[:0]
	replies.Put(r)
}

// reply puts the results out and the changes of the arguments in into the frame.
func (a *Callback) reply(f *wire.Frame, out, in []reflect.Value, h Holder) error {
	if len(out) == 0 && len(in) == 0 {
		f.Len, f.Held = 0, 0
		return nil
	}
	r := beginReply(f, a.scope)
	if a.run == nil || a.returns {
		r.holder = h
	}
	updates, err := a.updates(f, r, in)
	if err != nil {
		r.drop()
		return err
	}
	for i := range a.results {
		v := &a.results[i]
		if i == 0 && a.sig.receives && stream.Outcome(out[1].Uint()) != stream.Done {
			continue
		}
		var boxed any
		if err := v.putResult(f, r, box(v.hostType(), out[i], &boxed)); err != nil {
			for _, ref := range r.kept {
				a.scope.Objects().Release(ref)
			}
			r.drop()
			return fmt.Errorf("%s: %w", label("result", i, a.sig.Results), err)
		}
	}
	for i, u := range updates {
		u.put(f, a.sig.Updates[i].At)
	}
	return r.end(f, h)
}

// putResult puts the result at p into the frame.
func (v *value) putResult(f *wire.Frame, r *reply, p unsafe.Pointer) error {
	switch v.Form {
	case manifest.FormText:
		s := *(*string)(p)
		v.putResultBytes(f, r, unsafe.Pointer(unsafe.StringData(s)), len(s))
	case manifest.FormBulk:
		s := memory.SliceAt(v.hostType(), p)
		if s.Data == nil {
			f.SetNil(v.At)
			break
		}
		v.putResultBytes(f, r, s.Data, s.Len*v.size)
	case manifest.FormMessage:
		if v.Type.IsError() && *(*error)(p) == nil {
			f.SetNil(v.At)
			break
		}
		from := r.encoder.Next()
		if v.InOut {
			if err := r.putReturned(v, p); err != nil {
				return err
			}
		}
		if err := codec.Marshal(v.codec, &r.encoder, p); err != nil {
			return err
		}
		f.SetInt(v.At, from)
		f.SetInt(v.At+1, len(r.encoder.Bytes())-from)
	case manifest.FormObject:
		ref, err := v.codec.Reference().Export(p)
		f.SetRef(v.At, ref)
		return err
	case manifest.FormContext:
		ctx := *(*context.Context)(p)
		if ctx == nil {
			f.SetRef(v.At, wire.NoContext)
			break
		}
		putContext(f, r.scope, v.At, ctx)
	default:
		v.putWords(f, p)
	}
	return nil
}

func (v *value) putResultBytes(f *wire.Frame, r *reply, p unsafe.Pointer, n int) {
	from := r.encoder.Next()
	if n > 0 {
		r.encoder.PutMemory(p, n)
	}
	f.SetInt(v.At, from)
	f.SetInt(v.At+1, n)
}

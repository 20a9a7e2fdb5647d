package call

import (
	"context"
	"errors"
	"reflect"
	"runtime"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Calls of dynamic type keep the identity of values: see wire.OpCall. All arguments and
// results except contexts are messages, and the plugin converts the arguments. Values of known
// types cross as in other calls.

// dynamic returns the signature for calls of dynamic type.
func (s *Signature) dynamic() *Signature {
	d := *s
	d.Index, d.Params, d.Results = wire.OpCall, make([]Slot, len(s.Params)), make([]Slot, len(s.Results))
	at := 1
	if s.receiver {
		at += 2
	}
	dynamic := func(s Slot, at int) Slot {
		s.At = at
		if s.Form != manifest.FormContext {
			s.Form = manifest.FormMessage
		}
		return s
	}
	for i, p := range s.Params {
		d.Params[i] = dynamic(p, at+2*i)
	}
	for i, r := range s.Results {
		d.Results[i] = dynamic(r, 2*i)
	}
	d.Updates = make([]Slot, len(s.inOut))
	for i, at := range s.inOut {
		d.Updates[i] = dynamic(s.Params[at], 2*(len(s.Results)+i))
	}
	d.updated = s.inOut
	d.Words = max(at+2*len(s.Params), 2*(len(s.Results)+len(s.inOut)))
	return &d
}

// passed is how an argument of a call of dynamic type is passed.
type passed int

const (
	passedAsIs      passed = iota // the plugin checks whether it can be assigned
	passedConverted               // the host converts it to the plugin's type
	passedMarshaled               // see typemap.Type.Marshaled
)

func passing(scope *typemap.Scope, t *manifest.Type) passed {
	switch u := scope.Under(t); {
	case u.Kind == manifest.Interface, u.Kind == manifest.Chan:
		return passedConverted
	case scope.IsObject(t):
		return passedAsIs
	case scope.Marshals(t), u.Kind == manifest.Pointer && t.Name != "":
		return passedMarshaled
	case !scope.Keeps(t):
		return passedConverted
	}
	return passedAsIs
}

// maxWanted is how many results can be wanted as objects.
const maxWanted = 31

// beginDynamic starts a call of dynamic type. d is s.dynamic(). Bit i of wanted asks for
// result i as an object, even if it could be copied.
func (c *Call) beginDynamic(ctx context.Context, to *target, s, d *Signature, r Receiver, wanted uint32) error {
	if err := c.begin(ctx, to, d, nil); err != nil {
		return err
	}
	*c.Frame.Word(0) = s.Index | uint64(wanted)<<32
	if r == nil {
		return nil
	}
	ref, err := r.Ref()
	if err == nil {
		err = c.encodeWith(1, func(e *wire.Encoder) { codec.PutReference(e, "", ref|wire.Owner) })
	} else {
		err = d.wrap(err)
	}
	if err != nil {
		c.End()
		return err
	}
	c.receiver = r
	return nil
}

// callDynamic is Call with values of dynamic type.
func (d *Function) callDynamic(ctx context.Context, r Receiver, args []any, begun *bool) ([]any, error) {
	args, err := d.argumentsDynamic(args)
	if err != nil {
		return nil, err
	}
	var c Call
	err = c.beginDynamic(ctx, d.target, d.sig, d.dynamic, r, 0)
	if *begun = err == nil; err != nil {
		return nil, err
	}
	defer c.End()
	for i, arg := range args {
		if err := d.putDynamic(&c, i, arg); err != nil {
			return nil, d.sig.Mismatch("%s: %v", label("argument", i, d.sig.Params), err)
		}
	}
	if err := c.doDynamic(args); err != nil {
		return nil, d.refused(args, err)
	}
	n := len(d.dynamic.Results)
	if d.failure != nil {
		n--
	}
	var results []any
	if n > 0 {
		results = make([]any, n)
	}
	for i := range results {
		if results[i], err = c.takeDynamic(i); err != nil {
			return nil, d.sig.lost(i, err)
		}
	}
	failure, err := c.failureDynamic(d.failure != nil)
	if err != nil {
		return nil, err
	}
	return results, failure
}

// refused returns why a call has failed. The host knows better than the plugin which method of an
// argument differs.
func (d *Function) refused(args []any, err error) error {
	for i, arg := range args {
		if t := d.params[i]; arg != nil && t.Kind() == manifest.Interface && api.IsSignature(err) {
			if _, _, differs := t.Argument(arg); differs != nil {
				return d.sig.Mismatch("%s: %v", label("argument", i, d.sig.Params), differs)
			}
		}
	}
	return err
}

// doDynamic makes the call, and copies what the plugin has written back to args.
func (c *Call) doDynamic(args []any) error {
	c.seal()
	err := c.Do()
	runtime.KeepAlive(args)
	if err != nil {
		return err
	}
	for i, slot := range c.Signature.Updates {
		at := c.Signature.updated[i]
		if err := c.updateAny(slot, reflect.ValueOf(args[at])); err != nil {
			return c.Signature.lostUpdate(at, err)
		}
	}
	return nil
}

// takeDynamic returns result i.
func (c *Call) takeDynamic(i int) (any, error) {
	slot := c.Signature.Results[i]
	if slot.Form == manifest.FormContext {
		return c.scope.Objects().ImportContext(c.Frame.Ref(slot.At), c.Frame.Int64(slot.At+1))
	}
	b, _, ok := c.piece(slot.At)
	switch {
	case !ok:
		return nil, c.Signature.Damaged()
	case slot.Type.IsError():
		var err error
		fail := codec.UnmarshalError(b, c.scope, &err)
		return err, fail
	case c.scope.IsKnown(slot.Type):
		return c.scope.UnmarshalKnown(slot.Type, b)
	}
	return codec.UnmarshalAny(b, c.scope)
}

// failureDynamic returns the last result if that is the function's error.
func (c *Call) failureDynamic(fails bool) (failure, err error) {
	if !fails {
		return nil, nil
	}
	last := len(c.Signature.Results) - 1
	v, err := c.takeDynamic(last)
	if err != nil {
		return nil, c.Signature.lost(last, err)
	}
	failure, _ = v.(error)
	return failure, nil
}

// argumentsDynamic gathers the arguments of a variadic parameter in a slice.
func (d *Function) argumentsDynamic(args []any) ([]any, error) {
	n := len(d.sig.Params)
	if err := d.sig.accepts(len(args)); err != nil || !d.sig.Variadic {
		return args, err
	}
	last := d.sig.Params[n-1].Type
	elem := d.target.scope.Under(d.target.scope.Under(last).Elem)
	if len(args) == n {
		k := reflect.ValueOf(args[n-1]).Kind()
		if k == reflect.Slice && elem.Kind != manifest.Slice && elem.Kind != manifest.Array && (elem.Kind != manifest.Interface || len(elem.Methods) > 0) {
			return args, nil
		}
		if reflect.TypeOf(args[n-1]) == d.params[n-1].Go() {
			return args, nil
		}
	}
	rest := append(make([]any, 0, len(args)), args[n-1:]...)
	for i, v := range rest {
		// The host knows whether the value has the methods of an interface.
		if t := d.params[n-1].Elem(); v != nil && elem.Kind == manifest.Interface && len(elem.Methods) > 0 {
			if _, _, err := t.Argument(v); err != nil && reflect.TypeOf(v).Kind() != reflect.Map && !errors.Is(err, typemap.ErrObject) {
				return nil, d.sig.Mismatch("argument %d (%s): %v", n+i, d.sig.Params[n-1].Name, err)
			}
		}
	}
	return append(args[:n-1:n-1], rest), nil
}

// putDynamic puts argument i into the call's message.
func (d *Function) putDynamic(c *Call, i int, arg any) error {
	slot, t := d.dynamic.Params[i], d.params[i]
	if slot.Form == manifest.FormContext {
		ctx, ok := arg.(context.Context)
		if !ok && arg != nil {
			_, _, err := t.Argument(arg)
			return err
		}
		c.putContext(slot.At, ctx)
		return nil
	}
	switch how := d.passed[i]; {
	case t.IsKnown():
		return c.putKnown(slot.At, t, arg)
	case d.sig.Params[i].Form == manifest.FormObject && arg != nil:
		found, v, err := t.Argument(arg)
		switch {
		case err == nil && found.Reference() != nil:
			return c.putVia(slot.At, found, v)
		case errors.Is(err, typemap.ErrObject):
		case err != nil && how == passedConverted && reflect.TypeOf(arg).Kind() != reflect.Map && reflect.TypeOf(arg) != c.scope.Objects().Type():
			return err
		}
	case how == passedMarshaled:
		v, err := t.Marshaled(arg)
		if err != nil {
			return err
		}
		arg = v
	case how == passedConverted:
		if _, v, err := t.Argument(arg); err == nil {
			arg = v
		} else if !errors.Is(err, typemap.ErrObject) {
			return err
		}
	}
	return c.encodeAny(slot, arg)
}

// encodeAny appends a value of dynamic type.
func (c *Call) encodeAny(slot Slot, v any) error {
	return c.encodeWith(slot.At, func(e *wire.Encoder) {
		e.Sorted = slot.Written // the plugin compares it
		codec.PutAny(e, v)
	})
}

// putVia appends v as a reference. found is its codec.
func (c *Call) putVia(at int, found *codec.Codec, v any) error {
	var in any
	p := box(found.Type(), reflect.ValueOf(v), &in)
	return c.encodeWith(at, func(e *wire.Encoder) { codec.PutVia(e, found.Reference(), p, reflect.TypeOf(v)) })
}

// putKnown appends a value of a known type.
func (c *Call) putKnown(at int, t *typemap.Type, v any) error {
	found, v, err := t.Argument(v)
	if err != nil {
		return err
	}
	var in any
	p := box(found.Type(), reflect.ValueOf(v), &in)
	return c.encodeWith(at, func(e *wire.Encoder) { found.Encode(e, p) })
}

// encodeWith appends a value to the call's message. put encodes it, and seal puts its place
// into words at and at+1.
func (c *Call) encodeWith(at int, put func(*wire.Encoder)) error {
	m := c.openMessage()
	from := m.encoder.Next()
	err := codec.MarshalWith(&m.encoder, put)
	m.encoder.Sorted = false
	m.pieces = append(m.pieces, piece{at, from, len(m.encoder.Bytes())})
	return err
}

// updateAny is update for an argument of dynamic type.
func (c *Call) updateAny(slot Slot, to reflect.Value) error {
	for to.IsValid() && to.Kind() == reflect.Interface {
		to = to.Elem()
	}
	b, null, ok := c.piece(slot.At)
	switch {
	case !ok:
		return c.Signature.Damaged()
	case null, !to.IsValid():
		return nil // it is unchanged
	}
	switch to.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Slice:
	default:
		return nil
	}
	if to.Type() == c.scope.Objects().Type() {
		return nil // the plugin has changed its own object
	}
	v, err := codec.UnmarshalAs(b, c.scope, to.Type())
	if err != nil {
		return err
	}
	from := reflect.ValueOf(v)
	if c.holdsValues(slot.Type, to, from) {
		return c.overwriteObjects(slot.Type, to, from)
	}
	return c.overwrite(to, from)
}

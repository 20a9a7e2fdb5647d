package call

import (
	"context"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// matchDynamic reports whether the host's func type matches if calls are of dynamic type. It
// sets the bits of b.wanted.
func (b *Binding) matchDynamic(t reflect.Type) bool {
	in, out := 0, t.NumOut()
	if b.context {
		in = 1
	}
	if b.error {
		out--
	}
	results := b.sig.Results
	if b.sig.Fails() {
		if !b.error {
			return false
		}
		results = results[:len(results)-1]
	}
	if t.NumIn()-in != len(b.sig.Params) || out != len(results) || out > maxWanted || t.IsVariadic() && !b.sig.Variadic {
		return false
	}
	scope := b.target.scope
	for i, p := range b.sig.Params {
		if b.sig.variable && t.In(in+i) == dynamicType {
			continue
		}
		if scope.MatchDynamic(p.Type, t.In(in+i)) != nil {
			return false
		}
	}
	for i, r := range results {
		if b.sig.variable && t.Out(i) == dynamicType {
			continue
		}
		if scope.MatchDynamic(r.Type, t.Out(i)) != nil || scope.Importable(r.Type, t.Out(i), typemap.ToHost) != nil {
			return false
		}
		if t.Out(i) == scope.Objects().Type() && !scope.IsKnown(r.Type) {
			b.wanted |= 1 << i
		}
	}
	return true
}

// ofDynamic prepares the binding for calls of dynamic type.
func (b *Binding) ofDynamic() error {
	b.dynamic, b.marshaled = b.sig.dynamic(), make([]*typemap.Type, len(b.sig.Params))
	for i, p := range b.sig.Params {
		if !b.target.scope.Marshals(p.Type) {
			continue
		}
		t, err := b.target.scope.Type(p.Type)
		if err != nil {
			return b.sig.Mismatch("%s: %v", label("parameter", i, b.sig.Params), err)
		}
		b.marshaled[i] = t
	}
	return nil
}

// WithReceiver returns a binding of a function to a func type that lacks the first
// parameter, the receiver of a method: object takes its place.
func (d *Function) WithReceiver(object any, t reflect.Type) (*Binding, error) {
	in, out := signatureOf(t)
	context := len(in) > 0 && in[0] == contextType && (len(d.sig.Params) < 2 || d.sig.Params[1].Form != manifest.FormContext)
	if context {
		in = in[1:]
	}
	whole, err := codec.FuncOf(append([]reflect.Type{reflect.TypeOf(object)}, in...), out, t.IsVariadic())
	if err != nil {
		return nil, err
	}
	b, err := bind(d.target, d.sig, whole)
	if err != nil {
		return nil, err
	}
	b.in, b.context = t, context
	b.bound = []any{object}
	if b.dynamic == nil {
		return b, b.ofDynamic()
	}
	return b, nil
}

// signatureOf returns the types of the parameters and results of a func type.
func signatureOf(t reflect.Type) (in, out []reflect.Type) {
	for i := range t.NumIn() {
		in = append(in, t.In(i))
	}
	for i := range t.NumOut() {
		out = append(out, t.Out(i))
	}
	return in, out
}

// callDynamic makes a call of dynamic type, which has begun, with the host's arguments, and sets
// its results.
func (b *Binding) callDynamic(c *Call, args, out []reflect.Value) (failure, err error) {
	all := make([]any, 0, len(b.bound)+len(args))
	all = append(all, b.bound...)
	for _, v := range args {
		all = append(all, v.Interface())
	}
	for i, v := range all {
		if err := b.putDynamic(c, i, v); err != nil {
			return nil, b.argument(i, err)
		}
	}
	if err := c.doDynamic(all); err != nil {
		return nil, err
	}
	fails := b.sig.Fails()
	n := len(b.dynamic.Results)
	if fails {
		n--
	}
	for i := range n {
		v, err := c.takeDynamic(i)
		if err != nil {
			return nil, b.sig.lost(i, err)
		}
		r := reflect.New(b.in.Out(i)).Elem()
		if err := b.target.scope.Objects().Assign(r, v, b.sig.Results[i].Type); err != nil {
			return nil, b.sig.lost(i, err)
		}
		out[i] = r
	}
	return c.failureDynamic(fails)
}

// putDynamic puts argument i into the call's message.
func (b *Binding) putDynamic(c *Call, i int, v any) error {
	slot := b.dynamic.Params[i]
	if slot.Form == manifest.FormContext {
		ctx, _ := v.(context.Context)
		c.putContext(slot.At, ctx)
		return nil
	}
	if c.scope.IsKnown(slot.Type) {
		t, err := c.scope.Type(slot.Type)
		if err != nil {
			return err
		}
		return c.putKnown(slot.At, t, v)
	}
	if v != nil && b.sig.Params[i].Form == manifest.FormObject {
		if found, err := c.scope.Match(b.sig.Params[i].Type, reflect.TypeOf(v)); err == nil && found.Reference() != nil {
			return c.putVia(slot.At, found, v)
		}
	}
	if t := b.marshaled[i]; t != nil {
		var err error
		if v, err = t.Marshaled(v); err != nil {
			return err
		}
	}
	return c.encodeAny(slot, v)
}

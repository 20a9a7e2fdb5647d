package call

import (
	"context"
	"runtime"
	"slices"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// For each number of parameters there is a make func, which makes the func that the
// host calls, and a call func, which is the call itself.

func make0[R any](b *Binding) any {
	switch {
	case b.context && b.error:
		return func(ctx context.Context) (R, error) { return call0[R](b, ctx) }
	case b.context:
		return nil
	case b.error:
		return func() (R, error) { return call0[R](b, nil) }
	}
	return func() R {
		r, err := call0[R](b, nil)
		if err != nil {
			panic(failed(b.sig, err))
		}
		return r
	}
}

func call0[R any](f *Binding, ctx context.Context) (r R, err error) {
	b := f.now()
	if b.simple != nil && ctx == nil {
		if w, unfinished, done := b.simple.Simple(b.sig.Index, 0, 0, 0, 0); done {
			err = setSimple(b, &r, w, unfinished)
			return r, err
		}
	}
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return r, err
		}
	}
	err = finish(&c, b, &r)
	return r, err
}

func make1[A0, R any](b *Binding) any {
	switch {
	case b.context && b.error:
		return func(ctx context.Context, a0 A0) (R, error) { return call1[A0, R](b, ctx, a0) }
	case b.context:
		return nil
	case b.error:
		return func(a0 A0) (R, error) { return call1[A0, R](b, nil, a0) }
	}
	return func(a0 A0) R {
		r, err := call1[A0, R](b, nil, a0)
		if err != nil {
			panic(failed(b.sig, err))
		}
		return r
	}
}

func call1[A0, R any](f *Binding, ctx context.Context, a0 A0) (r R, err error) {
	b := f.now()
	if b.simple != nil && ctx == nil {
		if w, unfinished, done := b.simple.Simple(b.sig.Index, word(&a0), 0, 0, 0); done {
			err = setSimple(b, &r, w, unfinished)
			return r, err
		}
	}
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return r, err
		}
	}
	put(&c, &b.params[0], &a0)
	err = finish(&c, b, &r)
	runtime.KeepAlive(a0)
	return r, err
}

func make2[A0, A1, R any](b *Binding) any {
	switch {
	case b.context && b.error:
		return func(ctx context.Context, a0 A0, a1 A1) (R, error) { return call2[A0, A1, R](b, ctx, a0, a1) }
	case b.context:
		return nil
	case b.error:
		return func(a0 A0, a1 A1) (R, error) { return call2[A0, A1, R](b, nil, a0, a1) }
	}
	return func(a0 A0, a1 A1) R {
		r, err := call2[A0, A1, R](b, nil, a0, a1)
		if err != nil {
			panic(failed(b.sig, err))
		}
		return r
	}
}

func call2[A0, A1, R any](f *Binding, ctx context.Context, a0 A0, a1 A1) (r R, err error) {
	b := f.now()
	if b.simple != nil && ctx == nil {
		if w, unfinished, done := b.simple.Simple(b.sig.Index, word(&a0), word(&a1), 0, 0); done {
			err = setSimple(b, &r, w, unfinished)
			return r, err
		}
	}
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return r, err
		}
	}
	put(&c, &b.params[0], &a0)
	put(&c, &b.params[1], &a1)
	err = finish(&c, b, &r)
	runtime.KeepAlive(a0)
	runtime.KeepAlive(a1)
	return r, err
}

func make3[A0, A1, A2, R any](b *Binding) any {
	switch {
	case b.context && b.error:
		return func(ctx context.Context, a0 A0, a1 A1, a2 A2) (R, error) {
			return call3[A0, A1, A2, R](b, ctx, a0, a1, a2)
		}
	case b.context:
		return nil
	case b.error:
		return func(a0 A0, a1 A1, a2 A2) (R, error) { return call3[A0, A1, A2, R](b, nil, a0, a1, a2) }
	}
	return func(a0 A0, a1 A1, a2 A2) R {
		r, err := call3[A0, A1, A2, R](b, nil, a0, a1, a2)
		if err != nil {
			panic(failed(b.sig, err))
		}
		return r
	}
}

func call3[A0, A1, A2, R any](f *Binding, ctx context.Context, a0 A0, a1 A1, a2 A2) (r R, err error) {
	b := f.now()
	if b.simple != nil && ctx == nil {
		if w, unfinished, done := b.simple.Simple(b.sig.Index, word(&a0), word(&a1), word(&a2), 0); done {
			err = setSimple(b, &r, w, unfinished)
			return r, err
		}
	}
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return r, err
		}
	}
	put(&c, &b.params[0], &a0)
	put(&c, &b.params[1], &a1)
	put(&c, &b.params[2], &a2)
	err = finish(&c, b, &r)
	runtime.KeepAlive(a0)
	runtime.KeepAlive(a1)
	runtime.KeepAlive(a2)
	return r, err
}

func make4[A0, A1, A2, A3, R any](b *Binding) any {
	switch {
	case b.context && b.error:
		return func(ctx context.Context, a0 A0, a1 A1, a2 A2, a3 A3) (R, error) {
			return call4[A0, A1, A2, A3, R](b, ctx, a0, a1, a2, a3)
		}
	case b.context:
		return nil
	case b.error:
		return func(a0 A0, a1 A1, a2 A2, a3 A3) (R, error) { return call4[A0, A1, A2, A3, R](b, nil, a0, a1, a2, a3) }
	}
	return func(a0 A0, a1 A1, a2 A2, a3 A3) R {
		r, err := call4[A0, A1, A2, A3, R](b, nil, a0, a1, a2, a3)
		if err != nil {
			panic(failed(b.sig, err))
		}
		return r
	}
}

func call4[A0, A1, A2, A3, R any](f *Binding, ctx context.Context, a0 A0, a1 A1, a2 A2, a3 A3) (r R, err error) {
	b := f.now()
	if b.simple != nil && ctx == nil {
		if w, unfinished, done := b.simple.Simple(b.sig.Index, word(&a0), word(&a1), word(&a2), word(&a3)); done {
			err = setSimple(b, &r, w, unfinished)
			return r, err
		}
	}
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		if b, err = c.again(ctx, f, b, err); err != nil {
			return r, err
		}
	}
	put(&c, &b.params[0], &a0)
	put(&c, &b.params[1], &a1)
	put(&c, &b.params[2], &a2)
	put(&c, &b.params[3], &a3)
	err = finish(&c, b, &r)
	runtime.KeepAlive(a0)
	runtime.KeepAlive(a1)
	runtime.KeepAlive(a2)
	runtime.KeepAlive(a3)
	return r, err
}

// put puts an argument of a shape's type into the frame. The compiler inlines it.
func put[T any](c *Call, v *value, p *T) {
	if v.word {
		*(*uint64)(unsafe.Add(c.words, v.offset)) = *(*uint64)(unsafe.Pointer(p))
	} else {
		v.putShape(c, unsafe.Pointer(p))
	}
}

// putShape puts any other argument of a shape's type into the frame. It does not use
// value.putArg, because the compiler would then move the argument to the heap.
func (v *value) putShape(c *Call, p unsafe.Pointer) {
	switch v.Form {
	case manifest.FormWord:
		*c.Frame.Word(v.At) = uint64(*(*uint8)(p))
	case manifest.FormObject:
		c.putFunc(v, *(*unsafe.Pointer)(p))
	case manifest.FormText:
		v.putText(c, *(*string)(p))
	case manifest.FormBulk:
		v.putBulk(c, *(*memory.Slice)(p))
	case manifest.FormMessage:
		c.putAny(v, *(*any)(p))
	}
}

// putAny appends a value of dynamic type to the call's message. If that fails, Do returns the
// error.
func (c *Call) putAny(v *value, x any) {
	// Behind the words of the function there is mostly room for a small value.
	const words = codec.MaxSmall / 8
	if at := c.Signature.Words + v.At/2*words; uint64(at+words) <= c.Frame.NWords {
		p := (*[codec.MaxSmall]byte)(unsafe.Pointer(c.Frame.Word(at)))
		if b, ok := codec.AppendSmall(p[:0], x); ok {
			c.SetBytes(v.At, unsafe.Pointer(p), len(b))
			return
		}
	}
	m := c.openMessage()
	from := m.encoder.Next()
	m.encoder.Sorted = v.Written
	err := codec.MarshalAny(&m.encoder, x)
	m.encoder.Sorted = false
	m.pieces = append(m.pieces, piece{v.At, from, len(m.encoder.Bytes())})
	if err != nil && c.refused == nil {
		i := slices.IndexFunc(c.Signature.Params, func(s Slot) bool { return s.At == v.At })
		c.refused = c.Signature.Mismatch("%s: %v", label("argument", i, c.Signature.Params), err)
	}
}

// putFunc puts a func into the frame. If that fails, Do returns the error.
func (c *Call) putFunc(v *value, f unsafe.Pointer) {
	r, err := v.codec.Reference().ExportPointer(f)
	c.Frame.SetRef(v.At, r)
	if err != nil && c.refused == nil {
		c.refused = c.Signature.Mismatch("%v", err)
	}
}

// finish makes the call, takes its result, if there is one, and ends it. The error is
// the call's, or what the function returned.
func finish[R any](c *Call, b *Binding, r *R) error {
	if c.message != nil {
		c.seal()
	}
	err := c.Do()
	if err == nil {
		switch f := c.Frame; unsafe.Sizeof(*r) {
		case 0:
		case 1:
			*(*bool)(unsafe.Pointer(r)) = f.Bool(b.results[0].At)
		case 8:
			*(*uint64)(unsafe.Pointer(r)) = *f.Word(b.results[0].At)
		default:
			err = takeBytes(c, &b.results[0], r)
		}
	}
	if err == nil && b.failure != nil && c.Frame.Uint64(b.failure.At) != wire.Nil {
		err = c.failure(b.failure)
	}
	c.End()
	return err
}

// takeBytes copies a string, a slice or an any to p. It does not use value.takeResult, because
// the compiler would then move the result to the heap.
func takeBytes[T any](c *Call, v *value, p *T) error {
	b, null, ok := c.piece(v.At)
	if ok && v.Form == manifest.FormMessage {
		if x, small := codec.TakeSmall(b); small {
			*(*any)(unsafe.Pointer(p)) = x
		} else if ok = !null; ok {
			x, err := codec.UnmarshalAny(b, c.scope)
			if err != nil {
				return c.Signature.lost(0, err)
			}
			*(*any)(unsafe.Pointer(p)) = x
		}
	} else if ok && unsafe.Sizeof(*p) == 24 {
		ok = v.takeBulk(b, null, unsafe.Pointer(p))
	} else if ok {
		*(*string)(unsafe.Pointer(p)) = string(b)
	}
	if !ok {
		return c.Signature.Damaged()
	}
	return nil
}

// failure takes the error that the function returned.
func (c *Call) failure(v *value) error {
	failure, err := c.takeFailure(v)
	if err != nil {
		return err
	}
	return failure
}

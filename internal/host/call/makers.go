package call

import (
	"context"
	"runtime"
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

func call0[R any](b *Binding, ctx context.Context) (r R, err error) {
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		return r, err
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

func call1[A0, R any](b *Binding, ctx context.Context, a0 A0) (r R, err error) {
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		return r, err
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

func call2[A0, A1, R any](b *Binding, ctx context.Context, a0 A0, a1 A1) (r R, err error) {
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		return r, err
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

func call3[A0, A1, A2, R any](b *Binding, ctx context.Context, a0 A0, a1 A1, a2 A2) (r R, err error) {
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		return r, err
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

func call4[A0, A1, A2, A3, R any](b *Binding, ctx context.Context, a0 A0, a1 A1, a2 A2, a3 A3) (r R, err error) {
	var c Call
	if err := c.begin(ctx, b.target, b.sig, b.receiver); err != nil {
		return r, err
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

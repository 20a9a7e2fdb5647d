package faults

import (
	"context"
	"time"
)

// Wait calls started, and returns the context's error and its cause when it has ended.
func Wait(ctx context.Context, started func()) (err, cause error) {
	started()
	<-ctx.Done()
	return ctx.Err(), context.Cause(ctx)
}

// WaitWithin is Wait for a context that derives from the argument.
func WaitWithin(ctx context.Context, started func()) (err, cause error) {
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, config{}, 1), time.Hour)
	defer cancel()
	return Wait(ctx, started)
}

// Ended returns a context that ends with the error of a name as its cause when end is called.
func Ended(name string) (ctx context.Context, end func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	return ctx, func() { cancel(Make(name)) }
}

package objects

import (
	"context"
	"time"
)

var root, _ = context.WithCancel(context.Background())

// Timed returns a context that ends after d.
func Timed(d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(root, d)
	context.AfterFunc(ctx, cancel)
	return ctx
}

// Cancelable returns a context and what ends it.
func Cancelable() (context.Context, context.CancelFunc) { return context.WithCancel(root) }

// Root returns the same context each time.
func Root() context.Context { return root }

// IsRoot reports whether ctx is what Root returns.
func IsRoot(ctx context.Context) bool { return ctx == root }

// SameContext returns ctx.
func SameContext(ctx context.Context) context.Context { return ctx }

// NoContext returns nil.
func NoContext() context.Context { return nil }

type labelKey struct{}

// Labelled returns a context with a label.
func Labelled(ctx context.Context, label string) context.Context {
	return context.WithValue(ctx, labelKey{}, label)
}

// LabelOf returns the label of a context.
func LabelOf(ctx context.Context) string {
	label, _ := ctx.Value(labelKey{}).(string)
	return label
}

// A Session has a context.
type Session interface{ Context() context.Context }

// NewSession returns one of the plugin's.
func NewSession(ctx context.Context) Session { return session{ctx} }

type session struct{ ctx context.Context }

func (s session) Context() context.Context { return s.ctx }

// SessionOver returns why the session is over, "" if it has no context.
func SessionOver(s Session) string {
	ctx := s.Context()
	if ctx == nil {
		return ""
	}
	<-ctx.Done()
	return ctx.Err().Error()
}

// EchoContexts sends what it receives.
func EchoContexts(in <-chan context.Context) <-chan context.Context {
	out := make(chan context.Context)
	go func() {
		defer close(out)
		for ctx := range in {
			out <- ctx
		}
		out <- root
	}()
	return out
}

// EndedAfter calls f and reports whether ctx has ended.
func EndedAfter(ctx context.Context, f func()) bool {
	f()
	return ctx.Err() != nil
}

// EndedInHost ends a context and returns what f says of it.
func EndedInHost(f func(context.Context) func() bool) bool {
	ctx, cancel := context.WithCancel(context.Background())
	ended := f(ctx)
	cancel()
	return ended()
}

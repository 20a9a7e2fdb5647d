//go:build go1.22

package support

import (
	"context"
	"reflect"
	"sync"

	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// A channel of the host's is in the plugin one of its own, and a goroutine that carries
// one value after the other. The one that the values go into has no buffer, so whoever
// sends waits, but for one value that is on its way. streams are those that are open.
var streams = struct {
	sync.Mutex
	channels map[wire.Ref]any    // by the host's handle
	remotes  map[uintptr]*Remote // by the address of the channel
}{channels: make(map[wire.Ref]any), remotes: make(map[uintptr]*Remote)}

// GiveChan returns the reference of a channel, which may be nil.
func GiveChan(c any, null bool) wire.Ref {
	if null {
		return 0
	}
	if r := streaming(c); r != nil {
		return r.home()
	}
	return lent.Put(c)
}

// streaming returns the host's channel that a channel is connected to, or nil.
func streaming(c any) *Remote {
	streams.Lock()
	defer streams.Unlock()
	return streams.remotes[reflect.ValueOf(c).Pointer()]
}

// TakeChan returns the channel that a reference of the host's stands for. open connects
// one of the host's.
func TakeChan[C any](ref wire.Ref, open func(*Remote) C) C {
	if ref == 0 || ref.IsHome() || open == nil {
		return TakeFunc[C](ref, nil)
	}
	r := arrive(ref)
	streams.Lock()
	defer streams.Unlock()
	if c, ok := streams.channels[ref].(C); ok {
		return c
	}
	c := open(r)
	streams.channels[ref] = c
	streams.remotes[reflect.ValueOf(c).Pointer()] = r
	return c
}

// closed forgets a stream that has come to its end.
func closed(r *Remote, c any) {
	streams.Lock()
	defer streams.Unlock()
	delete(streams.channels, r.ref)
	delete(streams.remotes, reflect.ValueOf(c).Pointer())
}

// ReceiveFrom connects a channel that the plugin receives from. If the host's end is
// gone, it is closed.
func ReceiveFrom[T any](r *Remote, recv func(context.Context) (T, bool, error)) <-chan T {
	c := make(chan T)
	go func() {
		defer func() {
			closed(r, c)
			close(c)
		}()
		for {
			v, ok, err := recv(context.Background())
			if !ok || err != nil {
				return
			}
			c <- v
		}
	}()
	return c
}

// SendTo connects a channel that the plugin sends to. If the host's end is gone, what
// is sent is lost.
func SendTo[T any](r *Remote, send func(context.Context, T) error, end func()) chan T {
	c := make(chan T)
	go func() {
		var err error
		for v := range c {
			if err == nil {
				err = send(context.Background(), v)
			}
		}
		closed(r, c)
		if err == nil {
			defer func() { _ = recover() }() // the host is gone, or has closed it itself
			end()
		}
	}()
	return c
}

// Recv receives from a channel of the plugin's for the host.
func Recv[T any](c <-chan T, ctx context.Context) (v T, ok bool, err error) {
	select {
	case v, ok = <-c:
		return v, ok, nil
	default:
	}
	select {
	case v, ok = <-c:
		return v, ok, nil
	case <-ctx.Done():
		return v, false, ctx.Err()
	}
}

// Send sends to a channel of the plugin's for the host.
func Send[T any](c chan<- T, ctx context.Context, v T) error {
	select {
	case c <- v:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close closes a channel of the plugin's for the host.
func Close[T any](c chan<- T) { close(c) }

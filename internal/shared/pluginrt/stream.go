//go:build go1.22

package pluginrt

import (
	"reflect"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// owner operates on the plugin's channels for the host.
var owner = stream.Owner{Wake: func(ref wire.Ref) {
	c := BeginHost(wire.OpWake, 1)
	c.Frame().SetRef(0, ref)
	c.Do()
	c.End()
}}

// forwarders connect channels of the plugin to the host's channels.
var forwarders stream.Forwarders

// streams are the channels that stand for the host's.
var streams = struct {
	sync.Mutex
	holds map[streamKey]*stream.Weak
}{holds: make(map[streamKey]*stream.Weak)}

// A streamKey identifies a channel that stands for one of the host's. If the host's channel
// goes both ways, there are two: one to receive from and one to send to.
type streamKey struct {
	ref     wire.Ref
	receive bool
	elem    reflect.Type
}

// address returns what a channel points to.
func address[C any](c *C) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(c)) }

// SettleChan is [stream.Settle] for a channel that a function of the plugin was given.
func SettleChan[C any](c C) { stream.Settle(address(&c)) }

// ExportChan returns the reference of a channel, which may be nil.
func ExportChan(c any, null bool) wire.Ref {
	if null {
		return 0
	}
	if r := streaming(c); r != nil {
		return r.ownerRef()
	}
	return exported.Export(c)
}

// streaming returns the host's channel that a channel is connected to. The channel goes
// back to the host as that one. The result is nil if there is none, or if the channel holds
// values that would be lost.
func streaming(c any) *Remote {
	h, r := stream.Connected[*Remote](reflect.ValueOf(c).UnsafePointer())
	if r == nil || !h.Return() {
		return nil
	}
	return r
}

// ImportChan returns the channel that a reference from the host stands for. open connects a
// new channel to one of the host's.
func ImportChan[C any](ref wire.Ref, open func(*Remote) C) C {
	if ref == 0 || ref.ForOwner() || open == nil {
		return ImportFunc[C](ref, nil)
	}
	t := reflect.TypeFor[C]()
	key := streamKey{ref, t.ChanDir() == reflect.RecvDir, t.Elem()}
	r := importRef(ref)
	streams.Lock()
	defer streams.Unlock()
	if h := streams.holds[key]; h != nil {
		if p := h.Channel(); p != nil {
			return *(*C)(unsafe.Pointer(&p))
		}
	}
	c := open(r)
	h := stream.WeakOf(address(&c))
	streams.holds[key] = h
	h.Connect(r)
	return c
}

// finished forgets a stream that has come to its end.
func finished(h *stream.Weak) {
	streams.Lock()
	defer streams.Unlock()
	h.Connect(nil)
	for key, other := range streams.holds {
		if other == h {
			delete(streams.holds, key)
		}
	}
}

// ReceiveFrom connects a channel that the plugin receives from. If the host's end is
// gone, it is closed.
func ReceiveFrom[T any](r *Remote, recv func(bool) ([]T, uint8, error)) <-chan T {
	return receiveFrom(r, func(single bool) ([]T, stream.Outcome, error) {
		vs, o, err := recv(single)
		return vs, stream.Outcome(o), err
	})
}

// ReceiveEachFrom is ReceiveFrom for values that cross one by one.
func ReceiveEachFrom[T any](r *Remote, recv func() (T, uint8, error)) <-chan T {
	return receiveFrom(r, stream.One(func() (T, stream.Outcome, error) {
		v, o, err := recv()
		return v, stream.Outcome(o), err
	}))
}

func receiveFrom[T any](r *Remote, receive func(bool) ([]T, stream.Outcome, error)) <-chan T {
	c := make(chan T, forwarders.Window.Size())
	h := stream.WeakOf(address(&c))
	stream.Fill(&forwarders, r.ref, h, stream.Typed[T], nil, receive, func() { finished(h) })
	return c
}

// SendTo connects a channel that the plugin sends to. If the host's end is gone, what
// is sent is lost.
func SendTo[T any](r *Remote, send func([]T) (uint8, error), end func()) chan T {
	return sendTo(r, func(vs []T) (stream.Outcome, error) {
		o, err := send(vs)
		return stream.Outcome(o), err
	}, end)
}

// SendEachTo is SendTo for values that cross one by one.
func SendEachTo[T any](r *Remote, send func(T) (uint8, error), end func()) chan T {
	return sendTo(r, stream.Each(func(v T) (stream.Outcome, error) {
		o, err := send(v)
		return stream.Outcome(o), err
	}), end)
}

func sendTo[T any](r *Remote, send func([]T) (stream.Outcome, error), end func()) chan T {
	c := make(chan T, forwarders.Window.Size())
	h := stream.WeakOf(address(&c))
	stream.Drain(&forwarders, r.ref, h, stream.Typed[T], nil, send, func() {
		defer func() { _ = recover() }() // the host is gone, or has closed it itself
		end()
	}, func() { finished(h) })
	return c
}

// setWindow sets the window of the channels of both sides.
func setWindow(n int) {
	owner.Window.Set(n)
	forwarders.Window.Set(n)
}

// Done is the outcome with which a value was received: see Recv.
const Done = uint8(stream.Done)

// RecvMany receives values from a channel of the plugin's for the host: see [stream.Receive].
func RecvMany[T any](ref wire.Ref, c <-chan T, single bool) (vs []T, outcome uint8, err error) {
	vs, o := stream.Receive(&owner, ref.Handle(), address(&c), stream.Typed[T], single)
	return vs, uint8(o), nil
}

// Recv receives from a channel of the plugin's for the host. Values that cross one by one have
// a window of 1, as the host requests one at a time.
func Recv[T any](ref wire.Ref, c <-chan T) (v T, outcome uint8, err error) {
	v, o := stream.ReceiveOne(&owner, ref.Handle(), address(&c), stream.Typed[T])
	return v, uint8(o), nil
}

// SendMany sends values to a channel of the plugin's for the host.
func SendMany[T any](ref wire.Ref, c chan<- T, vs []T) (outcome uint8, err error) {
	return uint8(stream.Send(&owner, ref.Handle(), address(&c), stream.Typed[T], vs)), nil
}

// Send sends to a channel of the plugin's for the host.
func Send[T any](ref wire.Ref, c chan<- T, v T) (outcome uint8, err error) {
	return SendMany(ref, c, []T{v})
}

// Close closes a channel of the plugin's for the host.
func Close[T any](_ wire.Ref, c chan<- T) { close(c) }

package object

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/stream"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A channel is exported as an object with the methods
//
//	sendMany(v []T) (outcome uint8, err error)
//	recvMany(single bool) (v []T, outcome uint8, err error)
//	close()
//
// as far as its direction allows them. Values that cross as references do so one by one, by
//
//	send(v T) (outcome uint8, err error)
//	recv() (v T, outcome uint8, err error)
//
// and recv has no v unless the outcome is stream.Done. If a channel goes both ways, the host
// receives from a channel of the plugin, and the plugin sends to a channel of the host. The
// other side makes a channel of its own, which a goroutine fills or empties. Package stream
// describes how they wait.

var (
	errorType   = reflect.TypeFor[error]()
	outcomeType = reflect.TypeFor[uint8]()
	singleType  = reflect.TypeFor[bool]()
)

func sendType(elem reflect.Type) reflect.Type {
	return reflect.FuncOf([]reflect.Type{elem}, []reflect.Type{outcomeType, errorType}, false)
}

func recvType(elem reflect.Type, how ...reflect.Type) reflect.Type {
	return reflect.FuncOf(how, []reflect.Type{elem, outcomeType, errorType}, false)
}

var (
	closeType = reflect.TypeFor[func()]()
	noError   = reflect.Zero(errorType)
)

// An exportedChan is a channel of the host on which the plugin operates.
type exportedChan struct {
	ref     wire.Ref
	channel any
}

func (c exportedChan) memory() unsafe.Pointer { return reflect.ValueOf(c.channel).UnsafePointer() }

// chanHandler returns the handler for callbacks on channels of type t. Its object is an
// exportedChan.
func chanHandler(o *Attachment, s *call.Signature, t reflect.Type) (*call.Callback, error) {
	owner, open := &o.session.owner, opener(t.Elem())
	sends, receives := t.ChanDir()&reflect.SendDir != 0, t.ChanDir()&reflect.RecvDir != 0
	sent := func(outcome stream.Outcome) []reflect.Value {
		if outcome != stream.TooMany {
			return []reflect.Value{reflect.ValueOf(uint8(outcome)), noError}
		}
		var err error = &backend.BoundError{What: "values that wait for a channel", Limit: maxQueue}
		return []reflect.Value{reflect.ValueOf(uint8(stream.Closed)), reflect.ValueOf(&err).Elem()}
	}
	switch name := s.Method(); {
	case !sends && (name == "sendMany" || name == "send" || name == "close"), !receives && (name == "recvMany" || name == "recv"):
		return nil, fmt.Errorf("the host's %s goes the other way", t)
	}
	switch s.Method() {
	case "sendMany":
		return call.BindCallbackFunc(s, o.scope, sendType(reflect.SliceOf(t.Elem())), func(c any, in []reflect.Value) []reflect.Value {
			return sent(stream.Send(owner, c.(exportedChan).ref, c.(exportedChan).memory(), open, elements(in[0])))
		})
	case "recvMany":
		list := reflect.SliceOf(t.Elem())
		return call.BindCallbackFunc(s, o.scope, recvType(list, singleType), func(c any, in []reflect.Value) []reflect.Value {
			vs, outcome := stream.Receive(owner, c.(exportedChan).ref, c.(exportedChan).memory(), open, in[0].Bool())
			return []reflect.Value{sliceOf(list, vs), reflect.ValueOf(uint8(outcome)), noError}
		})
	case "send":
		return call.BindCallbackFunc(s, o.scope, sendType(t.Elem()), func(c any, in []reflect.Value) []reflect.Value {
			return sent(stream.Send(owner, c.(exportedChan).ref, c.(exportedChan).memory(), open, in))
		})
	case "recv":
		return call.BindCallbackFunc(s, o.scope, recvType(t.Elem()), func(c any, _ []reflect.Value) []reflect.Value {
			v, outcome := stream.ReceiveOne(owner, c.(exportedChan).ref, c.(exportedChan).memory(), open)
			return []reflect.Value{v, reflect.ValueOf(uint8(outcome)), noError}
		})
	case "close":
		return call.BindCallbackFunc(s, o.scope, closeType, func(c any, _ []reflect.Value) []reflect.Value {
			reflect.ValueOf(c.(exportedChan).channel).Close()
			return nil
		})
	}
	return nil, fmt.Errorf("a channel has no method %q", s.Method())
}

// reflected is a stream.Chan of any channel.
type reflected struct{ reflect.Value }

func opener(elem reflect.Type) stream.Opener[reflect.Value] {
	t := reflect.ChanOf(reflect.BothDir, elem)
	return func(p unsafe.Pointer) stream.Chan[reflect.Value] {
		return reflected{reflect.NewAt(t, unsafe.Pointer(&p)).Elem()}
	}
}

func (c reflected) TrySend(v reflect.Value) (o stream.Outcome) {
	defer closed(&o)
	if c.Value.TrySend(v) {
		return stream.Done
	}
	return stream.WouldBlock
}

func (c reflected) TryReceive() (reflect.Value, stream.Outcome) {
	v, ok := c.TryRecv()
	switch {
	case ok:
		return v, stream.Done
	case v.IsValid():
		return v, stream.Closed
	}
	return v, stream.WouldBlock
}

func (c reflected) Send(v reflect.Value, look, stop <-chan struct{}) (o stream.Outcome) {
	defer closed(&o)
	_, _, o = c.wait(reflect.SelectCase{Dir: reflect.SelectSend, Chan: c.Value, Send: v}, look, stop)
	return o
}

func (c reflected) Receive(look, stop <-chan struct{}) (reflect.Value, stream.Outcome) {
	v, ok, o := c.wait(reflect.SelectCase{Dir: reflect.SelectRecv, Chan: c.Value}, look, stop)
	if o == stream.Done && !ok {
		o = stream.Closed
	}
	return v, o
}

func (c reflected) wait(do reflect.SelectCase, look, stop <-chan struct{}) (reflect.Value, bool, stream.Outcome) {
	chosen, v, ok := reflect.Select([]reflect.SelectCase{do,
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(look)},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(stop)},
	})
	return v, ok, []stream.Outcome{stream.Done, stream.Probe, stream.Stopped}[chosen]
}

// closed recovers the panic of a send to a closed channel. It is deferred.
func closed(o *stream.Outcome) {
	if recover() != nil {
		*o = stream.Closed
	}
}

// streaming returns the remote that a channel stands for. The channel goes back to the
// plugin as that one. The result is nil if there is none, or if the channel holds values that
// would be lost.
func (p *Session) streaming(channel unsafe.Pointer) *remote {
	h, r := stream.Connected[*remote](channel)
	if r == nil || r.attachment.session != p || !h.Return() {
		return nil
	}
	return r
}

// finished forgets a stream that has come to its end.
func finished(h *stream.Weak, r *remote) {
	h.Connect(nil)
	r.release()
}

// chanImporter returns the func that makes channels of type rt for channels of the plugin.
func (o *Attachment) chanImporter(t *manifest.Type, rt reflect.Type) func(*remote, unsafe.Pointer) error {
	text, elem := o.text(t), rt.Elem()
	open, ct, stop := opener(elem), reflect.ChanOf(reflect.BothDir, elem), o.life.Done()
	forwarders := &o.session.forwarders
	// connect makes the channel. Goroutines must refer to its Weak only.
	connect := func(r *remote, p unsafe.Pointer) *stream.Weak {
		ch := reflect.MakeChan(ct, forwarders.Window.Size())
		h := stream.WeakOf(ch.UnsafePointer())
		h.Connect(r)
		reflect.NewAt(rt, p).Elem().Set(ch.Convert(rt))
		return h
	}
	if rt.ChanDir() != reflect.SendDir {
		return func(r *remote, p unsafe.Pointer) error {
			receive, err := o.receiver(r, text, elem)
			if err == nil {
				err = o.session.checkChannels()
			}
			if err != nil {
				return err
			}
			h := connect(r, p)
			stream.Fill(forwarders, r.ref, h, open, stop, receive, func() { finished(h, r) })
			return nil
		}
	}
	return func(r *remote, p unsafe.Pointer) error {
		send, err := o.sender(r, text, elem)
		if err != nil {
			return err
		}
		end, err := o.bind(text, "close", closeType)
		if err == nil {
			err = o.session.checkChannels()
		}
		if err != nil {
			return err
		}
		end = end.On(r)
		h := connect(r, p)
		stream.Drain(forwarders, r.ref, h, open, stop, send, func() {
			defer func() { _ = recover() }() // the plugin is closed, or has closed the channel
			end.Reflect(nil)
		}, func() { finished(h, r) })
		return nil
	}
}

// receiver returns the func that receives from a channel of the plugin.
func (o *Attachment) receiver(r *remote, text string, elem reflect.Type) (func(single bool) ([]reflect.Value, stream.Outcome, error), error) {
	many := o.exports.Method(text, "recvMany") != nil
	name, t := "recv", recvType(elem)
	if many {
		name, t = "recvMany", recvType(reflect.SliceOf(elem), singleType)
	}
	recv, err := o.bind(text, name, t)
	if err != nil {
		return nil, err
	}
	recv = recv.On(r)
	receive := func(how ...reflect.Value) (reflect.Value, stream.Outcome, error) {
		out := recv.Reflect(how)
		err, _ := out[2].Interface().(error)
		return out[0], stream.Outcome(out[1].Uint()), err
	}
	if !many {
		return stream.One(func() (reflect.Value, stream.Outcome, error) { return receive() }), nil
	}
	return func(single bool) ([]reflect.Value, stream.Outcome, error) {
		list, outcome, err := receive(reflect.ValueOf(single))
		return elements(list), outcome, err
	}, nil
}

// sender returns the func that sends to a channel of the plugin.
func (o *Attachment) sender(r *remote, text string, elem reflect.Type) (func([]reflect.Value) (stream.Outcome, error), error) {
	many := o.exports.Method(text, "sendMany") != nil
	name, list := "send", reflect.SliceOf(elem)
	t := sendType(elem)
	if many {
		name, t = "sendMany", sendType(list)
	}
	send, err := o.bind(text, name, t)
	if err != nil {
		return nil, err
	}
	send = send.On(r)
	one := func(v reflect.Value) (stream.Outcome, error) {
		out := send.Reflect([]reflect.Value{v})
		err, _ := out[1].Interface().(error)
		return stream.Outcome(out[0].Uint()), err
	}
	if !many {
		return stream.Each(one), nil
	}
	return func(vs []reflect.Value) (stream.Outcome, error) {
		return one(sliceOf(list, vs))
	}, nil
}

// sliceOf returns a slice of type t with the elements vs.
func sliceOf(t reflect.Type, vs []reflect.Value) reflect.Value {
	return reflect.Append(reflect.MakeSlice(t, 0, len(vs)), vs...)
}

// elements returns the elements of a slice.
func elements(list reflect.Value) []reflect.Value {
	vs := make([]reflect.Value, list.Len())
	for i := range vs {
		vs[i] = list.Index(i)
	}
	return vs
}

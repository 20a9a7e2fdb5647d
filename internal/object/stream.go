package object

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/call"
	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// A channel is lent as an object with the methods
//
//	send(ctx context.Context, v T) error
//	recv(ctx context.Context) (v T, ok bool, err error)
//	close()
//
// as far as its direction goes; of one that goes both ways the side that it was lent to
// receives, if that is the host, or sends, if it is the plugin. It arrives as a channel
// of its own, which a goroutine fills or empties as long as the other end does. Each value waits at the other end until it was taken, so a full
// channel holds the sender up, with room for one value more.

var (
	contextType = reflect.TypeFor[context.Context]()
	errorType   = reflect.TypeFor[error]()
	boolType    = reflect.TypeFor[bool]()
)

func sendType(elem reflect.Type) reflect.Type {
	return reflect.FuncOf([]reflect.Type{contextType, elem}, []reflect.Type{errorType}, false)
}

func recvType(elem reflect.Type) reflect.Type {
	return reflect.FuncOf([]reflect.Type{contextType}, []reflect.Type{elem, boolType, errorType}, false)
}

var closeType = reflect.TypeFor[func()]()

func errorValue(err error) reflect.Value { return reflect.ValueOf(&err).Elem() }

// stream answers a callback on channels of the host.
func stream(o *Objects, s *call.Signature, t reflect.Type) (*call.Answer, error) {
	elem := t.Elem()
	switch s.Method() {
	case "send":
		return call.NewAnswerBy(s, o.scope, sendType(elem), func(ch any, in []reflect.Value) []reflect.Value {
			return []reflect.Value{errorValue(send(in[0].Interface().(context.Context), reflect.ValueOf(ch), in[1]))}
		})
	case "recv":
		return call.NewAnswerBy(s, o.scope, recvType(elem), func(ch any, in []reflect.Value) []reflect.Value {
			v, ok, err := receive(in[0].Interface().(context.Context), reflect.ValueOf(ch))
			if !v.IsValid() {
				v = reflect.Zero(elem)
			}
			return []reflect.Value{v, reflect.ValueOf(ok), errorValue(err)}
		})
	case "close":
		return call.NewAnswerBy(s, o.scope, closeType, func(ch any, _ []reflect.Value) []reflect.Value {
			reflect.ValueOf(ch).Close()
			return nil
		})
	}
	return nil, fmt.Errorf("a channel has no method %q", s.Method())
}

var errClosedChannel = errors.New("the channel is closed")

func send(ctx context.Context, ch, v reflect.Value) (err error) {
	defer func() {
		if recover() != nil {
			err = errClosedChannel
		}
	}()
	chosen, _, _ := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectSend, Chan: ch, Send: v},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
	})
	if chosen == 1 {
		return ctx.Err()
	}
	return nil
}

func receive(ctx context.Context, ch reflect.Value) (v reflect.Value, ok bool, err error) {
	chosen, v, ok := reflect.Select([]reflect.SelectCase{
		{Dir: reflect.SelectRecv, Chan: ch},
		{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(ctx.Done())},
	})
	if chosen == 1 {
		return reflect.Value{}, false, ctx.Err()
	}
	return v, ok, nil
}

// takeChan returns what makes channels of type rt for the plugin's.
func (o *Objects) takeChan(t *manifest.Type, rt reflect.Type) func(*remote, unsafe.Pointer) error {
	text := o.text(t)
	elem := rt.Elem()
	return func(r *remote, p unsafe.Pointer) error {
		ch := reflect.MakeChan(reflect.ChanOf(reflect.BothDir, elem), 0)
		ctx := o.life
		if rt.ChanDir() != reflect.SendDir {
			b, err := o.bind(text, "recv", recvType(elem))
			if err != nil {
				return err
			}
			go pumpIn(ctx, b.On(r), ch)
		} else {
			put, err := o.bind(text, "send", sendType(elem))
			if err != nil {
				return err
			}
			end, err := o.bind(text, "close", closeType)
			if err != nil {
				return err
			}
			go pumpOut(ctx, put.On(r), end.On(r), ch)
		}
		reflect.NewAt(rt, p).Elem().Set(ch.Convert(rt))
		o.peer.proxies.add(ch.UnsafePointer(), r)
		return nil
	}
}

// pumpIn carries what the plugin sends.
func pumpIn(ctx context.Context, recv *call.Binding, ch reflect.Value) {
	defer ch.Close()
	for {
		out := recv.Reflect([]reflect.Value{reflect.ValueOf(&ctx).Elem()})
		if !out[1].Bool() || !out[2].IsNil() || send(ctx, ch, out[0]) != nil {
			return
		}
	}
}

// pumpOut carries what the host sends, and that it has closed the channel.
func pumpOut(ctx context.Context, put, end *call.Binding, ch reflect.Value) {
	for {
		v, ok, err := receive(ctx, ch)
		if err != nil {
			return
		}
		if !ok {
			defer func() { _ = recover() }() // the plugin is closed, or closed the channel itself
			end.Reflect(nil)
			return
		}
		if out := put.Reflect([]reflect.Value{reflect.ValueOf(&ctx).Elem(), v}); !out[0].IsNil() {
			return
		}
	}
}

//go:build go1.22

package pluginrt

import (
	"context"
	"fmt"
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Values of the host's types in an any: references implements [codec.HostValues].

var _ codec.HostValues = references{}

// PutState implements [codec.HostValues].
func (references) PutState(_ reflect.Type, p unsafe.Pointer) (wire.Ref, error) {
	r := *(**Remote)(p)
	if r == nil {
		return 0, nil
	}
	return r.ownerRef(), nil
}

// TakeState implements [codec.HostValues].
func (references) TakeState(ref wire.Ref, t reflect.Type, p unsafe.Pointer) error {
	if ref.ForOwner() {
		return fmt.Errorf("a %s of the plugin's came back", t)
	}
	*(**Remote)(p) = importRef(ref)
	return nil
}

// PutPaired implements [codec.HostValues].
func (references) PutPaired(elem *codec.Codec, p unsafe.Pointer) (wire.Ref, error) {
	if pair := pairAt(p, elem.Type()); pair != nil {
		return pair.written()
	}
	return 0, nil
}

// TakePaired implements [codec.HostValues].
func (references) TakePaired(ref wire.Ref, elem *codec.Codec) (unsafe.Pointer, error) {
	switch {
	case ref == 0:
		return reflect.New(elem.Type()).UnsafePointer(), nil
	case ref.ForOwner():
		return nil, fmt.Errorf("a pointer of the plugin's came back as one to %s", elem.Type())
	}
	return takePair(ref, elem), nil
}

// Paired implements [codec.HostValues].
func (references) Paired(d *wire.Decoder, ref wire.Ref, elem *codec.Codec, p unsafe.Pointer) {
	if ref == 0 {
		return
	}
	pair := pairAt(p, elem.Type())
	if pair == nil {
		return
	}
	if hidden := elem.HiddenPointer(p); hidden != nil {
		*hidden = unsafe.Pointer(pair.remote)
	}
	pair.remember()
	d.Pairs = append(d.Pairs, p)
}

// callMethod calls a method of the host's type on the value at p.
func callMethod(m *codec.MadeMethod, p unsafe.Pointer, args []reflect.Value) []reflect.Value {
	if p == nil {
		panic("method " + m.Name + " of a nil pointer")
	}
	if m.Format {
		formatInHost(m, p, args[0].Interface().(fmt.State), rune(args[1].Int()))
		return nil
	}
	out, failure := newResults(m.Results)
	params := m.Params
	count := 2*len(out) + 2 // the word that says how many bytes the host has filled
	callHostMethod(m, p, failure, len(params), func(h *Callback, at int) {
		for i, c := range params {
			if c.IsContext() {
				ctx, _ := args[i].Interface().(context.Context)
				h.Context(at+2*i, ctx)
				continue
			}
			if i == 0 && m.Fills {
				h.Filled(at, args[0].Bytes(), count)
				continue
			}
			c.Encode(h.PutUpdated(i+1, at+2*i), copyOf(args[i]))
		}
	}, len(out), func(h *Callback) {
		h.takeResults(m.Results, out)
		at := count
		if m.Fills {
			at += 2
		}
		h.takeUpdates(params, args, at)
	})
	return out
}

// formatInHost is the method Format of a fmt.Formatter.
func formatInHost(m *codec.MadeMethod, p unsafe.Pointer, s fmt.State, verb rune) {
	text := ""
	callHostMethod(m, p, nil, 2, func(h *Callback, at int) {
		h.PutArg(1, at).PutString(fmt.FormatString(s, verb))
		h.PutArg(2, at+2).PutBool(m.Pointer)
	}, 1, func(h *Callback) {
		text = h.Result(0, 0).String()
	})
	_, _ = s.Write([]byte(text))
}

// callHostMethod makes a call of OpMethod.
func callHostMethod(m *codec.MadeMethod, p unsafe.Pointer, failure *error, n int, put func(h *Callback, at int), results int, take func(*Callback)) {
	pair := pairAt(p, m.Receiver.Type())
	var r *Remote
	if pair != nil {
		r = pair.remote
	}
	h := Begin(r, 0, max(5+2*n, 2*(results+n)+4))
	h.frame.Func = wire.OpMethod
	defer h.End(failure)
	h.frame.SetUint64(1, m.Number)
	h.frame.SetUint64(2, m.Index)
	if pair != nil {
		m.Receiver.EncodeContent(h.PutArg(0, 3), p)
	} else {
		m.Receiver.Encode(h.PutArg(0, 3), p)
	}
	put(h, 5)
	h.Do(failure != nil)
	take(h)
	if m.Pointer && !m.Format {
		d := h.Result(results, 2*results)
		v := reflect.New(m.Receiver.Type())
		m.Receiver.Decode(d, v.UnsafePointer())
		reflect.NewAt(m.Receiver.Type(), p).Elem().Set(v.Elem())
		if pair != nil {
			if hidden := m.Receiver.HiddenPointer(p); hidden != nil {
				*hidden = unsafe.Pointer(pair.remote)
			}
			pair.remember()
		}
	}
	h.Done()
}

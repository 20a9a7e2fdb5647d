package object

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/internal/shared/merge"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Values of the host's own types in an any: Attachment implements codec.HostValues.

var _ codec.HostValues = (*Attachment)(nil)

// PutState implements codec.HostValues. The reference is that of a copy of the struct.
func (o *Attachment) PutState(t reflect.Type, p unsafe.Pointer) (wire.Ref, error) {
	return o.export(reflect.NewAt(t, p).Elem().Interface(), grant{})
}

// TakeState implements codec.HostValues. It sets the fields that do not cross to those of the
// reference's struct.
func (o *Attachment) TakeState(ref wire.Ref, t reflect.Type, p unsafe.Pointer) error {
	v, err := o.session.table.Get(ref)
	if err != nil {
		return err
	}
	from, to := reflect.ValueOf(v), reflect.NewAt(t, p).Elem()
	if from.Kind() == reflect.Pointer && from.Type().Elem() == t {
		from = from.Elem()
	}
	if from.Type() != t {
		return fmt.Errorf("the host's object that came back is a %s, not %s", from.Type(), t)
	}
	to.Set(from)
	merge.ClearFields(to)
	return nil
}

// PutPaired implements codec.HostValues.
func (o *Attachment) PutPaired(elem *codec.Codec, p unsafe.Pointer) (wire.Ref, error) {
	return o.export(reflect.NewAt(elem.Type(), p).Interface(), grant{pointer: true})
}

// TakePaired implements codec.HostValues.
func (o *Attachment) TakePaired(ref wire.Ref, elem *codec.Codec) (unsafe.Pointer, error) {
	if ref == 0 {
		return reflect.New(elem.Type()).UnsafePointer(), nil
	}
	if !ref.ForOwner() {
		return nil, fmt.Errorf("an object of the plugin's was given for a pointer to %s", elem.Type())
	}
	v, err := o.session.table.Get(ref)
	if err != nil {
		return nil, err
	}
	if p := reflect.ValueOf(v); p.Kind() == reflect.Pointer && p.Type().Elem() == elem.Type() {
		return p.UnsafePointer(), nil
	}
	return nil, fmt.Errorf("the host's object that came back is a %T, not a pointer to %s", v, elem.Type())
}

// Paired implements codec.HostValues.
func (o *Attachment) Paired(*wire.Decoder, wire.Ref, *codec.Codec, unsafe.Pointer) {}

// define sends definitions of types of the host to the library.
func (o *Attachment) define(definitions []byte) error {
	buffer := make([]byte, 1<<12)
	words := []uint64{uint64(uintptr(unsafe.Pointer(unsafe.SliceData(definitions)))), uint64(len(definitions))}
	status, n := o.session.gate.Operate(wire.OpTypes, words, buffer)
	runtime.KeepAlive(definitions)
	switch {
	case status == wire.StatusOK:
		return nil
	case status == wire.StatusRefused && n <= uint64(len(buffer)):
		return errors.New("does not cross: " + string(buffer[:n]))
	}
	if gone := o.operator.Gone(); gone != nil {
		return fmt.Errorf("does not cross: %w", gone)
	}
	return errors.New("does not cross: the plugin has lost the definition of the type")
}

// hostMethod returns the handler for calls of a method.
func (p *Session) hostMethod(number, index uint64) (*call.Callback, error) {
	list := p.open.Load()
	if list == nil {
		return nil, call.ErrClosed
	}
	for _, o := range *list {
		t := o.scope.HostTable().Number(number)
		if t == nil {
			continue
		}
		m := t.Method(index)
		if m == nil {
			return nil, fmt.Errorf("%s has no method %d for the plugin", t.Codec().Type(), index)
		}
		if found, ok := o.hostMethods.Load(m); ok {
			return found.(*call.Callback), nil
		}
		made := call.BindHostMethod(o.manifest.Package, o.scope, t, m)
		o.hostMethods.Store(m, made)
		return made, nil
	}
	return nil, call.ErrClosed
}

// callHostMethod handles the operation OpMethod.
func (p *Session) callHostMethod(f *wire.Frame) {
	f.Len, f.Held = 0, 0
	var pointer any
	if ref := f.Ref(0); ref != 0 {
		var err error
		if pointer, err = p.table.Get(ref); err != nil {
			f.Status = wire.StatusGone
			return
		}
		if g := p.granted(ref); g != nil && !g.pointer {
			call.Refuse(f, errNotGranted(reflect.TypeOf(pointer), "a pointer"))
			return
		}
	}
	m, err := p.hostMethod(f.Uint64(1), f.Uint64(2))
	if err != nil {
		call.Refuse(f, err)
		return
	}
	m.Handle(f, pointer, p)
}

// written handles the operation OpWritten: the plugin has written to the memory of a pointer of
// the host.
func (p *Session) written(f *wire.Frame) {
	v, o := p.operand(f)
	if o == nil {
		return
	}
	if g := p.granted(f.Ref(0)); g != nil && !g.pointer {
		call.Refuse(f, errNotGranted(reflect.TypeOf(v), "a pointer"))
		return
	}
	if err := call.WriteBack(o.scope, v, f.Message(1)); err != nil {
		call.Refuse(f, err)
		return
	}
	f.Status = wire.StatusOK
}

// returned handles the operation OpReturned: the plugin has written to its copy of a value that the
// host has returned.
func (p *Session) returned(f *wire.Frame) {
	v, o := p.operand(f)
	if o == nil {
		return
	}
	r, ok := v.(*call.Returned)
	if !ok {
		f.Status = wire.StatusBadOp
		return
	}
	if err := r.Write(f.Message(1), f.Message(3)); err != nil {
		call.Refuse(f, err)
		return
	}
	f.Status = wire.StatusOK
}

// encode handles the operation OpEncode.
func (p *Session) encode(f *wire.Frame) {
	v, o := p.operand(f)
	if o == nil {
		return
	}
	how := f.Uint64(1)
	if how > wire.DecodeText {
		f.Status = wire.StatusBadOp
		return
	}
	found, ok := o.encodings.Load(how)
	if !ok {
		found, _ = o.encodings.LoadOrStore(how, call.BindEncoding(o.manifest.Package, o.scope, how))
	}
	e := call.Encodable{Value: v}
	if g := p.granted(f.Ref(0)); g != nil {
		e.Has = g.allows
	}
	found.(*call.Callback).Handle(f, e, p)
}

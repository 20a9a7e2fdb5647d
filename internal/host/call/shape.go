package call

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/coroutine"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

//go:generate go run shapegen.go gen.go

// A shape is what the code of a func depends on: how many parameters and results it
// has, and how each is passed. Go passes all 8-byte integers alike, and a named type
// as the one under it, so a func made for uint64 serves for each of them: arguments
// have the same size, registers and pointers in them. The usual shapes are compiled in
// advance, by the files that shapegen.go writes; they call without reflection and
// without taking memory. All other types go through reflect.MakeFunc.
//
// A shape is written as the letters of its parameters, ">", that of its result. There is
// one table of shapes that are complete so, one of those that an error follows, and one
// of those that a context comes before as well.
const (
	shapeInteger = 'W' // of 8 bytes
	shapeFloat   = 'D' // float64
	shapeBool    = 'O'
	shapeString  = 'S'
	shapeSlice   = 'B' // of elements that are their memory
	shapeFunc    = 'F' // carried by reference
	shapeContext = 'C' // of a func or method of the host's only: see answershape.go
)

// shape returns a func with the memory of the host's func type, or nil if its shape is
// not one of the usual.
func (b *Binding) shape() any {
	if len(b.results) > 1 {
		return nil
	}
	switch key := shapeKey(b.params, b.results); {
	case b.context && b.error:
		return shapedC(key, b)
	case b.context:
		return nil
	case b.error:
		return shapedE(key, b)
	default:
		return shaped(key, b)
	}
}

func shapeKey(params, results []value) string {
	var key strings.Builder
	for i := range params {
		key.WriteByte(params[i].letter())
	}
	key.WriteByte('>')
	for i := range results {
		key.WriteByte(results[i].letter())
	}
	return key.String()
}

func (v *value) letter() byte {
	switch t := v.codec.Type(); {
	case v.Form == manifest.FormText:
		return shapeString
	case v.Form == manifest.FormBulk:
		return shapeSlice
	case v.Form == manifest.FormContext:
		return shapeContext
	case v.Form == manifest.FormObject && v.codec.Reference().PutPointer != nil:
		return shapeFunc
	case v.Form != manifest.FormWord:
	case t.Kind() == reflect.Bool:
		return shapeBool
	case t.Kind() == reflect.Float64:
		return shapeFloat
	case v.size == 8 && t.Kind() != reflect.Complex64:
		return shapeInteger
	}
	return '?'
}

// Make returns the func of the host's type. An iterator can be given to iter.Pull.
func (b *Binding) Make() reflect.Value {
	f := b.make()
	if !coroutine.IsIterator(b.in) {
		return f
	}
	return reflect.MakeFunc(b.in, func(args []reflect.Value) []reflect.Value {
		if coroutine.Running() {
			return coroutine.Call(f, args)
		}
		return f.Call(args)
	})
}

func (b *Binding) make() reflect.Value {
	if f := b.shape(); f != nil {
		// A func in an interface is its second word.
		return reflect.NewAt(b.in, unsafe.Pointer(&(*[2]unsafe.Pointer)(unsafe.Pointer(&f))[1])).Elem()
	}
	return reflect.MakeFunc(b.in, b.Reflect)
}

// put puts an argument of a shape's type into the frame.
func put[T any](c *Call, v *value, p *T) {
	f := c.Frame
	switch unsafe.Sizeof(*p) {
	case 1:
		*f.Word(v.At) = uint64(*(*uint8)(unsafe.Pointer(p)))
	case 8:
		if v.Form == manifest.FormObject {
			c.lend(v, *(*unsafe.Pointer)(unsafe.Pointer(p)))
			return
		}
		*f.Word(v.At) = *(*uint64)(unsafe.Pointer(p))
	case 16:
		v.putText(f, *(*string)(unsafe.Pointer(p)))
	case 24:
		v.putBulk(f, *(*slice)(unsafe.Pointer(p)))
	}
}

// lend puts a func into the frame. What fails is the error of Do.
func (c *Call) lend(v *value, f unsafe.Pointer) {
	r, err := v.codec.Reference().PutPointer(f)
	c.Frame.SetRef(v.At, r)
	if err != nil && c.refused == nil {
		c.refused = c.Signature.Mismatch("%v", err)
	}
}

// take copies a result of a shape's type to p.
func take[T any](c *Call, v *value, p *T) error {
	f := c.Frame
	switch unsafe.Sizeof(*p) {
	case 1:
		*(*bool)(unsafe.Pointer(p)) = f.Bool(v.At)
		return nil
	case 8:
		*(*uint64)(unsafe.Pointer(p)) = *f.Word(v.At)
		return nil
	}
	b, null, ok := c.piece(v.At)
	if ok && unsafe.Sizeof(*p) == 24 {
		ok = v.takeBulk(b, null, unsafe.Pointer(p))
	} else if ok {
		*(*string)(unsafe.Pointer(p)) = string(b)
	}
	if !ok {
		return c.Signature.Damaged()
	}
	return nil
}

// err takes the error that the function returned.
func (b *Binding) err(c *Call) error {
	if b.failure == nil || c.Frame.Uint64(b.failure.At) == wire.Nil {
		return nil
	}
	failure, err := c.takeFailure(b.failure)
	if err != nil {
		return err
	}
	return failure
}

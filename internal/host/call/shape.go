package call

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/coroutine"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A shape is what the code of a func depends on: how many parameters and results it
// has, and how each is passed. Go passes all 8-byte integers alike, and a named type
// like its underlying type, so a func made for uint64 serves each of them: arguments
// have the same size, registers and pointers. A result of type struct{} takes no
// register and no memory, so that func serves for a func without a result.
//
// The usual shapes are instances of the generic funcs in makers.go. They call without
// reflection and without allocating. All other types go through reflect.MakeFunc.
//
// A shape is written as one letter for each parameter and result.
const (
	shapeInteger = 'W' // of 8 bytes
	shapeFloat   = 'D' // float64
	shapeBool    = 'O'
	shapeString  = 'S'
	shapeSlice   = 'B' // of elements that are copied as their memory
	shapeFunc    = 'F' // passed by reference
	shapeContext = 'C' // in callbacks only: see callbackshape.go
)

// shape returns a func with the memory of the host's func type, or nil if its shape is
// not one of the usual.
func (b *Binding) shape() any {
	if !memory.Trusted {
		return nil
	}
	params, result := letters(b.params), letters(b.results)
	switch result {
	case "":
		return shaped[struct{}](params, b)
	case "W":
		return shaped[uint64](params, b)
	case "D":
		return shaped[float64](params, b)
	case "O":
		return shaped[bool](params, b)
	case "S":
		return shaped[string](params, b)
	case "B":
		return shaped[[]byte](params, b)
	}
	return nil
}

// shaped returns a func for parameters of the usual shapes, with the result R.
func shaped[R any](params string, b *Binding) any {
	switch params {
	case "":
		return make0[R](b)
	case "W":
		return make1[uint64, R](b)
	case "D":
		return make1[float64, R](b)
	case "O":
		return make1[bool, R](b)
	case "S":
		return make1[string, R](b)
	case "B":
		return make1[[]byte, R](b)
	case "WW":
		return make2[uint64, uint64, R](b)
	case "DD":
		return make2[float64, float64, R](b)
	case "SS":
		return make2[string, string, R](b)
	case "BB":
		return make2[[]byte, []byte, R](b)
	case "SW":
		return make2[string, uint64, R](b)
	case "WS":
		return make2[uint64, string, R](b)
	case "SB":
		return make2[string, []byte, R](b)
	case "BS":
		return make2[[]byte, string, R](b)
	case "WD":
		return make2[uint64, float64, R](b)
	case "DW":
		return make2[float64, uint64, R](b)
	case "WB":
		return make2[uint64, []byte, R](b)
	case "BW":
		return make2[[]byte, uint64, R](b)
	case "SD":
		return make2[string, float64, R](b)
	case "DS":
		return make2[float64, string, R](b)
	case "WWW":
		return make3[uint64, uint64, uint64, R](b)
	case "DDD":
		return make3[float64, float64, float64, R](b)
	case "SSS":
		return make3[string, string, string, R](b)
	case "WWWW":
		return make4[uint64, uint64, uint64, uint64, R](b)
	case "DDDD":
		return make4[float64, float64, float64, float64, R](b)
	case "F":
		return make1[unsafe.Pointer, R](b)
	case "FW":
		return make2[unsafe.Pointer, uint64, R](b)
	case "WF":
		return make2[uint64, unsafe.Pointer, R](b)
	case "FS":
		return make2[unsafe.Pointer, string, R](b)
	case "SF":
		return make2[string, unsafe.Pointer, R](b)
	}
	return nil
}

func letters(values []value) string {
	var list strings.Builder
	for i := range values {
		list.WriteByte(values[i].letter())
	}
	return list.String()
}

func (v *value) letter() byte {
	switch t := v.codec.Type(); {
	case v.Form == manifest.FormText:
		return shapeString
	case v.Form == manifest.FormBulk:
		return shapeSlice
	case v.Form == manifest.FormContext:
		return shapeContext
	case v.Form == manifest.FormObject && v.codec.Reference().ExportPointer != nil:
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
		return memory.Func(f, b.in)
	}
	return reflect.MakeFunc(b.in, b.Reflect)
}

// put puts an argument of a shape's type into the frame. The compiler inlines it.
func put[T any](c *Call, v *value, p *T) {
	if v.word {
		*(*uint64)(unsafe.Add(c.words, v.offset)) = *(*uint64)(unsafe.Pointer(p))
	} else {
		v.putShape(c, unsafe.Pointer(p))
	}
}

// putShape puts an argument of a shape that is no word of 8 bytes. value.putArg would move
// what p points to to the heap.
func (v *value) putShape(c *Call, p unsafe.Pointer) {
	switch v.Form {
	case manifest.FormWord:
		*c.Frame.Word(v.At) = uint64(*(*uint8)(p))
	case manifest.FormObject:
		c.putFunc(v, *(*unsafe.Pointer)(p))
	case manifest.FormText:
		v.putText(c, *(*string)(p))
	case manifest.FormBulk:
		v.putBulk(c, *(*memory.Slice)(p))
	}
}

// putFunc puts a func into the frame. What fails is the error of Do.
func (c *Call) putFunc(v *value, f unsafe.Pointer) {
	r, err := v.codec.Reference().ExportPointer(f)
	c.Frame.SetRef(v.At, r)
	if err != nil && c.refused == nil {
		c.refused = c.Signature.Mismatch("%v", err)
	}
}

// finish makes the call, takes its result, if there is one, and ends it. The error is
// the call's, or what the function returned.
func finish[R any](c *Call, b *Binding, r *R) error {
	err := c.Do()
	if err == nil {
		switch f := c.Frame; unsafe.Sizeof(*r) {
		case 0:
		case 1:
			*(*bool)(unsafe.Pointer(r)) = f.Bool(b.results[0].At)
		case 8:
			*(*uint64)(unsafe.Pointer(r)) = *f.Word(b.results[0].At)
		default:
			err = takeBytes(c, &b.results[0], r)
		}
	}
	if err == nil && b.failure != nil && c.Frame.Uint64(b.failure.At) != wire.Nil {
		err = c.failure(b.failure)
	}
	c.invocation.Release() // arguments of shapes leave no message: see Call.End
	return err
}

// takeBytes copies a string or slice to p. value.takeResult would move what p points to to the
// heap.
func takeBytes[T any](c *Call, v *value, p *T) error {
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

// failure takes the error that the function returned.
func (c *Call) failure(v *value) error {
	failure, err := c.takeFailure(v)
	if err != nil {
		return err
	}
	return failure
}

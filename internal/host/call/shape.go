package call

import (
	"reflect"
	"strings"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/coroutine"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A shape is what the code of a func depends on: how many parameters and results it
// has, and how each is passed. Go passes all 8-byte integers alike, and a named type
// like its underlying type, so a func made for uint64 serves each of them: arguments
// have the same size, registers and pointers. A result of type struct{} takes no
// register and no memory, so that func serves for a func without a result.
//
// The usual shapes are instances of the generic funcs in makers.go. They call without
// reflection and without allocating. Other types are direct, if that is possible, or go through
// reflect.MakeFunc.
//
// A shape is written as one letter for each parameter and result.
const (
	shapeInteger = 'W' // of 8 bytes
	shapeFloat   = 'D' // float64
	shapeBool    = 'O'
	shapeString  = 'S'
	shapeSlice   = 'B' // of elements that are copied as their memory
	shapeFunc    = 'F' // passed by reference
	shapeAny     = 'A' // a value of dynamic type
	shapeContext = 'C' // in callbacks only: see callbackshape.go
)

// shape returns a func with the memory of the host's func type, or nil if its shape is
// not one of the usual.
func (b *Binding) shape() any {
	if !memory.Trusted || len(b.sig.Updates) > 0 {
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
	case "A":
		return shaped[any](params, b)
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
	case "A":
		return make1[any, R](b)
	case "AA":
		return make2[any, any, R](b)
	case "SA":
		return make2[string, any, R](b)
	case "AS":
		return make2[any, string, R](b)
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
	case v.Form == manifest.FormMessage && v.codec.IsAny():
		return shapeAny
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
	if b.dynamic != nil {
		return reflect.MakeFunc(b.in, b.Reflect)
	}
	if f := b.shape(); f != nil {
		return memory.Func(f, b.in)
	}
	if f, ok := b.direct(); ok {
		return f
	}
	return reflect.MakeFunc(b.in, b.Reflect)
}

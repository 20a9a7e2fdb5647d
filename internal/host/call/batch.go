package call

import (
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A batch makes many calls of one function in few transitions. The host has a slice for
// each parameter and result, with an element for each call.
type batch struct {
	*Binding            // of a single call, with the elements' types
	sig      *Signature // of the operation wire.OpBatch
	size     int        // words of a call
	results  int        // how many of the host's slices take results; these come first
	blocks   sync.Pool  // of *[]uint64, with the words of chunk calls
	single   bool       // each call is made by itself: the plugin cannot read the host's strings
}

// chunk is the most calls that one transition makes. The cost of the transition does not
// matter for so many calls, and their words fit into the processor's cache.
const chunk = 256

// batchWords are the words of wire.OpBatch.
const batchWords = 6

// Batch binds the function to the func type t of the host, which takes a slice for each
// result, then one for each parameter, and returns an int and an error.
func (e *Exports) Batch(name string, t reflect.Type) (reflect.Value, error) {
	b, err := e.last(func(e *Exports) (*Binding, error) { return e.batch(name, t) })
	if err != nil {
		return reflect.Value{}, err
	}
	return reflect.MakeFunc(t, func(columns []reflect.Value) []reflect.Value {
		done, err := b.runBatch(columns)
		return []reflect.Value{reflect.ValueOf(done), reflect.ValueOf(&err).Elem()}
	}), nil
}

// batch returns the binding of a single call, which has a batch.
func (e *Exports) batch(name string, t reflect.Type) (*Binding, error) {
	s, err := e.Lookup(name)
	if err != nil {
		return nil, err
	}
	b := &batch{results: len(s.Results)}
	if s.Fails() {
		b.results--
	}
	if t == nil || t.Kind() != reflect.Func || t.IsVariadic() || t.NumOut() != 2 || t.Out(0) != reflect.TypeFor[int]() || t.Out(1) != errorType {
		return nil, s.Mismatch("a batch of it cannot be bound to %v, which is no func that returns (int, error)", t)
	}
	if want := b.results + len(s.Params); t.NumIn() != want || want == 0 {
		return nil, s.Mismatch("the host's %v has %s, and a batch takes a slice for each result and each parameter, %d, and at least one", t, count(t.NumIn(), "parameter"), want)
	}
	elems := make([]reflect.Type, t.NumIn())
	for i := range elems {
		if t.In(i).Kind() != reflect.Slice {
			return nil, s.Mismatch("%s of the host's %v is no slice", label("parameter", i, nil), t)
		}
		elems[i] = t.In(i).Elem()
	}
	single := reflect.FuncOf(elems[b.results:], append(elems[:b.results:b.results], errorType), false)
	if b.Binding, err = bind(&e.target, s, single); err != nil {
		return nil, err
	}
	for i, v := range b.params {
		if v.Form != manifest.FormWord && v.Form != manifest.FormText {
			return nil, s.Mismatch("%s is no number, bool or string, and batches take no others", label("parameter", i, s.Params))
		}
		b.single = b.single || e.separate && v.Form == manifest.FormText
	}
	for i, v := range b.Binding.results {
		if v.Form != manifest.FormWord {
			return nil, s.Mismatch("%s is no number or bool, and batches return no others", label("result", i, s.Results))
		}
	}
	b.size = max(s.Words, 1)
	sig := *s
	sig.Index, sig.Words = wire.OpBatch, max(b.size, batchWords)
	if b.single {
		sig.Index = s.Index
	}
	b.sig = &sig
	b.blocks.New = func() any { block := make([]uint64, chunk*b.size); return &block }
	b.Binding.batch = b
	return b.Binding, nil
}

// runBatch makes the calls of the host's slices, all in one generation of the plugin.
func (b *Binding) runBatch(columns []reflect.Value) (done int, err error) {
	f, n := b, columns[0].Len()
	memory := make([]unsafe.Pointer, len(columns))
	for i, column := range columns {
		if column.Len() != n {
			return 0, b.sig.wrap(fmt.Errorf("the slices of a batch have %d and %d elements; give all of them the same length", n, column.Len()))
		}
		memory[i] = column.UnsafePointer()
	}
	b = f.now()
	for done < n && err == nil {
		var (
			c    Call
			more int
		)
		if err = b.begin(&c, nil); err != nil && done == 0 {
			b, err = c.again(nil, f, b, err)
		}
		if err == nil {
			more, err = b.batch.chunk(&c, memory, done, min(n-done, chunk))
			done += more
		}
	}
	runtime.KeepAlive(columns)
	return done, err
}

// chunk makes count calls, of the elements from the given one on, in one call that has begun.
func (b *batch) chunk(c *Call, columns []unsafe.Pointer, from, count int) (done int, err error) {
	defer c.End()
	if b.single {
		return b.one(c, columns, from)
	}
	pooled := b.blocks.Get().(*[]uint64)
	defer b.blocks.Put(pooled)
	block := (*pooled)[:count*b.size]
	for i := range b.params {
		b.params[i].putColumn(block, b.size, columns[b.results+i], from)
	}
	failure := wire.Nil
	if b.failure != nil {
		failure = uint64(b.failure.At)
	}
	f := c.Frame
	f.SetUint64(0, b.Binding.sig.Index)
	f.SetUint64(1, uint64(count))
	f.SetUint64(2, failure)
	c.invocation.SetShared(3, unsafe.Pointer(unsafe.SliceData(block)), len(block)*8)
	f.SetUint64(5, 0)
	err = c.Do()
	if n := f.Uint64(5); n <= uint64(count) {
		done = int(n)
	} else {
		return 0, b.sig.Damaged()
	}
	for i := range b.Binding.results {
		b.Binding.results[i].takeColumn(block[:done*b.size], b.size, columns[i], from)
	}
	if err == nil && done < count {
		copy(unsafe.Slice(f.Word(0), b.size), block[done*b.size:])
		if err = c.failure(b.failure); err == nil {
			err = b.sig.Damaged()
		}
	}
	return done, err
}

// one makes the call of one element.
func (b *batch) one(c *Call, columns []unsafe.Pointer, at int) (done int, err error) {
	element := func(v *value, column unsafe.Pointer) unsafe.Pointer {
		return unsafe.Add(column, uintptr(at)*v.codec.Type().Size())
	}
	for i := range b.params {
		v := &b.params[i]
		if err := v.putArg(c, element(v, columns[b.results+i])); err != nil {
			return 0, err
		}
	}
	if err = c.Do(); err == nil && b.failure != nil && c.Frame.Uint64(b.failure.At) != wire.Nil {
		err = c.failure(b.failure)
	}
	for i := range b.Binding.results {
		v := &b.Binding.results[i]
		if err == nil {
			err = v.takeResult(c, element(v, columns[i]))
		}
	}
	if err != nil {
		return 0, err
	}
	return 1, nil
}

// putColumn puts elements of a slice into the words of the calls, as putArg does for one
// call.
func (v *value) putColumn(block []uint64, size int, column unsafe.Pointer, from int) {
	at, element := v.At, unsafe.Add(column, uintptr(from)*v.codec.Type().Size())
	switch {
	case v.Form == manifest.FormText:
		for s := unsafe.Slice((*string)(element), len(block)/size); len(s) > 0; s, at = s[1:], at+size {
			block[at], block[at+1] = uint64(uintptr(unsafe.Pointer(unsafe.StringData(s[0])))), uint64(len(s[0]))
		}
	case v.size == 8:
		spread[uint64](block, size, element, at)
	case v.size == 4:
		spread[uint32](block, size, element, at)
	case v.size == 2:
		spread[uint16](block, size, element, at)
	default:
		spread[uint8](block, size, element, at)
	}
}

func spread[T uint8 | uint16 | uint32 | uint64](block []uint64, size int, column unsafe.Pointer, at int) {
	for _, e := range unsafe.Slice((*T)(column), len(block)/size) {
		block[at] = uint64(e)
		at += size
	}
}

// takeColumn copies results of the calls to elements of a slice, as takeResult does for one
// call.
func (v *value) takeColumn(block []uint64, size int, column unsafe.Pointer, from int) {
	element := unsafe.Add(column, uintptr(from)*v.codec.Type().Size())
	switch {
	case v.Type.Kind == manifest.Bool:
		for i, list := 0, unsafe.Slice((*bool)(element), len(block)/size); i < len(list); i++ {
			list[i] = block[i*size+v.At] != 0
		}
	case v.size == 8:
		gather[uint64](block, size, element, v.At)
	case v.size == 4:
		gather[uint32](block, size, element, v.At)
	case v.size == 2:
		gather[uint16](block, size, element, v.At)
	default:
		gather[uint8](block, size, element, v.At)
	}
}

func gather[T uint8 | uint16 | uint32 | uint64](block []uint64, size int, column unsafe.Pointer, at int) {
	for i, list := 0, unsafe.Slice((*T)(column), len(block)/size); i < len(list); i++ {
		list[i] = T(block[at])
		at += size
	}
}

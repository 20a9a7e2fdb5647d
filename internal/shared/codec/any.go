//go:build go1.22

package codec

import (
	"reflect"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The first byte of a value of dynamic type. The numbers are part of the format.
const (
	anyNil       = iota
	anyDescribed // a descriptor as a string, see Describe
	anyBool
	anyInt
	anyInt8
	anyInt16
	anyInt32
	anyInt64
	anyUint
	anyUint8
	anyUint16
	anyUint32
	anyUint64
	anyUintptr
	anyFloat32
	anyFloat64
	anyComplex64
	anyComplex128
	anyString
	anyBytes
	anySlice   // []any
	anyMap     // map[string]any
	anyStrings // []string
	anyTime
	anyError
	anyObject // its reference, see putObject
	anyMade   // the number of a type of the host's, see shape
	anyPaired // the number of a type of the host's, and a pointer to it, see HostValues
)

// PutAny appends a value of dynamic type, which may have any type that crosses. A value of a
// type that the receiver does not know by name arrives with the type's structure, or as a
// string if the type is encoded as text. An error arrives as TakeError returns it. If the
// scope has References, values that cannot be copied cross by reference.
func PutAny(e *wire.Encoder, v any) {
	before := e.SetInAny(true)
	putAny(e, v)
	e.SetInAny(before)
}

func putAny(e *wire.Encoder, v any) {
	if d, _ := e.Last.(*description); d != nil && d.typ == reflect.TypeOf(v) {
		d.put(e, v)
		return
	}
	switch v := v.(type) {
	case nil:
		e.PutUint8(anyNil)
	case bool:
		e.PutUint8(anyBool)
		e.PutBool(v)
	case int:
		e.PutUint8(anyInt)
		e.PutUint64(uint64(v))
	case int8:
		e.PutUint8(anyInt8)
		e.PutUint8(uint8(v))
	case int16:
		e.PutUint8(anyInt16)
		e.PutUint16(uint16(v))
	case int32:
		e.PutUint8(anyInt32)
		e.PutUint32(uint32(v))
	case int64:
		e.PutUint8(anyInt64)
		e.PutUint64(uint64(v))
	case uint:
		e.PutUint8(anyUint)
		e.PutUint64(uint64(v))
	case uint8:
		e.PutUint8(anyUint8)
		e.PutUint8(v)
	case uint16:
		e.PutUint8(anyUint16)
		e.PutUint16(v)
	case uint32:
		e.PutUint8(anyUint32)
		e.PutUint32(v)
	case uint64:
		e.PutUint8(anyUint64)
		e.PutUint64(v)
	case uintptr:
		e.PutUint8(anyUintptr)
		e.PutUint64(uint64(v))
	case float32:
		e.PutUint8(anyFloat32)
		e.PutFloat32(v)
	case float64:
		e.PutUint8(anyFloat64)
		e.PutFloat64(v)
	case complex64:
		e.PutUint8(anyComplex64)
		e.PutComplex64(v)
	case complex128:
		e.PutUint8(anyComplex128)
		e.PutComplex128(v)
	case string:
		e.PutUint8(anyString)
		e.PutString(v)
	case []byte:
		e.PutUint8(anyBytes)
		wire.PutFixed(e, v)
	case []any:
		e.PutUint8(anySlice)
		putAnys(e, v)
	case map[string]any:
		e.PutUint8(anyMap)
		e.PutLength(len(v), v == nil)
		if len(v) == 0 {
			return
		}
		e.Enter()
		sorted := wire.SortEntries(e)
		for k, v := range v {
			e.PutString(k)
			putAny(e, v)
			sorted.Next(e)
		}
		sorted.End(e)
		e.Leave()
	case []string:
		e.PutUint8(anyStrings)
		putStrings(e, v)
	case time.Time:
		e.PutUint8(anyTime)
		e.PutTime(v)
	case error:
		if putOwner(e, v) || putCopy != nil && putCopy(e, v) {
			return
		}
		e.PutUint8(anyError)
		PutError(e, v)
	default:
		putDescribed(e, v)
	}
}

// PutAnys appends a slice of values of dynamic type.
func PutAnys(e *wire.Encoder, list []any) {
	before := e.SetInAny(true)
	putAnys(e, list)
	e.SetInAny(before)
}

func putAnys(e *wire.Encoder, list []any) {
	e.PutLength(len(list), list == nil)
	if len(list) == 0 {
		return
	}
	e.Enter()
	for _, v := range list {
		putAny(e, v)
	}
	e.Leave()
}

func putDescribed(e *wire.Encoder, v any) {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Func {
		if putOwner(e, v) {
			return // it comes back as the type that it has there
		}
		if isKnownFunc(t) && keeperOf(scopeOf(e.Scope)) != nil {
			putKnownFunc(e, referencesOf(e.Scope), v)
			return
		}
	}
	if putHost != nil && putHost(e, v) {
		return
	}
	references := referencesOf(e.Scope)
	d, err := descriptionOf(t, scopeOf(e.Scope))
	if references != nil && (err != nil || d.proxy) && putOwner(e, v) {
		return
	}
	switch {
	case err != nil:
		panic(&wire.EncodeError{Reason: "an interface holds a value whose type " + err.Error(), Held: v})
	case (d.object || d.refers) && references == nil:
		e.Fail("an interface holds a value of type %T, which cannot be copied", v)
	case d.object:
		exportObject(e, references, v)
		return
	}
	d.put(e, v)
}

// putOwner appends v and reports true, if v stands for an object of the receiver.
func putOwner(e *wire.Encoder, v any) (done bool) {
	ref := ownerOf(e, v)
	if ref != 0 {
		putObject(e, "", ref)
	}
	return ref != 0
}

// ownerOf returns the reference of v if v stands for an object of the receiver, and 0 otherwise.
func ownerOf(e *wire.Encoder, v any) wire.Ref {
	references := referencesOf(e.Scope)
	if references == nil {
		return 0
	}
	ref, err := references.Owner(v)
	if err != nil {
		panic(&wire.EncodeError{Reason: err.Error(), Err: err})
	}
	return ref
}

// TakeAny takes what PutAny appended.
func TakeAny(d *wire.Decoder) any {
	before := d.SetInAny(true)
	v := takeAny(d)
	d.SetInAny(before)
	return v
}

func takeAny(d *wire.Decoder) any {
	if last, _ := d.Last.(*lastType); last != nil && d.Skip(last.prefix) {
		return last.take(d)
	}
	return takeAnyOf(d, d.Uint8())
}

func takeAnyOf(d *wire.Decoder, ref uint8) any {
	switch ref {
	case anyNil:
		return nil
	case anyDescribed:
		return takeDescribed(d)
	case anyBool:
		return d.Bool()
	case anyInt:
		return int(d.Uint64())
	case anyInt8:
		return int8(d.Uint8())
	case anyInt16:
		return int16(d.Uint16())
	case anyInt32:
		return int32(d.Uint32())
	case anyInt64:
		return int64(d.Uint64())
	case anyUint:
		return uint(d.Uint64())
	case anyUint8:
		return d.Uint8()
	case anyUint16:
		return d.Uint16()
	case anyUint32:
		return d.Uint32()
	case anyUint64:
		return d.Uint64()
	case anyUintptr:
		return uintptr(d.Uint64())
	case anyFloat32:
		return d.Float32()
	case anyFloat64:
		return d.Float64()
	case anyComplex64:
		return d.Complex64()
	case anyComplex128:
		return d.Complex128()
	case anyString:
		return d.String()
	case anyBytes:
		return wire.Fixed[byte](d)
	case anySlice:
		return takeAnys(d)
	case anyMap:
		return takeMap(d)
	case anyStrings:
		return takeStrings(d)
	case anyTime:
		return d.Time()
	case anyError:
		return TakeError(d)
	case anyObject:
		return takeObject(d)
	case anyMade:
		return takeMade(d)
	case anyPaired:
		return takePairedAny(d)
	default:
		d.Fail("%d is no type", ref)
		return nil
	}
}

// TakeAnys takes what PutAnys appended.
func TakeAnys(d *wire.Decoder) []any {
	before := d.SetInAny(true)
	list := takeAnys(d)
	d.SetInAny(before)
	return list
}

func takeAnys(d *wire.Decoder) []any {
	n, null := d.Length(1, int(unsafe.Sizeof(any(nil))))
	if null {
		return nil
	}
	s := make([]any, n)
	if n == 0 {
		return s
	}
	d.Enter()
	for i := range s {
		s[i] = takeAny(d)
	}
	d.Leave()
	return s
}

func takeMap(d *wire.Decoder) map[string]any {
	n, null := d.Length(2, 0)
	if null {
		return nil
	}
	m := make(map[string]any, n)
	if n == 0 {
		return m
	}
	d.Enter()
	for range n {
		k := d.String()
		m[k] = takeAny(d)
	}
	d.Leave()
	return m
}

func takeDescribed(d *wire.Decoder) any {
	begin := d.At() - 1
	return takeDescribedAs(d, begin, d.View())
}

// takeDescribedAs takes a value that begins at an offset of the message.
func takeDescribedAs(d *wire.Decoder, begin int, text []byte) any {
	c, err := resolve(text, scopeOf(d.Scope))
	if err != nil {
		d.Fail("%v", err)
	}
	if c.op != opBoxed && c.op != opAsAny {
		if c.typ.Kind() == reflect.Interface {
			d.Fail("an interface in an interface")
		}
		return setLast(d, c, begin).take(d)
	}
	d.Reserve(c.least)
	d.Enter()
	defer d.Leave()
	if c.op == opBoxed {
		return c.decodeBoxed(d)
	}
	return c.takeAsAny(d)
}

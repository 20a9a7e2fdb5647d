//go:build go1.22

// Package codec encodes and decodes values whose types are known only at run time, in the
// format of package wire. A codec is compiled once for each type, and uses no reflection if
// the type allows that.
//
// The host uses it for all types. In a plugin, generated code encodes the types that appear in
// signatures, and this package encodes values of dynamic type and errors. Its source is
// compiled into both sides: see package wire.
package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A Codec encodes and decodes the values of one type. It is immutable once it has
// been returned, and safe for concurrent use.
type Codec struct {
	typ    reflect.Type
	op     op
	fixed  bool // the encoding is the memory
	plain  bool // made by For, which makes one codec for each type
	owns   bool // methods of the type run on the value's memory, and may change it
	object bool // of opAsAny: a value of the sender is sent as an object, even if it could be copied
	least  int
	size   uintptr

	key, elem *Codec
	len       int           // of an array
	steps     []step        // of a struct
	maps      *mapping      // of a map
	methods   *methods      // of a type that is encoded by its own methods
	known     *knownType    // of opKnown
	box       func() *Codec // of Boxed
	reference *Reference    // of Object
	funcType  *FuncType     // of a func in a value of dynamic type
	static    string        // of a type that crosses by reference: its text on the other side; "" if unknown
	hidden    uintptr       // of opState: where the plugin has the pointer
}

// An op says what kind of encoding a codec, or a step of a struct's, has.
type op uint8

const (
	opNone      op = iota // takes no bytes
	op8                   // 1 byte of memory
	op16                  // 2
	op32                  // 4
	op64                  // 8
	opMemory              // size bytes of memory
	opBool                // 1 byte that is 0 or 1
	opString              //
	opTime                // time.Time
	opError               // the predeclared error
	opAny                 // interfaces without methods
	opBulk                // slice of fixed elements
	opBools               // slice of bool
	opStrings             // slice of strings
	opAnys                // slice of values of dynamic type
	opSlice               //
	opArray               //
	opMap                 //
	opFastMap             // with a mapping
	opPointer             //
	opStruct              //
	opMarshaler           // by methods of the type's own
	opBoxed               // any that holds a value of another codec's type
	opObject              // a reference, see Object
	opAsAny               // as in an any, see asAny
	opKnown               // of a known type
	opContext             // a Context
	opPaired              // a pointer that stands for one of the host's, see HostValues
	opState               // a reference for fields that do not cross, see HostValues
)

// A step encodes a field, or neighbouring fields that are copied as one.
type step struct {
	op    op
	off   uintptr
	size  uintptr // of opMemory
	codec *Codec
}

// Type is the type of the values.
func (c *Codec) Type() reflect.Type { return c.typ }

// Least returns the least number of bytes that a value takes in a message.
func (c *Codec) Least() int { return c.least }

// Fixed reports whether the encoding of a value is its memory, and any memory is a value.
func (c *Codec) Fixed() bool { return c.fixed }

// IsAny reports whether values are of dynamic type, as PutAny appends them.
func (c *Codec) IsAny() bool { return c.op == opAny }

// Marshal appends the encoding of the value at p to e. The value must not change
// meanwhile. The error is a *wire.EncodeError or a *MethodError; the message is then
// invalid.
func Marshal(c *Codec, e *wire.Encoder, p unsafe.Pointer) (err error) {
	defer c.catch(&err, p)
	c.Encode(e, p)
	e.Room(0)
	return nil
}

// Unmarshal decodes b, which must be exactly one value, to p, which must point to a zero value
// of the codec's type. scope is the sender's, and may be nil. The error is a
// *wire.DecodeError or a *MethodError, and the value at p is then invalid. Unmarshal keeps
// no part of b.
func Unmarshal(c *Codec, b []byte, scope Scope, p unsafe.Pointer) error {
	d := decoders.Get().(*wire.Decoder)
	defer release(d)
	return UnmarshalBy(d, c, b, scope, p)
}

// UnmarshalBy is Unmarshal with a decoder of the caller's, which it resets first.
func UnmarshalBy(d *wire.Decoder, c *Codec, b []byte, scope Scope, p unsafe.Pointer) (err error) {
	defer catch(&err)
	d.Reset(b)
	if scope != nil {
		d.Scope = scope
	}
	c.Decode(d, p)
	d.End()
	return nil
}

// unmarshal decodes b by take, which must consume all of it.
func unmarshal(b []byte, scope Scope, take func(*wire.Decoder)) (err error) {
	defer catch(&err)
	d := decoders.Get().(*wire.Decoder)
	defer release(d)
	d.Reset(b)
	if scope != nil {
		d.Scope = scope
	}
	take(d)
	d.End()
	return nil
}

// catch turns a panic of encoding into an error. If a value in an interface is the reason, the
// error names its place in the value at p.
func (c *Codec) catch(err *error, p unsafe.Pointer) {
	v := recover()
	if e, ok := v.(*wire.EncodeError); ok && e.Held != nil {
		addPlace(e, reflect.NewAt(c.typ, p).Elem())
	}
	caught(err, v)
}

func addPlace(e *wire.EncodeError, v reflect.Value) {
	if place := placeOf(reflect.TypeOf(e.Held), v); place != "" {
		e.Reason = place + ": " + e.Reason
	}
}

// catchAny is catch for a value of dynamic type.
func catchAny(err *error, held any) {
	v := recover()
	if e, ok := v.(*wire.EncodeError); ok && e.Held != nil {
		list := []any{held}
		addPlace(e, reflect.ValueOf(list).Index(0))
	}
	caught(err, v)
}

// catch turns the panics of decoding into an error.
func catch(err *error) { caught(err, recover()) }

func caught(err *error, v any) {
	switch v := v.(type) {
	case nil:
	case *wire.EncodeError:
		*err = v
	case *wire.DecodeError:
		*err = v
	case *MethodError:
		*err = v
	default:
		panic(v)
	}
}

//go:build go1.22

package codec

import (
	"reflect"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// PutStatic is PutAny, but appends an interface with methods with the interface's type. The
// receiver uses its own type of that name, if it has one.
func PutStatic(e *wire.Encoder, v reflect.Value) {
	if v.Kind() != reflect.Interface || v.Type() == errorType || v.NumMethod() == 0 || v.IsNil() {
		if v.Kind() == reflect.Interface && v.IsNil() || v.Kind() == reflect.Pointer && v.IsNil() {
			e.PutUint8(anyNil)
			return
		}
		putStatic(e, v)
		return
	}
	k := keeperOf(scopeOf(e.Scope))
	if k == nil || madeOf(scopeOf(e.Scope), pointed(v.Elem().Type())) != nil {
		PutAny(e, v.Interface())
		return
	}
	e.PutUint8(anyDescribed)
	e.PutString(objectPrefix + k.TypeText(v.Type()) + ")")
	e.Enter()
	PutAny(e, v.Interface())
	e.Leave()
}

// statics are the descriptions of the types of results.
var statics = cache[describedKey, *description]{m: map[describedKey]*description{}}

// putStatic appends a value that is no interface with methods. It describes objects within by
// their types.
func putStatic(e *wire.Encoder, v reflect.Value) {
	scope := scopeOf(e.Scope)
	switch v.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
	default:
		scope = nil
	}
	if keeperOf(scope) == nil {
		PutAny(e, v.Interface())
		return
	}
	key := describedKey{v.Type(), scope}
	statics.RLock()
	d := statics.m[key]
	statics.RUnlock()
	if d == nil {
		var err error
		if d, err = descriptionOf(v.Type(), scope); err == nil && d.refers {
			c := composer{scope: scope, references: referencesOf(scope), typed: true}
			var made *Codec
			if made, err = c.add(v.Type()); err == nil {
				d = &description{text: c.text.String(), codec: made, refers: true}
			}
		}
		if err != nil {
			PutAny(e, v.Interface())
			return
		}
		statics.put(key, d)
	}
	if !d.refers {
		PutAny(e, v.Interface())
		return
	}
	before := e.SetInAny(true)
	e.PutUint8(anyDescribed)
	e.PutString(d.text)
	e.Enter()
	held := v.Interface()
	d.codec.Encode(e, d.codec.inside(held))
	e.Leave()
	e.SetInAny(before)
}

// PutAs appends a value of a type that the receiver has described. No value in it keeps its
// identity.
func PutAs(e *wire.Encoder, text string, c *Codec, v reflect.Value) {
	e.PutUint8(anyDescribed)
	e.PutString(text)
	e.Enter()
	c.Encode(e, v.Addr().UnsafePointer())
	e.Leave()
}

// Resolve returns the codec of a type that the other side has described.
func Resolve(text string, scope Scope) (*Codec, error) { return resolve([]byte(text), scope) }

// CopyOf returns the description by which the other side is asked for copies of type t, and the
// codec for UnmarshalCopy.
func CopyOf(t reflect.Type, scope Scope) (string, *Codec, error) {
	if text, err := describeCopy(t, scope); err == nil {
		if c, err := resolve([]byte(text), scope); err == nil && c.typ == t {
			return text, c, nil // only the scope's codec knows which parts are boxed
		}
		if c, err := For(t); err == nil {
			return text, c, nil
		}
	}
	d, err := descriptionOf(t, scope)
	switch {
	case err != nil:
		return "", nil, err
	case d.codec == nil: // it is sent by reference as a whole
		return "any", must(anyType), nil
	}
	return d.text, d.codec, nil
}

// PutReference appends a reference as PutAny appends an object. text is the object's type on
// this side, or "" if the object returns to its owner.
func PutReference(e *wire.Encoder, text string, ref wire.Ref) { putObject(e, text, ref) }

// TakeArgument takes a value that PutAny appended. It returns an object as its reference and
// the text of its type, because the receiver decides by the parameter what becomes of it.
func TakeArgument(d *wire.Decoder) (v any, text string, ref wire.Ref) {
	tag := d.Uint8()
	if tag == anyObject {
		text = d.String()
		return nil, text, d.Ref()
	}
	before := d.SetInAny(true)
	v = takeAnyOf(d, tag)
	d.SetInAny(before)
	return v, "", 0
}

// MarshalWith calls put, and turns its panics into errors as Marshal does.
func MarshalWith(e *wire.Encoder, put func(*wire.Encoder)) (err error) {
	defer func() { caught(&err, recover()) }()
	put(e)
	e.Room(0)
	return nil
}

// MarshalAny is Marshal for a value of dynamic type.
func MarshalAny(e *wire.Encoder, v any) (err error) {
	defer catchAny(&err, v)
	PutAny(e, v)
	e.Room(0)
	return nil
}

// UnmarshalAny decodes b, which must be exactly one value of PutAny.
func UnmarshalAny(b []byte, scope Scope) (v any, err error) {
	err = unmarshal(b, scope, func(d *wire.Decoder) { v = TakeAny(d) })
	return v, err
}

// MarshalError returns what UnmarshalError decodes, or nil if the error does not cross.
func MarshalError(err error, scope Scope) []byte {
	e := wire.Encoder{}
	if scope != nil {
		e.Scope = scope
	}
	c, _ := For(errorType)
	if Marshal(c, &e, unsafe.Pointer(&err)) != nil {
		return nil
	}
	return e.Bytes()
}

// UnmarshalError decodes b, which must be exactly one error of PutError.
func UnmarshalError(b []byte, scope Scope, to *error) error {
	return unmarshal(b, scope, func(d *wire.Decoder) { *to = TakeError(d) })
}

// PutVia appends the reference of the value at p as PutAny appends an object. t is its
// type.
func PutVia(e *wire.Encoder, r *Reference, p unsafe.Pointer, t reflect.Type) {
	ref, err := r.Export(p)
	switch {
	case err != nil:
		panic(&wire.EncodeError{Reason: err.Error(), Err: err})
	case ref == 0:
		e.PutUint8(anyNil)
	default:
		putObject(e, t.String(), ref)
	}
}

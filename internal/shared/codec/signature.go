//go:build go1.22

package codec

import (
	"reflect"
	"sync"
)

// Types of the standard library that only parameters and results of methods of the host's
// values have, such as slog.Value of slog.LogValuer. They are copied by a surrogate, as known
// types are, but values of these types have no other way to cross than before.
var signatureTypes sync.Map // reflect.Type → *knownType

// signaturePrefix begins the description of such a type.
const signaturePrefix = "signature:"

// RegisterSignature registers such a type.
func RegisterSignature[T, S any](pack func(T) S, unpack func(S) T) {
	k := newKnown(pack, unpack, true)
	signatureTypes.Store(k.typ, k)
}

// RegisterArgument registers such a type of parameters. around makes the calls of the host's
// methods that have one: in are the arguments, and call makes the call.
func RegisterArgument[T, S any](pack func(T) S, unpack func(S) T, around Around) {
	k := newKnown(pack, unpack, true)
	k.around = around
	signatureTypes.Store(k.typ, k)
}

// An Around makes a call of a method by calling call with in, and returns its results.
type Around func(call func(in []reflect.Value) []reflect.Value, in []reflect.Value) []reflect.Value

// aroundOf returns the Around of a type of parameters, nil if it has none.
func aroundOf(t reflect.Type) Around {
	if k, ok := signatureTypes.Load(t); ok {
		return k.(*knownType).around
	}
	return nil
}

// signatureCodec returns the codec and the description of such a type, nil for others.
func signatureCodec(t reflect.Type) (c *Codec, text string) {
	if k, ok := signatureTypes.Load(t); ok {
		return k.(*knownType).codec, signaturePrefix + knownName(t)
	}
	return nil, ""
}

// signatureNamed returns the codec of the type with that full name, nil if there is none.
func signatureNamed(name string) (c *Codec) {
	signatureTypes.Range(func(t, k any) bool {
		if knownName(t.(reflect.Type)) == name {
			c = k.(*knownType).codec
		}
		return c == nil
	})
	return c
}

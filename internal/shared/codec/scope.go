//go:build go1.22

package codec

import (
	"reflect"
)

// A Scope is what one side knows of the other, for values of dynamic type and for
// errors. It is put into the Scope field of encoders and decoders, must be safe for
// concurrent use, always answer the same, and be comparable (a pointer). It may have a
// method References() *ReferenceCodec, for what values of dynamic type hold and is not copied,
// a method As(*Error, any) bool, which adds to what errors.As finds in errors, and a
// method Origin(error) error, which returns the error that such a finding was made from.
type Scope interface {
	// Name returns the full name under which the other side knows the declared type
	// t, "example.com/p.Order", or that for which the struct t without a name stands
	// here. It is "" if there is none.
	Name(t reflect.Type) string
	// Codec returns the codec of a declared type of the other side, nil if there is
	// none by that name. It is the same at every call.
	Codec(name string) *Codec
	// Sentinel returns the error value with that name, nil if there is none.
	Sentinel(name string) error
	// SentinelName returns the name under which the other side knows the error
	// value, or "".
	SentinelName(err error) string
}

// scopeOf returns the scope of an encoder or decoder. It may be nil.
func scopeOf(scope any) Scope {
	switch s := scope.(type) {
	case *payloadScope:
		return s.Scope
	case Scope:
		return s
	}
	return nil
}

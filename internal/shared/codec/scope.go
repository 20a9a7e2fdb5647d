//go:build go1.22

package codec

import (
	"reflect"
)

// A Scope has the types and errors of the other side, for values of dynamic type and errors.
// Encoders and decoders have it in their field Scope. It must be safe for concurrent use,
// return the same each time, and be comparable (a pointer).
//
// A scope may have these methods as well: References() *ReferenceCodec, for the parts of
// values of dynamic type that are not copied; As(*Error, any) bool, which extends what
// errors.As finds in errors; and Origin(error) error, which returns the error for a result
// of As.
type Scope interface {
	// Name returns the full name of the declared type t on the other side, as in
	// "example.com/p.Order". If t is a struct without a name that represents a declared
	// type here, it returns the name of this type. It returns "" if there is none.
	Name(t reflect.Type) string
	// Codec returns the codec of a declared type of the other side, or nil if there is no
	// such type. It returns the same codec in each call.
	Codec(name string) *Codec
	// Sentinel returns the error value with that name, or nil if there is none.
	Sentinel(name string) error
	// SentinelName returns the name of the error value on the other side, or "".
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

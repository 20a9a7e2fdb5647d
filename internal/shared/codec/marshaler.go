//go:build go1.22

package codec

import "reflect"

// MarshalerKind returns how values of a type are encoded by methods of its own, "binary",
// "text" or "time", and "" if they are encoded by their structure or not at all.
func MarshalerKind(t reflect.Type) string { return marshalerKind(t) }

// Binary is a value as its method MarshalBinary has encoded it. It is a string, so that it can
// be the key of a map.
type Binary string

var binaryType = reflect.TypeFor[Binary]()

// A MessageSetter is an error value of a scope that stands for one of the other side. Its
// message is set when the error first arrives. SetMessage may be called at any time.
type MessageSetter interface{ SetMessage(message string) }

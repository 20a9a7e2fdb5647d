//go:build go1.22

package codec

import "reflect"

// Opaque returns how values of a type are carried by methods of its own, "binary",
// "text" or "time", and "" if they are carried by their structure or not at all.
func Opaque(t reflect.Type) string { return opaque(t) }

// A Learner is an error value of a scope that stands for one of the other side, and
// does not know its message before it is met. Learn may be called at any time.
type Learner interface{ Learn(message string) }

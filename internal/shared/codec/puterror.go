//go:build go1.22

package codec

import (
	"reflect"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// The first byte of an error. The numbers are part of the format.
const (
	errNil      = iota
	errNode     // type, message, sentinels, value, what it wraps
	errSentinel // name; type and message, in case the receiver does not know the name
	errNumber   // syscall.Errno: both sides are on one system
	errInner    // in an error's value: the error that its method Unwrap returned, by index
	errOwned    // the number of an error of the sender, and a node
	errReturned // the number of an error of the receiver, and a node
	errObject   // the reference of an object of the receiver, which is the error
)

// How an error wraps others.
const (
	wrapsNone = iota
	wrapsOne
	wrapsSeveral
)

// Bounds of what an error wraps. An error beyond them is reduced to its message.
const (
	maxErrorDepth = 64
	maxErrorNodes = 1000
)

// A tree counts the nodes of an error, including those in its values.
type tree struct{ nodes, depth int }

// PutError appends an error with the errors that it wraps.
func PutError(e *wire.Encoder, err error) {
	t := new(tree)
	if s, ok := e.Scope.(*payloadScope); ok {
		t = s.tree
		for i, inner := range s.inner {
			if err != nil && same(inner, err) {
				e.PutUint8(errInner)
				e.PutUvarint(uint64(i))
				return
			}
		}
	}
	t.put(e, err, scopeOf(e.Scope))
}

// same reports whether two errors are equal. Errors that cannot be compared are not.
func same(a, b error) (yes bool) {
	defer func() { _ = recover() }()
	return a == b
}

func (t *tree) put(e *wire.Encoder, err error, scope Scope) {
	if err == nil {
		e.PutUint8(errNil)
		return
	}
	if s, ok := scope.(interface{ Origin(error) error }); ok {
		err = s.Origin(err)
	}
	if n, ok := err.(errno); ok {
		e.PutUint8(errNumber)
		e.PutUvarint(uint64(n))
		return
	}
	if name := sentinelName(err, scope); name != "" {
		e.PutUint8(errSentinel)
		e.PutString(name)
		e.PutString(typeName(err))
		e.PutString(message(err))
		return
	}
	if putErrorObject(e, err) {
		return
	}
	putReturned(e, err, scope)
	if t.depth == 0 {
		putOwned(e, err, scope)
	}
	e.PutUint8(errNode)
	e.PutString(typeName(err))
	e.PutString(message(err))
	if t.nodes++; t.nodes > maxErrorNodes || t.depth >= maxErrorDepth {
		e.PutLength(0, true)
		e.PutBool(false)
		e.PutUint8(wrapsNone)
		return
	}
	t.depth++
	inner, several := unwrap(err)
	if r := remote(err); r != nil {
		putStrings(e, r.sentinels)
		putValue(e, r.structure, r.value)
	} else {
		putStrings(e, matches(err))
		structure, value := t.value(err, inner, scope)
		putValue(e, structure, value)
	}
	switch {
	case several:
		e.PutUint8(wrapsSeveral)
		e.PutLength(len(inner), false)
	case len(inner) > 0:
		e.PutUint8(wrapsOne)
	default:
		e.PutUint8(wrapsNone)
	}
	for _, err := range inner {
		t.put(e, err, scope)
	}
	t.depth--
}

// putErrorObject appends err and reports true, if err stands for an object of the receiver.
func putErrorObject(e *wire.Encoder, err error) (done bool) {
	ref := ownerOf(e, err)
	if ref != 0 {
		e.PutUint8(errObject)
		e.PutRef(ref)
	}
	return ref != 0
}

// putReturned appends the number of an error that the receiver has sent. If the receiver still
// has the error, it takes it instead of the copy that follows.
func putReturned(e *wire.Encoder, err error, scope Scope) {
	if r := remote(err); r != nil && r.number != 0 && r.scope == scope {
		e.PutUint8(errReturned)
		e.PutUvarint(r.number)
	}
}

// An errorKeeper is the scope of the plugin, which keeps the last errors that it has sent, by
// number.
type errorKeeper interface {
	KeepError(err error) (number uint64)
	KeptError(number uint64) error // nil if it is gone
}

// putOwned appends the number of an error of the sender, which must be the plugin.
func putOwned(e *wire.Encoder, err error, scope Scope) {
	if k, ok := scope.(errorKeeper); ok && !e.Canonical && remote(err) == nil {
		e.PutUint8(errOwned)
		e.PutUvarint(k.KeepError(err))
	}
}

func putValue(e *wire.Encoder, structure string, value []byte) {
	e.PutBool(structure != "")
	if structure != "" {
		e.PutString(structure)
		e.PutBytes(value)
	}
}

// remote returns an error that came from the other side.
func remote(err error) *Error {
	switch err := err.(type) {
	case *Error:
		return err
	case joined:
		return err.remoteError
	}
	return nil
}

// typeName returns the type of an error: its original type if it came from the other side.
func typeName(err error) string {
	if r := remote(err); r != nil {
		return r.Type
	}
	return reflect.TypeOf(err).String()
}

// unwrap returns the errors that an error wraps, or nothing if its method panics.
func unwrap(err error) (inner []error, several bool) {
	defer func() {
		if recover() != nil {
			inner, several = nil, false
		}
	}()
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if wrapped := err.Unwrap(); wrapped != nil {
			return []error{wrapped}, false
		}
	case interface{ Unwrap() []error }:
		return err.Unwrap(), true
	}
	return nil, false
}

// matches returns the names of the well-known errors that the error's method Is accepts.
func matches(err error) (names []string) {
	is, ok := err.(interface{ Is(error) bool })
	if !ok {
		return nil
	}
	defer func() { _ = recover() }()
	for _, s := range wellKnown {
		if is.Is(s.err) {
			names = append(names, s.name)
		}
	}
	return names
}

// value returns the structure of an error's value and its encoding, or nothing if the
// error has no exported type that crosses.
func (t *tree) value(err error, inner []error, scope Scope) (structure string, b []byte) {
	typ := reflect.TypeOf(err)
	declared := typ
	if typ.Kind() == reflect.Pointer {
		if reflect.ValueOf(err).IsNil() {
			return "", nil
		}
		declared = typ.Elem()
	}
	if name, _, _ := strings.Cut(declared.Name(), "["); !isExported(name) {
		return "", nil
	}
	c, fail := For(typ)
	if fail != nil {
		return "", nil
	}
	if structure, fail = Describe(typ, nil); fail != nil {
		return "", nil
	}
	e := wire.Encoder{Scope: &payloadScope{scope, inner, t}}
	v := any(err)
	if Marshal(c, &e, c.inside(v)) != nil {
		return "", nil
	}
	return structure, e.Bytes()
}

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
	errNode     // type, message, sentinels, traits, formats, value, what it wraps
	errSentinel // name; type and message, in case the receiver does not know the name
	errNumber   // syscall.Errno: both sides are on one system
	errInner    // in an error's value: the error that its method Unwrap returned, by index
	errOwned    // the number of an error of the sender, and a node
	errReturned // the number of an error of the receiver, and a node
	errObject   // the reference of an object of the receiver, which is the error
	errStandard // the name of a type of the standard library, and what errNode has
	errNamed    // the name of a constant or variable of the plugin, and the error
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

// A tree counts the nodes of an error, including those in its values, and the bytes of their
// formats.
type tree struct{ nodes, depth, formatted int }

// PutError appends an error with the errors that it wraps.
func PutError(e *wire.Encoder, err error) {
	t := new(tree)
	if s, ok := e.Scope.(*payloadScope); ok {
		t = s.tree
		for i, inner := range s.inner {
			if err != nil && SameError(inner, err) {
				e.PutUint8(errInner)
				e.PutUvarint(uint64(i))
				return
			}
		}
	}
	t.put(e, err, scopeOf(e.Scope))
}

// SameError reports whether two errors are equal. Errors that cannot be compared are not.
func SameError(a, b error) (yes bool) {
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
	putErrorName(e, err, scope)
	p := t.parts(err, scope)
	if number := numberOf(err, p.value, scope); number != 0 {
		e.PutUint8(errReturned)
		e.PutUvarint(number)
	}
	if t.depth == 0 {
		putOwned(e, err, scope)
	}
	if p.standard != "" {
		e.PutUint8(errStandard)
		e.PutString(p.standard)
	} else {
		e.PutUint8(errNode)
	}
	e.PutString(typeName(err))
	e.PutString(message(err))
	putStrings(e, p.sentinels)
	e.PutUint8(p.traits)
	p.formats.put(e)
	putValue(e, p.structure, p.value)
	switch {
	case p.several:
		e.PutUint8(wrapsSeveral)
		e.PutLength(len(p.inner), false)
	case len(p.inner) > 0:
		e.PutUint8(wrapsOne)
	default:
		e.PutUint8(wrapsNone)
	}
	t.depth++
	for _, err := range p.inner {
		t.put(e, err, scope)
	}
	t.depth--
}

// parts are what is sent of an error besides its type and message.
type parts struct {
	standard  string // see standardError
	sentinels []string
	traits    uint8
	formats   formats
	structure string
	value     []byte
	inner     []error
	several   bool
}

// parts returns the parts of an error. It has none beyond the bounds.
func (t *tree) parts(err error, scope Scope) (p parts) {
	if t.nodes++; t.nodes > maxErrorNodes || t.depth >= maxErrorDepth {
		return parts{}
	}
	t.depth++
	defer func() { t.depth-- }()
	p.inner, p.several = unwrap(err)
	p.traits, p.formats = traits(err), t.formats(err)
	if r := remote(err); r != nil {
		p.sentinels, p.structure, p.value, p.standard = r.sentinels, r.structure, r.value, r.standard
		return p
	}
	p.sentinels = matches(err)
	if s, surrogate, ok := packed(err, scope); ok {
		if s.prepare(); s.codec != nil {
			if p.value, ok = t.marshal(s.codec, surrogate, p.inner, scope); ok {
				p.standard, p.structure = s.name, s.structure
				return p
			}
		}
	}
	typ := reflect.TypeOf(err)
	declared := typ
	if typ.Kind() == reflect.Pointer {
		if reflect.ValueOf(err).IsNil() {
			return p
		}
		declared = typ.Elem()
	}
	if name, _, _ := strings.Cut(declared.Name(), "["); isExported(name) {
		p.structure, p.value = t.value(typ, err, p.inner, scope)
	}
	return p
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

// An errorKeeper is a Scope that keeps the last errors that it has sent, by number: see
// [ErrorMemory].
type errorKeeper interface {
	KeepError(err error) (number uint64)
	KeptError(number uint64) error // nil if it is gone
}

// putOwned appends the number of an error of the sender.
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
	for _, s := range sentinelList {
		if is.Is(s.err) {
			names = append(names, s.name)
		}
	}
	return names
}

// value returns the structure of an error's value and its encoding, or nothing if it does not
// cross.
func (t *tree) value(typ reflect.Type, v any, inner []error, scope Scope) (structure string, b []byte) {
	c, fail := For(typ)
	if fail != nil {
		return "", nil
	}
	if structure, fail = Describe(typ, nil); fail != nil {
		return "", nil
	}
	if b, ok := t.marshal(c, v, inner, scope); ok {
		return structure, b
	}
	return "", nil
}

// marshal encodes a value in which errors are that the error wraps, too.
func (t *tree) marshal(c *Codec, v any, inner []error, scope Scope) (b []byte, ok bool) {
	e := wire.Encoder{Scope: &payloadScope{scope, inner, t}}
	if Marshal(c, &e, c.inside(v)) != nil {
		return nil, false
	}
	return e.Bytes(), true
}

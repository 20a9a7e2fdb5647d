//go:build go1.22

package codec

import (
	"bytes"
	"io/fs"
	"os"
	"reflect"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A standardError is an error type of the standard library that both sides have. Its values
// arrive as values of the type, if the receiver can make one with the same text.
type standardError struct {
	name string // as in "*io/fs.PathError"
	// surrogate is the type of what is sent for a value. Of most types it is the type itself.
	surrogate reflect.Type
	pack      func(err error, scope Scope) (s any, ok bool)                 // nil: the value itself is sent
	unpack    func(s any, message string, scope Scope) (err error, ok bool) // nil: as with pack

	once      sync.Once
	codec     *Codec // nil: the fields do not cross
	structure string // of the surrogate
}

// prepare makes the codec.
func (s *standardError) prepare() {
	s.once.Do(func() {
		c, err := For(s.surrogate)
		if err != nil {
			return
		}
		if s.structure, err = Describe(s.surrogate, nil); err == nil {
			s.codec = c
		}
	})
}

var (
	standardErrors     = make(map[reflect.Type]*standardError)
	standardErrorNames = make(map[string]*standardError)
)

func registerError(t reflect.Type, s *standardError) {
	s.name = knownName(t)
	standardErrors[t], standardErrorNames[s.name] = s, s
}

// RegisterError registers an error type of the standard library whose fields can cross. The
// packages that do so call it in their init functions, on both sides.
func RegisterError[T error]() {
	registerError(reflect.TypeFor[T](), &standardError{surrogate: reflect.TypeFor[T]()})
}

// RegisterErrorAs registers an error type of which something else is sent: see [RegisterError].
// pack reports whether a value can be sent, and unpack whether it can be made. message is the
// text of the error that unpack makes.
func RegisterErrorAs[T error, S any](pack func(T, Scope) (S, bool), unpack func(s S, message string, scope Scope) (T, bool)) {
	registerError(reflect.TypeFor[T](), &standardError{
		surrogate: reflect.TypeFor[S](),
		pack:      func(err error, scope Scope) (any, bool) { return pack(err.(T), scope) },
		unpack:    func(s any, message string, scope Scope) (error, bool) { return unpack(s.(S), message, scope) },
	})
}

func init() {
	RegisterError[*fs.PathError]()
	RegisterError[*os.LinkError]()
	RegisterError[*os.SyscallError]()
	RegisterError[*strconv.NumError]()
	RegisterError[*time.ParseError]()
}

// IsStandard reports whether an error is a value or has a type of the standard library that
// arrives as itself.
func IsStandard(err error) bool {
	if err == nil || standardErrors[reflect.TypeOf(err)] != nil {
		return err != nil
	}
	_, number := err.(errno)
	return number || sentinelName(err, nil) != ""
}

// SetField sets a field of the struct that p points to, exported or not, and reports whether
// the struct has a field of that name for the value. A nil value leaves the field as it is.
func SetField(p any, name string, value any) bool {
	f := reflect.ValueOf(p).Elem().FieldByName(name)
	if value == nil {
		return true
	}
	v := reflect.ValueOf(value)
	if !f.IsValid() || !v.Type().AssignableTo(f.Type()) {
		return false
	}
	reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem().Set(v)
	return true
}

// packed returns what is sent for a value of an error type of the standard library. ok is false
// if the error has another type, or cannot be made by the receiver.
func packed(err error, scope Scope) (s *standardError, surrogate any, ok bool) {
	if s = standardErrors[reflect.TypeOf(err)]; s == nil {
		return nil, nil, false
	}
	defer func() {
		if recover() != nil {
			ok = false // a nil pointer, for instance
		}
	}()
	if s.pack == nil {
		return s, err, true
	}
	surrogate, ok = s.pack(err, scope)
	return s, surrogate, ok
}

// takeStandard takes an error of a type of the standard library, as a value of this type if it
// can be made with the same text.
func takeStandard(d *wire.Decoder, number uint64) error {
	name := d.String()
	e := takeParts(d, number)
	e.standard = name
	s := standardErrorNames[name]
	if s == nil || e.structure == "" {
		return e.whole()
	}
	err := e.rebuilt(s)
	if err == nil {
		return e.whole()
	}
	if m, ok := e.scope.(errorMemory); ok && number != 0 && reflect.TypeOf(err).Kind() == reflect.Pointer {
		m.RememberError(err, number, e.value)
	}
	return err
}

// rebuilt returns the value of a type of the standard library that the error has on the other
// side, or nil if it cannot be made.
func (e *Error) rebuilt(s *standardError) (err error) {
	s.prepare()
	if s.codec == nil || s.structure != e.structure {
		return nil // of another Go version
	}
	v := reflect.New(s.surrogate)
	if Unmarshal(s.codec, e.value, &payloadScope{Scope: e.scope, inner: e.inner}, v.UnsafePointer()) != nil {
		return nil
	}
	defer func() {
		if recover() != nil {
			err = nil
		}
	}()
	made, ok := v.Elem().Interface(), true
	if s.unpack == nil {
		err, ok = made.(error)
	} else {
		err, ok = s.unpack(made, e.Message, e.scope)
	}
	if !ok || err.Error() != e.Message || !sameInner(err, e.inner) {
		return nil
	}
	return err
}

// sameInner reports whether an error that was made wraps what the original one wraps.
func sameInner(err error, want []error) bool {
	inner, _ := unwrap(err)
	if len(inner) != len(want) {
		return false
	}
	for i := range inner {
		if !SameError(inner[i], want[i]) && inner[i].Error() != want[i].Error() {
			return false
		}
	}
	return true
}

// An errorMemory is a Scope that remembers the last errors that were made for errors of the
// other side, which knows them by numbers.
type errorMemory interface {
	RememberError(err error, number uint64, value []byte)
	RememberedError(err error) (number uint64, value []byte) // 0 if it is gone
}

// numberOf returns the receiver's number for an error that has come from it with this value, or
// 0 if there is none.
func numberOf(err error, value []byte, scope Scope) uint64 {
	if r := remote(err); r != nil {
		if r.scope == scope {
			return atomic.LoadUint64(&r.number)
		}
		return 0
	}
	m, ok := scope.(errorMemory)
	if !ok || reflect.TypeOf(err).Kind() != reflect.Pointer || standardErrors[reflect.TypeOf(err)] == nil {
		return 0
	}
	number, was := m.RememberedError(err)
	if !bytes.Equal(value, was) {
		return 0 // its fields were changed here
	}
	return number
}

//go:build go1.22

package codec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// An Error is an error of the other side. errors.As finds it in the chain of every error that
// came from there, except for sentinels and system errors, which arrive as themselves.
//
// errors.As also sets a target of an error type that has the structure of the error on the
// other side and the same name, without the package: *fs.PathError, or a copy of a type that
// the other side declares.
type Error struct {
	Type    string // the Go type on the other side, as %T prints it
	Message string // what its method Error returned there

	sentinels []string // names of the error values that it is, by == or by its method Is
	scope     Scope
	inner     []error // what its method Unwrap returned
	structure string  // of its value, see Describe; "" if the message has none
	value     []byte  // encoded
	number    uint64  // the other side's number for it, see errorKeeper; 0: none. It is atomic, as that of a named error changes
	several   bool    // its method Unwrap returns several errors
	traits    uint8   // see traits
	formats   formats
	standard  string // its name as a standardError, "" if it is none
	name      string // see namedErrors; "" if it has none
}

func (e *Error) Error() string { return e.Message }

// Unwrap returns the error that e wraps, if it wraps one. An error that wraps several is a
// joined.
func (e *Error) Unwrap() error {
	if len(e.inner) == 1 {
		return e.inner[0]
	}
	return nil
}

// Is reports whether the error on the other side is target, by == or by its method Is.
func (e *Error) Is(target error) bool {
	if target == nil {
		return false
	}
	if s, ok := e.scope.(interface{ Is(*Error, error) bool }); ok && atomic.LoadUint64(&e.number) != 0 && s.Is(e, target) {
		return true
	}
	return len(e.sentinels) > 0 && slices.Contains(e.sentinels, sentinelName(target, e.scope))
}

// IsBeside reports whether target came from the same plugin as e, which still has both.
func (e *Error) IsBeside(target error) bool {
	t := remote(target)
	return t != nil && t.scope == e.scope && atomic.LoadUint64(&t.number) != 0 && atomic.LoadUint64(&e.number) != 0
}

// As fills target with a copy of the error's value, see Error.
func (e *Error) As(target any) bool {
	if to, ok := target.(**Error); ok {
		*to = e
		return true
	}
	if s, ok := e.scope.(interface{ As(*Error, any) bool }); ok && s.As(e, target) {
		return true
	}
	to := reflect.ValueOf(target)
	if e.structure == "" || to.Kind() != reflect.Pointer || to.IsNil() {
		return false
	}
	t := to.Type().Elem()
	if unqualified(t.String()) != unqualified(e.Type) {
		return false
	}
	if text, err := Describe(t, nil); err != nil || text != e.structure {
		return false
	}
	c, err := For(t)
	if err != nil {
		return false
	}
	v := reflect.New(t)
	if Unmarshal(c, e.value, &payloadScope{Scope: e.scope, inner: e.inner}, v.UnsafePointer()) != nil {
		return false
	}
	to.Elem().Set(v.Elem())
	return true
}

// unqualified takes the package off the name of a type, as in "*fs.PathError".
func unqualified(s string) string {
	stars := len(s) - len(strings.TrimLeft(s, "*"))
	name, arguments := s[stars:], ""
	if i := strings.IndexByte(name, '['); i >= 0 {
		name, arguments = name[:i], name[i:]
	}
	return s[:stars] + name[strings.LastIndexByte(name, '.')+1:] + arguments
}

// message returns the text of an error, even if its methods panic.
func message(err error) (text string) {
	defer func() {
		if v := recover(); v != nil {
			if r := reflect.ValueOf(err); r.Kind() == reflect.Pointer && r.IsNil() {
				text = "<nil>" // as package fmt has it
				return
			}
			text = fmt.Sprintf("(method Error of %T panicked: %v)", err, v)
		}
	}()
	return err.Error()
}

// A payloadScope is the scope in which the value of an error is encoded or decoded. An error
// that is in the value and was returned by Unwrap as well is encoded once.
type payloadScope struct {
	Scope
	inner []error
	tree  *tree
}

// TakeError takes what PutError appended.
func TakeError(d *wire.Decoder) error { return takeError(d, 0) }

// takeError takes an error that the sender knows by a number.
func takeError(d *wire.Decoder, number uint64) error {
	switch kind := d.Uint8(); kind {
	case errNil:
		return nil
	case errNode:
		return takeParts(d, number).whole()
	case errStandard:
		return takeStandard(d, number)
	case errOwned:
		return takeOwned(d)
	case errReturned:
		return takeReturned(d)
	case errObject:
		return takeErrorObject(d)
	case errSentinel:
		return takeSentinel(d)
	case errNamed:
		return takeNamed(d, number)
	case errNumber:
		return errno(d.Uvarint())
	case errInner:
		i := d.Uvarint()
		s, _ := d.Scope.(*payloadScope)
		if s == nil || i >= uint64(len(s.inner)) {
			d.Fail("error %d is unknown", i)
		}
		return s.inner[i]
	default:
		d.Fail("%d is no kind of error", kind)
		return nil
	}
}

// takeParts takes what putParts appended.
func takeParts(d *wire.Decoder, number uint64) *Error {
	d.Enter()
	defer d.Leave()
	e := &Error{Type: d.String(), Message: d.String(), scope: scopeOf(d.Scope), number: number}
	e.sentinels = takeStrings(d)
	e.traits, e.formats = d.Uint8(), takeFormats(d)
	if d.Bool() {
		e.structure = d.String()
		e.value = append([]byte{}, d.View()...)
	}
	switch how := d.Uint8(); how {
	case wrapsNone:
	case wrapsOne:
		e.inner = []error{TakeError(d)}
	case wrapsSeveral:
		n, _ := d.Length(1, 16)
		e.inner, e.several = make([]error, n), true
		for i := range e.inner {
			e.inner[i] = TakeError(d)
		}
	default:
		d.Fail("%d is no way to wrap errors", how)
	}
	return e
}

func takeOwned(d *wire.Decoder) error {
	d.Enter()
	defer d.Leave()
	return takeError(d, d.Uvarint())
}

func takeReturned(d *wire.Decoder) error {
	d.Enter()
	defer d.Leave()
	number := d.Uvarint()
	err := TakeError(d)
	if k, ok := scopeOf(d.Scope).(errorKeeper); ok {
		if own := k.KeptError(number); own != nil {
			return own
		}
	}
	return err
}

// An errorOwner is a Scope whose objects the other side may pass back as errors.
type errorOwner interface {
	// OwnError returns the error that the object of a reference is.
	OwnError(ref wire.Ref) (error, error)
}

func takeErrorObject(d *wire.Decoder) error {
	ref := d.Ref()
	o, ok := scopeOf(d.Scope).(errorOwner)
	if !ok || !ref.ForOwner() {
		d.Fail("an error that is no object of the receiver")
	}
	own, err := o.OwnError(ref)
	if err != nil {
		mismatch(err)
	}
	return own
}

func takeSentinel(d *wire.Decoder) error {
	name := d.String()
	e := &Error{Type: d.String(), Message: d.String(), scope: scopeOf(d.Scope)}
	if err := sentinel(name, e.scope); err != nil {
		if l, ok := err.(MessageSetter); ok {
			l.SetMessage(e.Message)
		}
		return err
	}
	e.sentinels = []string{name}
	return e
}

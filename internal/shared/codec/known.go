//go:build go1.22

package codec

import (
	"context"
	"reflect"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A knownType is a type of the standard library that both sides have and that cannot be copied:
// an interface such as http.Handler, or a pointer such as *http.Request. A package of this
// module, such as knownhttp, registers the known types of one package of the standard library, on
// both sides.
//
// The sender makes a surrogate of the value and sends that: a struct whose fields can cross. Its
// funcs call the value's methods. The receiver makes a value of the known type that calls these
// funcs. Fields of a surrogate may also be [Known] and [Context].
type knownType struct {
	typ       reflect.Type
	surrogate reflect.Type
	pack      func(v any) any // returns a surrogate
	unpack    func(s any) any // returns a value of typ
	copied    bool            // the receiver's value is independent of the sender's, and is not sent back as it
	codec     *Codec
	around    Around // of a type that RegisterArgument has registered
}

// A Known is a value of a known type in a surrogate, or as a parameter or result of a func
// of a surrogate.
type Known[T any] struct{ Value T }

// A Context is a context in a surrogate.
type Context struct{ Value context.Context }

// A Stand is embedded in the values that a receiver makes of surrogates. It records the object of
// the other side for which the value stands. When such a value is sent back, the other side gets
// its own object.
type Stand struct{ object any }

func (s *Stand) standFor(object any) { s.object = object }

// StandsFor returns the value that identifies the object of the other side.
func (s *Stand) StandsFor() any { return s.object }

// StandsFor returns the value that identifies the object of the other side for which v stands,
// or nil if v stands for none.
func StandsFor(v any) any {
	if s, ok := v.(interface{ StandsFor() any }); ok {
		return s.StandsFor()
	}
	return nil
}

// Settle sends the changes that a value has recorded, to the object of the other side for which
// it stands. Only some types record changes, such as an http.ResponseWriter. Settle is called at
// the end of a call, and before the value is sent back.
func Settle(v any) {
	if s, ok := v.(interface{ Settle() }); ok {
		s.Settle()
	}
}

// A Recorder is embedded in values that record changes until Settle. Used is called before the
// value is used.
type Recorder struct{ used func() }

// Used tells the side that has the value that the running goroutine uses it.
func (r *Recorder) Used() {
	if r.used != nil {
		r.used()
	}
}

func (r *Recorder) setUsed(f func()) { r.used = f }

// recorders are References of a side that settles values before it passes control to the other
// side. Record returns what [Recorder.Used] does.
type recorders interface {
	Record(v interface{ Settle() }) (used func())
}

// maxRead bounds what one call of a surrogate's func reads.
const maxRead = 64 << 10

// ReadUpTo calls read with a buffer of n bytes, at most maxRead, and returns what was read.
func ReadUpTo(n int, read func(b []byte) (int, error)) ([]byte, error) {
	b := make([]byte, max(0, min(n, maxRead)))
	n, err := read(b)
	return b[:n], err
}

// knowns has each known type twice: under the type T itself, and under Known[T].
var knowns sync.Map // reflect.Type → *knownType

// surrogatePackages are the packages that declare surrogates, by their import paths.
var surrogatePackages sync.Map

// ofSurrogates reports whether a package of surrogates declares t. Both sides then have the type.
func ofSurrogates(t reflect.Type) bool {
	_, ok := surrogatePackages.Load(t.PkgPath())
	return ok
}

// RegisterKnown registers a known type whose values keep their identity.
func RegisterKnown[T, S any](pack func(T) S, unpack func(S) T) { register(pack, unpack, false) }

// RegisterFunc registers a func type that implements the known type T. A func of the other side is
// assigned to a T as a value of this type.
func RegisterFunc[T, F any]() { knownFuncs[reflect.TypeFor[T]()] = reflect.TypeFor[F]() }

// knownFuncs is written by init functions only.
var knownFuncs = make(map[reflect.Type]reflect.Type)

// isKnownFunc reports whether RegisterFunc has registered a func type.
func isKnownFunc(t reflect.Type) bool {
	if t.Kind() == reflect.Func && t.PkgPath() != "" {
		for _, f := range knownFuncs {
			if f == t {
				return true
			}
		}
	}
	return false
}

// RegisterCopied registers a known type whose values are copied.
func RegisterCopied[T, S any](pack func(T) S, unpack func(S) T) { register(pack, unpack, true) }

func newKnown[T, S any](pack func(T) S, unpack func(S) T, copied bool) *knownType {
	k := &knownType{
		typ:       reflect.TypeFor[T](),
		surrogate: reflect.TypeFor[S](),
		pack:      func(v any) any { return pack(v.(T)) },
		unpack:    func(s any) any { return unpack(s.(S)) },
		copied:    copied,
	}
	k.codec = k.codecFor(k.typ)
	surrogatePackages.Store(k.surrogate.PkgPath(), true)
	return k
}

func register[T, S any](pack func(T) S, unpack func(S) T, copied bool) {
	k := newKnown(pack, unpack, copied)
	knowns.Store(k.typ, k)
	wrapped := reflect.TypeFor[Known[T]]()
	knowns.Store(wrapped, &knownType{typ: k.typ, codec: &Codec{typ: wrapped, size: wrapped.Size(), op: opKnown, least: 1, known: k}})
}

func knownOf(t reflect.Type) *knownType {
	k, _ := knowns.Load(t)
	found, _ := k.(*knownType)
	return found
}

// KnownType returns the known type of a full name, "net/http.Handler" or
// "*net/http.Request", nil if there is none.
func KnownType(name string) (t reflect.Type) {
	knowns.Range(func(key, _ any) bool {
		if rt := key.(reflect.Type); knownName(rt) == name {
			t = rt
		}
		return t == nil
	})
	return t
}

// KnownName returns the name that KnownType takes, "" if t is no known type.
func KnownName(t reflect.Type) string {
	if k := knownOf(t); k == nil || k.typ != t {
		return ""
	}
	return knownName(t)
}

func knownName(t reflect.Type) string {
	if t.Kind() == reflect.Pointer {
		return "*" + knownName(t.Elem())
	}
	return t.PkgPath() + "." + t.Name()
}

// KnownCodec returns a codec for values of type t that the other side takes as the known type
// typ. t is typ, a type that implements the interface typ, or the type of objects. The result is
// nil if typ is no known type.
func KnownCodec(typ, t reflect.Type) *Codec {
	k := knownOf(typ)
	switch {
	case k == nil:
		return nil
	case t == typ:
		return k.codec
	}
	return k.codecFor(t)
}

// IsKnown reports whether values cross as those of a known type.
func (c *Codec) IsKnown() bool { return c.op == opKnown }

func (k *knownType) codecFor(t reflect.Type) *Codec {
	return &Codec{typ: t, size: t.Size(), op: opKnown, least: 1, known: k}
}

// StandIn returns a value of a known type that stands for an object of the other side. Its
// surrogate is empty, so its methods do not work, but it can be sent back. The result is nil if
// values of the type are copied.
func StandIn(typ reflect.Type, object any) any {
	k := knownOf(typ)
	if k == nil || k.copied {
		return nil
	}
	v := k.unpack(reflect.Zero(k.surrogate).Interface())
	v.(interface{ standFor(any) }).standFor(object)
	return v
}

// PutKnown appends the value of a known type at p.
func PutKnown[T any](e *wire.Encoder, p *T) {
	knownOf(reflect.TypeFor[T]()).codec.Encode(e, unsafe.Pointer(p))
}

// TakeKnown takes what PutKnown appended.
func TakeKnown[T any](d *wire.Decoder, p *T) {
	knownOf(reflect.TypeFor[T]()).codec.Decode(d, unsafe.Pointer(p))
}

// The first byte of a value of a known type. The numbers are part of the format.
const (
	knownNil    = iota
	knownOwner  // an object of the receiver: its reference
	knownObject // an object of the sender: the text of its type, its reference, and a surrogate
	knownCopy   // a copy: a surrogate
)

func (c *Codec) encodeKnown(e *wire.Encoder, p unsafe.Pointer) {
	k, references := c.known, referencesOf(e.Scope)
	v := reflect.NewAt(c.typ, p).Elem()
	if v.Kind() == reflect.Struct && c.typ != k.typ { // Known
		v = v.Field(0)
	}
	if isNil(v) {
		e.PutUint8(knownNil)
		return
	}
	if references == nil {
		e.Fail("a %s does not cross here", k.typ)
	}
	value := v.Interface()
	ref, err := references.Owner(value)
	if err != nil {
		e.Fail("%v", err)
	}
	if ref != 0 {
		Settle(value)
		e.PutUint8(knownOwner)
		e.PutRef(ref)
		return
	}
	if own, ok := value.(interface{ Value() any }); ok && !v.Type().AssignableTo(k.typ) {
		if held := own.Value(); held != nil { // an object that holds a value of the host
			value = held
		} else if value, err = references.ConvertTo(value, k.typ, ""); err != nil { // an object of another plugin
			e.Fail("%v", err)
		}
	}
	if value == nil || !reflect.TypeOf(value).AssignableTo(k.typ) {
		e.Fail("a %T was given for %s", value, k.typ)
	}
	if k.copied {
		e.PutUint8(knownCopy)
	} else {
		ref, text, err := references.Export(value)
		if err != nil {
			e.Fail("%v", err)
		}
		e.PutUint8(knownObject)
		e.PutString(text)
		e.PutRef(ref)
	}
	s := k.pack(value)
	e.Enter()
	surrogate := k.surrogateCodec(scopeOf(e.Scope))
	surrogate.Encode(e, surrogate.inside(s))
	e.Leave()
}

func (c *Codec) decodeKnown(d *wire.Decoder, p unsafe.Pointer) {
	k, references := c.known, referencesOf(d.Scope)
	to := reflect.NewAt(c.typ, p).Elem()
	want := c.typ
	if to.Kind() == reflect.Struct && c.typ != k.typ { // Known
		to, want = to.Field(0), k.typ
	}
	how := d.Uint8()
	switch {
	case how == knownNil:
		return
	case how > knownCopy:
		d.Fail("%d is no known object", how)
	case references == nil:
		d.Fail("objects do not cross here")
	}
	var object any
	var err error
	switch how {
	case knownOwner:
		object, err = references.Import(d.Ref(), "")
	case knownObject:
		text := d.String()
		object, err = references.Import(d.Ref(), text)
	}
	if err != nil {
		mismatch(err)
	}
	value := object
	if how != knownOwner {
		surrogate := k.surrogateCodec(scopeOf(d.Scope))
		s := reflect.New(k.surrogate)
		d.Enter()
		surrogate.Decode(d, s.UnsafePointer())
		d.Leave()
		if how == knownCopy || want == k.typ {
			value = k.unpack(s.Elem().Interface())
		}
		if v, ok := value.(interface{ standFor(any) }); ok && how == knownObject {
			v.standFor(object)
		}
		if v, ok := value.(interface {
			Settle()
			setUsed(func())
		}); ok {
			if r, ok := references.References.(recorders); ok {
				v.setUsed(r.Record(v))
			}
		}
	}
	if value, err = references.ConvertTo(value, want, ""); err != nil {
		mismatch(err)
	}
	to.Set(reflect.ValueOf(value))
}

// surrogateCodec returns the codec of the surrogate in a scope.
func (k *knownType) surrogateCodec(scope Scope) *Codec {
	d, err := descriptionOf(k.surrogate, scope)
	if err != nil {
		panic("winplugin: surrogate of " + k.typ.String() + ": " + err.Error())
	}
	return d.codec
}

// A contextReferences exports and imports contexts of surrogates: the References of both sides
// implement it.
type contextReferences interface {
	ExportContext(ctx context.Context) (ref wire.Ref, deadline int64)
	ImportContext(ref wire.Ref, deadline int64) (context.Context, error)
}

var contextFieldType = reflect.TypeFor[Context]()

var contextField = &Codec{typ: contextFieldType, size: contextFieldType.Size(), op: opContext, least: 16}

func encodeContext(e *wire.Encoder, p unsafe.Pointer) {
	ref, deadline := referencesOf(e.Scope).References.(contextReferences).ExportContext((*Context)(p).Value)
	e.PutRef(ref)
	e.PutUint64(uint64(deadline))
}

func decodeContext(d *wire.Decoder, p unsafe.Pointer) {
	ref := d.Ref()
	ctx, err := referencesOf(d.Scope).References.(contextReferences).ImportContext(ref, int64(d.Uint64()))
	if err != nil {
		mismatch(err)
	}
	(*Context)(p).Value = ctx
}

// add describes a type that only surrogates contain and returns its codec, or nil for other types.
func (k *knownType) add(c *composer, t reflect.Type) *Codec {
	switch {
	case t == contextFieldType:
		c.text.WriteString("codec.Context")
		return contextField
	case k != nil && t.Kind() == reflect.Struct:
		c.text.WriteString("codec.Known")
		return k.codec
	}
	return nil
}

package codec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A HostTable numbers the types of the host that values in an any have had. The plugin gets
// the definition of a type before its number is used. A HostTable is safe for concurrent use.
type HostTable struct {
	scope  Scope
	object reflect.Type // the host's type of objects of the plugin
	copied func(object any) (v any, ok bool)
	// foreign returns the type of an object of another plugin, nil for other objects.
	foreign func(object any) (*ForeignType, error)
	all     *HostNumbers
	send    func(definitions []byte) error

	known sync.Map // reflect.Type or the Key of a ForeignType → *HostType

	mu   sync.Mutex // held while types are described
	size int        // of all definitions
}

// HostNumbers assigns the numbers of all tables of a library, because the plugin may send a
// value of a type that another table has defined. The zero value is ready for use.
type HostNumbers struct {
	last  atomic.Uint64
	types sync.Map // uint64 → *HostType
}

// A HostType is a type of the host that the plugin has the definition of, or the error that
// says why its values do not cross.
type HostType struct {
	number  uint64
	codec   *Codec
	shape   *shape
	methods []HostMethod
	err     error

	described description
}

// A HostMethod is a method of a HostType that the plugin calls.
type HostMethod struct {
	Name            string
	Params, Results []*Codec
	Variadic        bool
	Format, Fills   bool // see methodFormat, methodFills
	Pointer         bool
	// Call calls the method of a ForeignType's object; nil for other types.
	Call func(object any, in []reflect.Value) []reflect.Value

	around Around // of one of its parameters
	lost   bool   // a parameter or result does not cross
}

// Around calls call with the arguments in, prepared as their types require.
func (m *HostMethod) Around(call func(in []reflect.Value) []reflect.Value, in []reflect.Value) []reflect.Value {
	if m.around != nil {
		return m.around(call, in)
	}
	return call(in)
}

// Changes reports whether the plugin gets the receiver after a call.
func (m *HostMethod) Changes() bool { return m.Pointer && !m.Format }

// NewHostTable returns an empty table. all has the library's numbers, and send sends
// definitions to the plugin. object is the host's type of objects of the plugin, copied
// returns the value of an object that holds a copy, and foreign the type of an object of
// another plugin.
func NewHostTable(scope Scope, object reflect.Type, copied func(object any) (any, bool), foreign func(any) (*ForeignType, error), all *HostNumbers, send func([]byte) error) *HostTable {
	return &HostTable{scope: scope, object: object, copied: copied, foreign: foreign, all: all, send: send}
}

// hostTableOf returns the HostTable of a scope, nil if it has none.
func hostTableOf(scope any) *HostTable {
	if s, ok := scope.(interface{ HostTable() *HostTable }); ok {
		return s.HostTable()
	}
	return nil
}

// Describe sends the definition of a type to the plugin, and returns the description by which
// the plugin finds it. It is for types that the package's func Describe fails for.
func (h *HostTable) Describe(t reflect.Type) (string, error) {
	made := h.of(t)
	return "#" + strconv.FormatUint(made.number, 10), made.err
}

// Number returns the type with that number, or nil.
func (h *HostTable) Number(n uint64) *HostType {
	t, _ := h.all.types.Load(n)
	found, _ := t.(*HostType)
	return found
}

// Codec returns the codec of the type.
func (t *HostType) Codec() *Codec { return t.codec }

// Name is the type as it is printed.
func (t *HostType) Name() string {
	if t.shape.name != "" {
		return t.shape.name
	}
	return t.codec.typ.String()
}

// Method returns the method with that index, or nil.
func (t *HostType) Method(i uint64) *HostMethod {
	if i >= uint64(len(t.methods)) || t.methods[i].lost {
		return nil
	}
	return &t.methods[i]
}

// of returns the HostType of t. If it is new, it is sent to the plugin.
func (h *HostTable) of(t reflect.Type) *HostType {
	if found, ok := h.known.Load(t); ok {
		return found.(*HostType)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if found, ok := h.known.Load(t); ok {
		return found.(*HostType)
	}
	s := shaper{HostTable: h, pending: make(map[reflect.Type]*HostType)}
	found, err := s.node(t)
	if err == nil {
		s.describeMethods()
		if err = h.define(s.list); err != nil {
			err = fmt.Errorf("%s %w", t, err)
		}
	}
	if err != nil {
		found = &HostType{err: err}
		h.known.Store(t, found)
		return found
	}
	s.end()
	return found
}

// end adds the types to the table.
func (s *shaper) end() {
	for t, made := range s.pending {
		made.described = description{codec: made.codec, number: made.number}
		made.described.complete(t)
		s.all.types.Store(made.number, made)
		s.known.Store(t, made)
	}
}

// define sends the definitions of types to the plugin.
func (h *HostTable) define(list []*HostType) error {
	shapes := make([]*shape, len(list))
	for i, t := range list {
		shapes[i] = t.shape
	}
	var e wire.Encoder
	putShapes(&e, shapes)
	if h.size += len(e.Bytes()); h.size > maxDescribed {
		return fmt.Errorf("has too many types within it: the plugin was told of %d bytes of types already", maxDescribed)
	}
	return h.send(e.Bytes())
}

// A shaper makes the definitions of types that contain one another.
type shaper struct {
	*HostTable
	pending map[reflect.Type]*HostType
	paired  map[reflect.Type]*HostType // pointers that are elements
	list    []*HostType
	outer   int
	open    []reflect.Type // the types around this one, up to one that the plugin declares

	mentioned int // types that only methods mention: see own
}

// node describes a type. The error is the end of a sentence that begins with a type.
func (s *shaper) node(t reflect.Type) (*HostType, error) {
	if found, ok := s.known.Load(t); ok && found.(*HostType).err == nil {
		return found.(*HostType), nil
	}
	if found := s.pending[t]; found != nil {
		if slices.Contains(s.open, t) {
			return nil, fmt.Errorf("%s is a pointer to itself", t)
		}
		return found, nil
	}
	if s.outer++; s.outer > maxNesting {
		return nil, fmt.Errorf("%s is too complex to be described", t)
	}
	defer func() { s.outer-- }()
	n := s.all.last.Add(1)
	made := &HostType{number: n, shape: &shape{number: n}}
	s.pending[t] = made
	s.list = append(s.list, made)
	text, c, err := s.text(t)
	switch {
	case err != nil:
		return nil, err
	case c != nil:
		made.shape.text, made.codec = text, c
		return made, nil
	}
	made.codec = composed(t)
	made.shape.kind = t.Kind()
	defer func(open []reflect.Type) { s.open = open }(s.open)
	if t.Name() != "" && t.Kind() != reflect.Pointer {
		made.shape.name, made.shape.path, made.shape.declared = t.String(), t.PkgPath(), true
		s.open = nil
	} else {
		s.open = append(s.open, t)
	}
	made.codec.outline()
	return made, s.structure(t, made)
}

// text returns the description and the codec of a type that the plugin has by name, or that is
// sent by reference. The codec of any other type is nil.
func (s *shaper) text(t reflect.Type) (string, *Codec, error) {
	switch {
	case nameOf(t, s.scope) != "", knownOf(t) != nil:
	case t == s.object, t.Kind() == reflect.Chan, t.Kind() == reflect.Interface && t.NumMethod() > 0:
		return "any", asAny(t), nil
	case t.Kind() == reflect.Interface:
		if t.Name() != "" {
			return t.PkgPath() + "." + t.Name(), must(t), nil
		}
	case t.Kind() == reflect.UnsafePointer:
		return "", nil, fmt.Errorf("%s does not cross", t)
	case t.Kind() != reflect.Func:
		return "", nil, nil
	}
	d, err := descriptionOf(t, s.scope)
	if err != nil {
		return "", nil, err
	}
	if d.object {
		return "any", asAny(t), nil
	}
	return d.text, d.codec, nil
}

func (s *shaper) structure(t reflect.Type, made *HostType) error {
	var key, elem *HostType
	var err error
	switch t.Kind() {
	case reflect.Map:
		if key, err = s.node(t.Key()); err != nil {
			return err
		}
		made.shape.key = key.number
		fallthrough
	case reflect.Slice, reflect.Array:
		if elem, err = s.element(t.Elem()); err != nil {
			return err
		}
		made.shape.elem = elem.number
	case reflect.Pointer:
		if elem, err = s.node(t.Elem()); err != nil {
			return err
		}
		made.shape.elem = elem.number
	}
	switch t.Kind() {
	case reflect.Map:
		made.codec.mapped(key.codec, elem.codec)
	case reflect.Slice:
		made.codec.slice(elem.codec)
	case reflect.Array:
		made.shape.len = t.Len()
		made.codec.array(elem.codec, t.Len())
	case reflect.Pointer:
		made.codec.pointer(elem.codec)
		if IsStateful(t.Elem()) {
			made.codec.op, made.shape.state = opPaired, true
		}
	case reflect.Struct:
		return s.fields(t, made)
	default:
		made.codec.simple()
	}
	return nil
}

// element describes the type of the elements of a slice, an array or a map. A slice is a copy,
// but what its pointers point to is the host's: an ORM writes keys to the structs of a slice of
// pointers. So these pointers are sent as pairs, as those directly in an any are.
func (s *shaper) element(t reflect.Type) (*HostType, error) {
	plain, err := s.node(t)
	if err != nil || plain.shape.kind != reflect.Pointer || plain.shape.state {
		return plain, err
	}
	if found := s.paired[t]; found != nil {
		return found, nil
	}
	elem, err := s.node(t.Elem())
	if err != nil {
		return nil, err
	}
	n := s.all.last.Add(1)
	made := &HostType{number: n, shape: &shape{number: n, kind: reflect.Pointer, elem: elem.number, state: true}, codec: composed(t)}
	made.codec.pointer(elem.codec)
	made.codec.op = opPaired
	if s.paired == nil {
		s.paired = make(map[reflect.Type]*HostType)
	}
	s.paired[t] = made
	s.list = append(s.list, made)
	return made, nil
}

func (s *shaper) fields(t reflect.Type, made *HostType) error {
	codecs := make([]*Codec, t.NumField())
	for i := range codecs {
		f := t.Field(i)
		if made.shape.path == "" {
			made.shape.path = f.PkgPath
		}
		if !Crosses(f) {
			continue
		}
		part, err := s.node(f.Type)
		if err != nil {
			return err
		}
		codecs[i] = part.codec
		made.shape.fields = append(made.shape.fields, shapeField{f.Name, string(f.Tag), f.Anonymous, !f.IsExported(), part.number})
	}
	if t.Name() == "" {
		made.shape.name = t.String()
	}
	made.codec.structure(codecs)
	if IsStateful(t) {
		made.codec.addState(0)
		made.shape.state, made.shape.hidden = true, t.Field(firstHidden(t)).Name
	}
	return nil
}

// putHostValue appends a value of one of the host's types. It returns false if the scope has no
// HostTable.
func putHostValue(e *wire.Encoder, v any) bool {
	types := hostTableOf(e.Scope)
	if types == nil {
		return false
	}
	t := reflect.TypeOf(v)
	references := referencesOf(e.Scope)
	if references != nil && (t.NumMethod() > 0 || t.Kind() == reflect.Pointer || t.Kind() == reflect.Chan || t.Kind() == reflect.Func) {
		ref, err := references.Owner(v)
		if err != nil {
			e.Fail("%v", err)
		}
		if ref != 0 {
			putObject(e, "", ref)
			return true
		}
	}
	if t == types.object && types.putForeign(e, v) {
		return true
	}
	switch {
	case knownOf(t) != nil || t == types.object || t.Kind() == reflect.Chan || t.Kind() == reflect.Func || t.Kind() == reflect.UnsafePointer:
		return false
	case t.Kind() == reflect.Pointer && reflect.ValueOf(v).IsNil() && byReference(t):
		e.PutUint8(anyNil)
		return true
	case t.Kind() == reflect.Pointer && references != nil:
		elem := types.of(t.Elem())
		if elem.err != nil {
			panic(&wire.EncodeError{Reason: "an interface holds a value whose type " + elem.err.Error(), Held: v})
		}
		e.PutUint8(anyPaired)
		e.PutUvarint(elem.number)
		elem.codec.encodePaired(e, reflect.ValueOf(v).UnsafePointer())
		return true
	}
	made := types.of(t)
	if made.err != nil {
		panic(&wire.EncodeError{Reason: "an interface holds a value whose type " + made.err.Error(), Held: v})
	}
	made.described.put(e, v)
	return true
}

func putCopiedObject(e *wire.Encoder, v any) bool {
	types := hostTableOf(e.Scope)
	if types == nil || reflect.TypeOf(v) != types.object {
		return false
	}
	held, ok := types.copied(v)
	if ok {
		PutAny(e, held)
	}
	return ok || types.putForeign(e, v)
}

func init() {
	putHost, putCopy = putHostValue, putCopiedObject
	isObject = func(scope Scope, t reflect.Type) bool {
		types := hostTableOf(scope)
		return types != nil && (t == types.object ||
			t.Kind() == reflect.Interface && t.NumMethod() > 0 && t != errorType && nameOf(t, scope) == "" && knownOf(t) == nil)
	}
	hostCodec = func(scope any, n uint64) *Codec {
		if types := hostTableOf(scope); types != nil {
			if t := types.Number(n); t != nil {
				return t.codec
			}
		}
		return nil
	}
}

// Unmarshal decodes a value of a defined type to the memory that pointer points to.
func (h *HostTable) Unmarshal(b []byte, pointer any) error {
	p := reflect.ValueOf(pointer)
	t := h.of(p.Type().Elem())
	if t.err != nil {
		return t.err
	}
	return unmarshal(b, h.scope, func(d *wire.Decoder) {
		d.SetInAny(true)
		t.codec.Decode(d, p.UnsafePointer())
	})
}

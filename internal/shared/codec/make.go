//go:build go1.22

package codec

import (
	"fmt"
	"reflect"
	"strconv"
	"sync"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/madetype"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// MadeTypes has the types that a plugin has made for types of the host, by number. They are
// never freed, like all types that are made at run time. It is safe for concurrent use.
type MadeTypes struct {
	scope Scope
	call  func(m *MadeMethod, receiver unsafe.Pointer, args []reflect.Value) []reflect.Value
	asks  map[string][]Ask // by name

	mu     sync.RWMutex
	number map[uint64]*madeType
	types  map[reflect.Type]*madeType // declared types and structs
}

type madeType struct {
	shape *shape
	typ   reflect.Type
	codec *Codec
	err   error // of a type that the plugin does not have
}

// name returns the name of the type in descriptions.
func (t *madeType) name() string { return "#" + strconv.FormatUint(t.shape.number, 10) }

// A MadeMethod is a method of a made type, which is called in the host.
type MadeMethod struct {
	Name            string
	Number, Index   uint64 // of the type, and of the method in it
	Receiver        *Codec
	Type            reflect.Type // without the receiver
	Params, Results []*Codec
	Pointer         bool // the receiver is a pointer
	Format, Fills   bool // see methodFormat, methodFills
}

// NewMadeTypes returns an empty table. call calls methods of the types, and asks are those that
// the plugin may look for.
func NewMadeTypes(scope Scope, call func(*MadeMethod, unsafe.Pointer, []reflect.Value) []reflect.Value, asks []Ask) *MadeTypes {
	m := &MadeTypes{scope: scope, call: call, number: make(map[uint64]*madeType), types: make(map[reflect.Type]*madeType)}
	m.asks = make(map[string][]Ask)
	for _, a := range asks {
		m.asks[a.Name] = append(m.asks[a.Name], a)
	}
	return m
}

// madeOf returns the made type t, nil if it is none.
func madeOf(scope Scope, t reflect.Type) *madeType {
	s, ok := scope.(interface{ MadeTypes() *MadeTypes })
	if !ok {
		return nil
	}
	m := s.MadeTypes()
	if m == nil {
		return nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return m.types[t]
}

// ForeignTo returns the plugin that objects of a made type belong to, "" if there is none.
func ForeignTo(scope Scope, t reflect.Type) string {
	if made := madeOf(scope, t); made != nil && made.shape.kind == reflect.Struct {
		return made.shape.text
	}
	return ""
}

func (m *MadeTypes) codec(n uint64) *Codec {
	if m == nil {
		return nil
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if t := m.number[n]; t != nil && t.err == nil {
		return t.codec
	}
	return nil
}

// Define makes the types that a message of definitions describes.
func (m *MadeTypes) Define(b []byte) (err error) {
	var list []*shape
	if err := unmarshal(b, m.scope, func(d *wire.Decoder) { list = takeShapes(d) }); err != nil {
		return err
	}
	if err := madetype.Check(); err != nil {
		return err
	}
	defer func() {
		// reflect panics if it cannot make a type.
		if v := recover(); v != nil {
			err = fmt.Errorf("its type cannot be made in the plugin: %v", v)
		}
	}()
	k := maker{MadeTypes: m, shapes: make(map[uint64]*shape), made: make(map[uint64]*madeType), declared: make(map[uint64]*madetype.Type)}
	for _, s := range list {
		k.shapes[s.number] = s
	}
	for _, s := range list {
		k.typ(s.number)
	}
	k.complete()
	for _, s := range list {
		k.codec(s.number)
	}
	if err := k.methods(list); err != nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for n, t := range k.made {
		m.number[n] = t
		if k.declared[n] != nil || t.shape.kind == reflect.Struct {
			m.types[t.typ] = t
		}
	}
	return nil
}

// A maker makes types that contain one another. It panics if that fails.
type maker struct {
	*MadeTypes
	shapes   map[uint64]*shape
	made     map[uint64]*madeType
	declared map[uint64]*madetype.Type
	open     []func() // complete declared types
}

func (k *maker) find(n uint64) *madeType {
	if t := k.made[n]; t != nil {
		return t
	}
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.number[n]
}

func (k *maker) shape(n uint64) *shape {
	if s := k.shapes[n]; s != nil {
		return s
	}
	if t := k.find(n); t != nil {
		return t.shape
	}
	panic(fmt.Sprintf("type %d is unknown", n))
}

// typ returns a type. A declared type may still be incomplete, but it has its final size and
// pointers.
func (k *maker) typ(n uint64) reflect.Type {
	if t := k.find(n); t != nil {
		if t.err != nil {
			return anyType // of a method that the type does not get
		}
		return t.typ
	}
	s := k.shape(n)
	made := &madeType{shape: s}
	if s.kind == reflect.Invalid {
		k.made[n] = made
		if s.text == contextName {
			made.codec, made.typ = aContext, contextType
			return made.typ
		}
		if made.codec, made.err = resolve([]byte(s.text), k.scope); made.err == nil {
			made.typ = made.codec.typ
			return made.typ
		}
		return anyType
	}
	if s.name != "" {
		return k.declare(n, made)
	}
	switch s.kind {
	case reflect.Pointer:
		made.typ = reflect.PointerTo(k.typ(s.elem))
	case reflect.Slice:
		made.typ = reflect.SliceOf(k.typ(s.elem))
	case reflect.Array:
		made.typ = reflect.ArrayOf(s.len, k.typ(s.elem))
	case reflect.Map:
		made.typ = reflect.MapOf(k.typ(s.key), k.typ(s.elem))
	default:
		made.typ = basic(s.kind)
	}
	if t := k.made[n]; t != nil {
		return t.typ // it contains itself, and was made meanwhile
	}
	k.made[n] = made
	return made.typ
}

// declare makes a type of the memory layout alone, and leaves the rest to complete.
func (k *maker) declare(n uint64, made *madeType) reflect.Type {
	s := made.shape
	if !s.declared && k.isPlain(s) {
		fields := make([]reflect.StructField, len(s.fields))
		for i, f := range s.fields {
			fields[i] = reflect.StructField{Name: f.name, Tag: reflect.StructTag(f.tag), Type: k.typ(f.typ)}
		}
		made.typ = reflect.StructOf(fields)
		k.made[n] = made
		return made.typ
	}
	d, err := madetype.Declare(k.layout(n), s.name, s.path, s.declared)
	if err != nil {
		panic(err)
	}
	made.typ = d.Type()
	k.made[n], k.declared[n] = made, d
	switch s.kind {
	case reflect.Struct:
		k.open = append(k.open, func() {
			for i, f := range s.fields {
				field := reflect.StructField{Name: f.name, Tag: reflect.StructTag(f.tag), Type: k.typ(f.typ), Anonymous: f.embedded}
				if f.unexported {
					field.PkgPath = s.path
				}
				d.SetField(i, field)
			}
			if s.state {
				d.SetField(len(s.fields), reflect.StructField{Name: s.hidden, PkgPath: s.path, Type: reflect.TypeFor[unsafe.Pointer]()})
			}
		})
	case reflect.Map:
		k.open = append(k.open, func() {
			d.SetKey(k.typ(s.key))
			d.SetElem(k.typ(s.elem))
		})
	case reflect.Slice, reflect.Array:
		k.open = append(k.open, func() { d.SetElem(k.typ(s.elem)) })
	}
	return made.typ
}

// isPlain reports whether a struct without a name is one that package reflect can make.
func (k *maker) isPlain(s *shape) bool {
	for _, f := range s.fields {
		if f.embedded || f.unexported {
			return false
		}
	}
	return s.kind == reflect.Struct && !s.state
}

func (k *maker) complete() {
	for i := 0; i < len(k.open); i++ {
		k.open[i]()
	}
}

// layout returns a type with the memory layout of type n: its size, where it has pointers
// and whether it can be compared.
func (k *maker) layout(n uint64) reflect.Type {
	if t := k.find(n); t != nil && t.typ != nil {
		return t.typ
	}
	switch s := k.shape(n); s.kind {
	case reflect.Struct:
		var fields []reflect.StructField
		for i, f := range s.fields {
			fields = append(fields, reflect.StructField{Name: "F" + strconv.Itoa(i), Type: k.layout(f.typ)})
		}
		if s.state {
			fields = append(fields, reflect.StructField{Name: "Hidden", Type: reflect.TypeFor[unsafe.Pointer]()})
		}
		return reflect.StructOf(fields)
	case reflect.Array:
		return reflect.ArrayOf(s.len, k.layout(s.elem))
	case reflect.Slice:
		return reflect.TypeFor[[]byte]()
	case reflect.Map:
		if s.name != "" {
			return reflect.MapOf(k.layout(s.key), k.layout(s.elem))
		}
		return reflect.TypeFor[map[int]int]()
	case reflect.Pointer:
		return reflect.TypeFor[unsafe.Pointer]()
	case reflect.Invalid:
		return k.typ(n)
	default:
		return basic(s.kind)
	}
}

// basic returns the predeclared type of a kind.
func basic(k reflect.Kind) reflect.Type {
	t := Predeclared(k.String())
	if t == nil {
		panic(fmt.Sprintf("a type of kind %s", k))
	}
	return t
}

// codec makes the codec of a type.
func (k *maker) codec(n uint64) *Codec {
	t := k.find(n)
	if t.codec != nil || t.err != nil {
		return t.codec
	}
	s := t.shape
	c := composed(t.typ)
	t.codec = c
	c.outline()
	switch s.kind {
	case reflect.Pointer:
		c.pointer(k.codec(s.elem))
		if s.state {
			c.op = opPaired
		}
	case reflect.Slice:
		c.slice(k.codec(s.elem))
	case reflect.Array:
		c.array(k.codec(s.elem), s.len)
	case reflect.Map:
		c.mapped(k.codec(s.key), k.codec(s.elem))
	case reflect.Struct:
		fields := make([]*Codec, len(s.fields))
		for i, f := range s.fields {
			fields[i] = k.codec(f.typ)
		}
		c.structure(fields)
		if s.state {
			c.fixed = false
			c.addState(t.typ.Size() - unsafe.Sizeof(uintptr(0)))
		}
	default:
		c.simple()
	}
	return c
}

// methods adds the methods of declared types. It leaves out a method whose signature contains
// a type that the plugin does not have, unless the plugin looks for a method of that name.
func (k *maker) methods(list []*shape) error {
	for _, s := range list {
		d := k.declared[s.number]
		if d == nil {
			continue
		}
		var methods []madetype.Method
		for i, sm := range s.methods {
			m := &MadeMethod{
				Name: sm.name, Number: s.number, Index: uint64(i), Receiver: k.made[s.number].codec,
				Pointer: sm.flags&methodPointer != 0, Format: sm.flags&methodFormat != 0, Fills: sm.flags&methodFills != 0,
			}
			if ok, err := k.signature(m, sm, s); err != nil {
				return fmt.Errorf("has a method that the plugin looks for and that is another: %s.%s %w", s.name, sm.name, err)
			} else if !ok {
				continue
			}
			made := madetype.Method{Name: m.Name, Type: m.Type, Pointer: m.Pointer, Func: func(p unsafe.Pointer, args []reflect.Value) []reflect.Value {
				return k.call(m, p, args)
			}}
			if m.Format {
				byAddress := *m
				byAddress.Pointer = true
				made.Address = func(p unsafe.Pointer, args []reflect.Value) []reflect.Value { return k.call(&byAddress, p, args) }
			}
			methods = append(methods, made)
		}
		if err := d.SetMethods(methods); err != nil {
			panic(err)
		}
	}
	return nil
}

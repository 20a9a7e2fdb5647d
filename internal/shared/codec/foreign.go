package codec

import (
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A ForeignType is the type of an object of another plugin, which crosses in an any as a
// pointer of the host's does: the plugin makes a type with the methods, and calls them in
// the host.
type ForeignType struct {
	Key        string // the same for the same type
	Plugin     string // that the object belongs to
	Name, Path string // as printed and the import path
	// Methods returns what is callable of objects of the type.
	Methods func() []ForeignMethod
}

// A ForeignMethod is a method of a ForeignType.
type ForeignMethod struct {
	Name string
	Type reflect.Type // without a receiver
	Call func(object any, in []reflect.Value) []reflect.Value
}

// putForeign appends an object of another plugin, and reports whether v is one.
func (h *HostTable) putForeign(e *wire.Encoder, v any) bool {
	t, err := h.foreign(v)
	if err != nil {
		panic(&wire.EncodeError{Reason: err.Error(), Err: err})
	}
	if t == nil {
		return false
	}
	elem := h.ofForeign(t)
	if elem.err != nil {
		panic(&wire.EncodeError{Reason: "an interface holds an object of plugin " + t.Plugin + " whose type " + elem.err.Error(), Held: v})
	}
	e.PutUint8(anyPaired)
	e.PutUvarint(elem.number)
	elem.codec.encodePaired(e, reflect.ValueOf(v).UnsafePointer())
	return true
}

// ofForeign returns the type, which the plugin knows from then on.
func (h *HostTable) ofForeign(t *ForeignType) *HostType {
	if found, ok := h.known.Load(t.Key); ok {
		return found.(*HostType)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if found, ok := h.known.Load(t.Key); ok {
		return found.(*HostType)
	}
	n := h.all.last.Add(1)
	made := &HostType{number: n, shape: &shape{
		number: n, kind: reflect.Struct, text: t.Plugin, name: t.Name, path: t.Path, declared: true, state: true, hidden: "_",
	}}
	made.codec = composed(h.object.Elem())
	made.codec.outline()
	made.codec.structure(make([]*Codec, made.codec.typ.NumField()))
	made.codec.addState(0)
	s := shaper{HostTable: h, pending: make(map[reflect.Type]*HostType), list: []*HostType{made}}
	for _, m := range t.Methods() {
		if len(made.methods) == maxMethods {
			break
		}
		described := HostMethod{Name: m.Name, Call: m.Call, Variadic: m.Type.IsVariadic()}
		sm := shapeMethod{name: m.Name}
		if described.Variadic {
			sm.flags |= methodVariadic
		}
		if described.Fills = fills(m.Name, m.Type, 0); described.Fills {
			sm.flags |= methodFills
		}
		if m.Name == "Format" {
			described.Format, sm.flags = true, methodFormat
		} else if s.signature(m.Type, 0, nil, &described, &sm); described.lost {
			continue
		}
		made.methods = append(made.methods, described)
		made.shape.methods = append(made.shape.methods, sm)
	}
	s.describeMethods()
	if made.err = h.define(s.list); made.err == nil {
		s.end()
		h.all.types.Store(n, made)
	}
	h.known.Store(t.Key, made)
	return made
}

// fills reports whether a method writes to its first parameter, a slice of bytes.
func fills(name string, ft reflect.Type, first int) bool {
	return (name == "Read" || name == "ReadAt") && ft.NumIn() > first && ft.In(first) == reflect.TypeFor[[]byte]()
}

package bridge

import (
	"go/types"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A value is a type as the manifest and as the type checker know it.
type value struct {
	m *manifest.Type
	t types.Type
}

// parts returns the types of the parts of values that are encoded one by one: the element of
// slices, arrays and pointers, key and element of maps, and the fields of structs that are not
// blank.
func (p *planned) parts(v value) []value {
	if p.manifest.Types.IsObject(v.m) || p.manifest.Types.IsKnown(v.m) {
		return nil
	}
	m := p.manifest.Types.Under(v.m)
	switch t := v.t.Underlying().(type) {
	case *types.Slice:
		return []value{{m.Elem, t.Elem()}}
	case *types.Array:
		return []value{{m.Elem, t.Elem()}}
	case *types.Pointer:
		return []value{{m.Elem, t.Elem()}}
	case *types.Map:
		return []value{{m.Key, t.Key()}, {m.Elem, t.Elem()}}
	case *types.Struct:
		if p.manifest.Types.MarshalerKind(v.m) != "" {
			return nil
		}
		var list []value
		for i := range m.Fields {
			if m.Fields[i].Name != "_" {
				list = append(list, value{&m.Fields[i].Type, t.Field(i).Type()})
			}
		}
		return list
	}
	return nil
}

// least returns the least number of bytes that a value takes in a message.
func (p *planned) least(v value) int64 {
	if size, fixed := p.manifest.Types.Fixed(v.m); fixed {
		return size
	}
	if p.manifest.Types.IsObject(v.m) {
		return 8
	}
	if p.manifest.Types.IsKnown(v.m) {
		return 1
	}
	sum := int64(0)
	switch m := p.manifest.Types.Under(v.m); m.Kind {
	case manifest.Array:
		return m.Len * p.least(p.parts(v)[0])
	case manifest.Struct:
		switch p.manifest.Types.MarshalerKind(v.m) {
		case "":
			for _, part := range p.parts(v) {
				sum += p.least(part)
			}
			return sum
		case manifest.MarshalTime:
			return 13
		}
	}
	return 1
}

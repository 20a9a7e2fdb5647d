package typemap

import (
	"fmt"
	"reflect"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"

	// The known types and errors: see package codec.
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownfs"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownhttp"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownimage"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownnet"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownslog"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knownsql"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/knowntime"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/sqlvalue"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/stderrors"
	_ "github.com/RamanSharma100/go-winplugin/internal/shared/xmlvalue"
)

// knownType returns the host's type of a known type of the plugin, nil if it has none.
func knownType(t *manifest.Type) reflect.Type {
	if t.Kind == manifest.Pointer {
		return codec.KnownType("*" + t.Elem.Name)
	}
	return codec.KnownType(t.Name)
}

// knownType returns the host's view of a known type.
func (s *Scope) knownType(t *manifest.Type) *Type {
	rt := knownType(t)
	if rt == nil {
		panic("the host does not know it")
	}
	return &Type{scope: s, t: t, kind: t.Kind, rt: rt, known: true, codec: codec.KnownCodec(rt, rt)}
}

// IsKnown reports whether t is a known type: see [manifest.Types.IsKnown].
func (s *Scope) IsKnown(t *manifest.Type) bool { return s.manifest.Types.IsKnown(t) }

// IsKnown reports whether the plugin's type is a known type.
func (t *Type) IsKnown() bool { return t.known }

// UnmarshalKnown decodes b, which must be exactly one value of a known type. The result is nil
// if the value is.
func (s *Scope) UnmarshalKnown(t *manifest.Type, b []byte) (any, error) {
	rt := knownType(t)
	p := reflect.New(rt)
	if err := codec.Unmarshal(codec.KnownCodec(rt, rt), b, s, p.UnsafePointer()); err != nil || p.Elem().IsNil() {
		return nil, err
	}
	return p.Elem().Interface(), nil
}

// knownType compares a known type with the host's type, which must be the same, the type of
// objects, or a type that implements the known interface.
func (m *matcher) knownType(at place, t *manifest.Type, rt reflect.Type) {
	known := knownType(t)
	switch {
	case known == nil:
		m.unlike(at)
	case rt == known, known.Kind() == reflect.Interface && (m.objects != nil && rt == m.objects.Type() || rt.Implements(known)):
	default:
		m.differ(at, "plugin has "+pluginType(m.types, at.t)+", host has "+HostType(at.rt)+"; use "+known.String())
	}
}

// setKnown sets a value of a known type.
func setKnown(t *Type, dst, src reflect.Value) error {
	switch {
	case src.Type().AssignableTo(dst.Type()):
		dst.Set(src)
		return nil
	case t.scope.objects != nil && src.Type() == t.scope.objects.Type() && t.kind == manifest.Interface:
		if own, ok := src.Interface().(interface{ Value() any }); ok && own.Value() != nil {
			return setKnown(t, dst, reflect.ValueOf(own.Value()))
		}
		if ref, err := t.scope.objects.Owner(src.Interface()); ref == 0 {
			if err != nil {
				return err
			}
			v, err := t.scope.objects.ConvertTo(src.Interface(), t.rt, "")
			if err != nil {
				return err
			}
			dst.Set(reflect.ValueOf(v))
			return nil
		}
		if v := codec.StandIn(t.rt, src.Interface()); v != nil {
			dst.Set(reflect.ValueOf(v))
			return nil
		}
	case reflect.PointerTo(src.Type()) == dst.Type():
		p := reflect.New(src.Type())
		p.Elem().Set(src)
		dst.Set(p)
		return nil
	}
	return fmt.Errorf("cannot use %s as %s", spell(src.Type().String()), t.rt)
}

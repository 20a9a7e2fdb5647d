package typemap

import (
	"reflect"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Match returns a *MismatchError with the places where the host's type rt differs from the
// plugin's type t, or nil if values of both have the same encoding. It compares the structure:
// kinds, lengths, and names and order of fields. A wider number does not match a narrower one.
// Names of declared types, tags, and whether a field is embedded do not count. For types that
// are encoded by their own methods the name counts, because their structure is private.
func Match(types manifest.Types, t *manifest.Type, rt reflect.Type) error {
	_, err := match(types, nil, t, rt)
	return err
}

// match is Match, and also returns the plugin's declared types for which rt contains host types
// of the same full name. objects may be nil.
func match(types manifest.Types, objects Objects, t *manifest.Type, rt reflect.Type) (shared map[string]reflect.Type, err error) {
	m := &matcher{types: types, objects: objects, seen: make(map[pair]bool)}
	if rt == nil {
		m.differ(place{t: t}, "plugin has "+pluginType(types, t)+", host has none")
	} else {
		m.match(place{t: t, rt: rt}, t, rt)
	}
	if len(m.found) > 0 {
		return nil, &MismatchError{Differences: m.found}
	}
	return m.shared, nil
}

type matcher struct {
	types   manifest.Types
	objects Objects
	dynamic bool // see Scope.MatchDynamic
	seen    map[pair]bool
	found   []Difference
	shared  map[string]reflect.Type
}

type pair struct {
	name string // of the plugin's declared type
	rt   reflect.Type
}

// A place is the current position of the matcher: the path from the outermost type to the last
// field, and the types of that field on both sides. A message about a difference within the
// field shows the whole types of the field, "[]int32" and "[]int" for instance.
type place struct {
	path  string
	steps string // into elements and keys, after path
	t     *manifest.Type
	rt    reflect.Type
}

func (p place) element(step string) place {
	p.steps += step
	return p
}

// maxDifferences is the number of differences after which the search ends.
const maxDifferences = 100

func (m *matcher) differ(at place, text string) {
	if len(m.found) < maxDifferences {
		m.found = append(m.found, Difference{Place: at.path, Text: text})
	}
}

// unlike reports that the types of the place differ.
func (m *matcher) unlike(at place) {
	m.differ(at, "plugin has "+pluginType(m.types, at.t)+", host has "+HostType(at.rt))
}

func (m *matcher) match(at place, t *manifest.Type, rt reflect.Type) {
	if len(m.found) == maxDifferences || m.known(t, rt) {
		return
	}
	switch {
	case m.asDynamic(at, t, rt):
		return
	case t.IsContext():
		if rt != contextType {
			m.unlike(at)
		}
		return
	case m.types.IsKnown(t):
		m.knownType(at, t, rt)
		return
	case m.types.IsObject(t):
		m.object(at, t, rt)
		return
	}
	u := m.types.Under(t)
	if marshal := m.types.MarshalerKind(t); marshal != "" || codec.MarshalerKind(rt) != "" {
		m.marshaled(at, t, rt, marshal)
		return
	}
	if u.Kind != kindOf(rt) {
		m.unlike(at)
		return
	}
	switch u.Kind {
	case manifest.Array:
		if u.Len != int64(rt.Len()) {
			m.unlike(at)
			return
		}
		m.match(at.element("[]"), u.Elem, rt.Elem())
	case manifest.Slice:
		m.match(at.element("[]"), u.Elem, rt.Elem())
	case manifest.Pointer:
		m.match(at, u.Elem, rt.Elem())
	case manifest.Map:
		m.match(at.element("[key]"), u.Key, rt.Key())
		m.match(at.element("[]"), u.Elem, rt.Elem())
	case manifest.Struct:
		m.fields(at, t, u, rt)
	case manifest.Interface:
		if t.IsError() != (rt == errorType) || !t.IsError() && (len(u.Methods) > 0 || rt.NumMethod() > 0) {
			m.unlike(at)
		}
	case manifest.Func, manifest.Chan, manifest.UnsafePointer, manifest.TypeParam:
		m.unlike(at)
	}
}

// known reports whether the types were compared before, and otherwise records them. This also
// ends the comparison of recursive types.
func (m *matcher) known(t *manifest.Type, rt reflect.Type) bool {
	if t.Name == "" || t.IsError() {
		return false
	}
	p := pair{t.Name, rt}
	if m.seen[p] {
		return true
	}
	m.seen[p] = true
	if fullName(rt) == t.Name {
		if m.shared == nil {
			m.shared = make(map[string]reflect.Type)
		}
		m.shared[t.Name] = rt
	}
	return false
}

// marshaled compares types of which at least one is encoded by its own methods.
func (m *matcher) marshaled(at place, t *manifest.Type, rt reflect.Type, marshal string) {
	host := codec.MarshalerKind(rt)
	switch {
	case marshal == host && (marshal == manifest.MarshalTime || shortName(t.Name) == shortName(rt.Name())):
	case marshal != host && shortName(t.Name) == shortName(rt.Name()):
		m.differ(at, "plugin has "+t.String()+", encoded "+encodedBy(marshal)+", host has "+HostType(rt)+", encoded "+encodedBy(host))
	default:
		m.unlike(at)
	}
}

func encodedBy(marshal string) string {
	switch marshal {
	case "":
		return "by its structure"
	case manifest.MarshalBinary:
		return "by MarshalBinary"
	case manifest.MarshalText:
		return "by MarshalText"
	}
	return "as a time"
}

func (m *matcher) fields(at place, t, u *manifest.Type, rt reflect.Type) {
	switch {
	case at.path != "":
		at.path += at.steps
	case t.Name != "":
		at.path = shortName(t.Name)
	default:
		at.path = "struct"
	}
	plugin := make([]string, len(u.Fields))
	for i := range u.Fields {
		plugin[i] = u.Fields[i].Name
	}
	host := make([]string, rt.NumField())
	for i := range host {
		host[i] = rt.Field(i).Name
	}
	if !slices.Equal(plugin, host) {
		m.names(at, u, rt, plugin, host)
	}
	for i := range u.Fields {
		f := &u.Fields[i]
		j := slices.Index(host, f.Name)
		if f.Name == "_" || j < 0 {
			continue
		}
		h := rt.Field(j)
		m.match(place{path: at.path + "." + f.Name, t: &f.Type, rt: h.Type}, &f.Type, h.Type)
	}
}

// names reports how the names of a struct's fields differ.
func (m *matcher) names(at place, u *manifest.Type, rt reflect.Type, plugin, host []string) {
	spelled := make(map[string]bool) // fields of the host whose name differs in case only
	lacking := 0
	for i, name := range plugin {
		if name == "_" || slices.Contains(host, name) {
			continue
		}
		lacking++
		j := slices.IndexFunc(host, func(h string) bool { return strings.EqualFold(h, name) && !slices.Contains(plugin, h) })
		if j < 0 {
			m.differ(at, "host lacks field "+name+" "+u.Fields[i].Type.String())
			continue
		}
		spelled[host[j]] = true
		m.differ(at, "plugin has field "+name+", host spells it "+host[j])
	}
	for i, name := range host {
		f := rt.Field(i)
		switch {
		case name == "_" || slices.Contains(plugin, name):
			continue
		case spelled[name]:
		case !f.IsExported():
			m.differ(at, "host has unexported field "+name+", which does not cross")
		default:
			m.differ(at, "plugin lacks field "+name+" "+HostType(f.Type))
		}
		lacking++
	}
	if lacking > 0 {
		return
	}
	blank := func(name string) bool { return name == "_" }
	p, h := slices.DeleteFunc(slices.Clone(plugin), blank), slices.DeleteFunc(slices.Clone(host), blank)
	if slices.Equal(p, h) {
		m.differ(at, "blank fields are at other places")
		return
	}
	m.differ(at, "fields in another order: plugin has "+strings.Join(plugin, ", ")+"; host has "+strings.Join(host, ", "))
}

package object

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/RamanSharma100/go-winplugin/internal/host/call"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A plugin in a process of its own may call the host with any handle that it was given, and any
// number of a callback. Its manifest lists methods of all interfaces. So the host records for each
// value as what it was passed, and lets the plugin do only what that allows.

// A grant is what the plugin may do with a value of the host.
type grant struct {
	methods []string // to call these methods, in alphabetical order
	invoke  bool     // to call it, a func
	channel bool     // to send and receive, as far as its type lets it
	pointer bool     // to write to what it points to, and to call the methods that were described
	context bool     // to ask for the context that it derives from
}

// grantOf returns what the plugin may do with a value that is passed as its type t, for which the
// host has rt. If rt is an interface, its methods count, and otherwise those of t.
func (o *Attachment) grantOf(t *manifest.Type, rt reflect.Type) grant {
	u := o.manifest.Types.Under(t)
	switch u.Kind {
	case manifest.Func:
		return grant{invoke: true}
	case manifest.Chan:
		return grant{channel: true}
	case manifest.Interface:
	default:
		return grant{}
	}
	var g grant
	if rt.Kind() == reflect.Interface {
		for i := range rt.NumMethod() {
			g.methods = append(g.methods, rt.Method(i).Name)
		}
	} else {
		for i := range u.Methods {
			g.methods = append(g.methods, u.Methods[i].Name)
		}
	}
	slices.Sort(g.methods)
	return g
}

// grant adds to what the plugin may do with the value of a handle.
func (p *Session) grant(ref wire.Ref, g grant) {
	if !p.guarded {
		return
	}
	p.table.Record(ref, func(record any) any {
		old, _ := record.(*grant)
		if old == nil {
			return &g
		}
		sum := grant{old.methods, old.invoke || g.invoke, old.channel || g.channel, old.pointer || g.pointer, old.context || g.context}
		for _, name := range g.methods {
			if !old.allows(name) {
				sum.methods = append(slices.Clone(sum.methods), name)
			}
		}
		return &sum
	})
}

// granted returns what the plugin may do with the value of a handle, nil if that is not limited.
func (p *Session) granted(ref wire.Ref) *grant {
	if !p.guarded {
		return nil
	}
	if g, ok := p.table.Recorded(ref).(*grant); ok {
		return g
	}
	return new(grant)
}

// allows reports whether the plugin may call a method.
func (g *grant) allows(method string) bool { return g == nil || slices.Contains(g.methods, method) }

// checkCallback returns an error if the plugin may not make a callback.
func (g *grant) checkCallback(s *call.Signature, t reflect.Type) error {
	switch name := s.Method(); {
	case g == nil, t.Kind() == reflect.Chan && g.channel, name == "" && g.invoke, name != "" && g.allows(name):
		return nil
	case name == "":
		return errNotGranted(t, "a func")
	default:
		return errNotGranted(t, "something that has a method "+name)
	}
}

// errNotGranted is the error of what the plugin may not do with a value of type t.
func errNotGranted(t reflect.Type, as string) error {
	return fmt.Errorf("the host's %s was not passed as %s; a plugin in a process of its own reaches only what a value was passed as", t, as)
}

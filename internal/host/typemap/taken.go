package typemap

import "github.com/RamanSharma100/go-winplugin/manifest"

// findTaken returns the texts of the types that the plugin takes from the host: in parameters,
// in variables, in results of callbacks, and through funcs and channels.
func (s *Scope) findTaken() map[string]bool {
	f := flow{types: s.manifest.Types, seen: make(map[flowing]bool)}
	m := s.manifest
	for _, list := range [][]manifest.Function{m.Functions, m.Methods} {
		for i := range list {
			f.function(list[i].Params[receivers(&list[i]):], list[i].Results, ToHost)
		}
	}
	for i := range m.Callbacks {
		f.function(m.Callbacks[i].Params[receivers(&m.Callbacks[i]):], m.Callbacks[i].Results, ToPlugin)
	}
	for i := range m.Variables {
		f.add(&m.Variables[i].Type, ToHost)
		f.add(&m.Variables[i].Type, ToPlugin)
	}
	taken := make(map[string]bool)
	for seen := range f.seen {
		if seen.to == ToPlugin {
			taken[seen.text] = true
		}
	}
	return taken
}

// receivers returns how many of the parameters are the receiver.
func receivers(f *manifest.Function) int {
	if f.Receiver != "" && len(f.Params) > 0 {
		return 1
	}
	return 0
}

// A flow finds which types go in which direction.
type flow struct {
	types manifest.Types
	seen  map[flowing]bool
}

type flowing struct {
	text string
	to   Direction
}

func (f flow) add(t *manifest.Type, to Direction) {
	key := flowing{t.Text(), to}
	if f.seen[key] {
		return
	}
	f.seen[key] = true
	u := f.types.Under(t)
	if u.Kind == manifest.Chan {
		if u.Dir != "send" {
			f.add(u.Elem, to)
		}
		if u.Dir != "recv" {
			f.add(u.Elem, !to)
		}
		return
	}
	for _, part := range []*manifest.Type{u.Key, u.Elem} {
		if part != nil {
			f.add(part, to)
		}
	}
	for i := range u.Fields {
		f.add(&u.Fields[i].Type, to)
	}
	f.function(u.Params, u.Results, to)
}

// function adds the types of a func: results in its direction, arguments in the other one.
func (f flow) function(params, results []manifest.Param, to Direction) {
	for i := range params {
		f.add(&params[i].Type, !to)
	}
	for i := range results {
		f.add(&results[i].Type, to)
	}
}

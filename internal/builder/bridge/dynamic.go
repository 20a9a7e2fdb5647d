package bridge

import (
	"fmt"
	"go/types"

	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Functions whose values have an identity to keep can also be called with arguments and
// results of dynamic type. Package pluginrt calls them by reflection.

// dynamic reports whether a function takes or returns such values.
func (p *planned) dynamic(lists ...[]manifest.Param) bool {
	identity := false
	for _, list := range lists {
		for i := range list {
			if !p.manifest.Types.IsKnown(&list[i].Type) && p.holdsKnown(&list[i].Type) {
				return false // known types within others cross by their static types
			}
			identity = identity || p.hasIdentity(&list[i].Type)
		}
	}
	return identity
}

// holdsKnown reports whether a known type is mentioned in a type without a name.
func (p *planned) holdsKnown(t *manifest.Type) bool {
	if t == nil || t.Name != "" && !p.manifest.Types.IsKnown(t) {
		return false
	}
	for _, list := range [][]manifest.Param{t.Params, t.Results} {
		for i := range list {
			if p.holdsKnown(&list[i].Type) {
				return true
			}
		}
	}
	return p.manifest.Types.IsKnown(t) || p.holdsKnown(t.Key) || p.holdsKnown(t.Elem)
}

func (p *planned) hasIdentity(t *manifest.Type) bool {
	switch {
	case t == nil, t.IsError(), t.IsContext(), codec.HostTypes[t.Name]:
		return false
	case t.Name != "", t.Kind == manifest.Pointer, p.manifest.Types.IsObject(t):
		return true
	}
	for i := range t.Fields {
		if p.hasIdentity(&t.Fields[i].Type) {
			return true
		}
	}
	return p.hasIdentity(t.Key) || p.hasIdentity(t.Elem)
}

// methodExpression returns what writes the expression of method i, nil if it is called of
// a func or a channel.
func (p *planned) methodExpression(i int) func(g *goFile) string {
	f := p.methods[i]
	if f.Object == nil {
		return nil
	}
	return func(g *goFile) string {
		return "(" + g.typ(f.Type.Params().At(0).Type()) + ")." + f.Name
	}
}

// accessor returns write if the variable has a value with an identity, else nil.
func (p *planned) accessor(v *manifest.Variable, write func(g *goFile) string) func(g *goFile) string {
	if !p.hasIdentity(&v.Type) {
		return nil
	}
	return write
}

// updatedList writes which parameters of a routine go back after a call.
func updatedList(r *routine) string {
	list := ""
	for i, v := range r.params {
		if v.param.InOut || v.param.Written {
			list += fmt.Sprintf("%d, ", i)
		}
	}
	if list == "" {
		return ""
	}
	return ", Updated: []int{" + list + "}"
}

// identities writes what calls with values of dynamic type need to know.
func (g *goFile) identities() {
	b := &g.body
	b.WriteString("\tImporters: []winplugin_pluginrt.Importer{\n")
	for n, v := range g.objects.values {
		switch v.t.Underlying().(type) {
		case *types.Interface, *types.Signature, *types.Chan:
			fmt.Fprintf(b, "\t\twinplugin_pluginrt.ImporterOf[%s](winplugin_t%d),\n", g.typ(v.t), n)
		}
	}
	b.WriteString("\t},\n\tMakes: []winplugin_pluginrt.Type{\n")
	for _, m := range g.model.Makes {
		if expr, why := g.write(m.Type, g.qualify); why == "" {
			fmt.Fprintf(b, "\t\twinplugin_pluginrt.TypeOf[%s](%q),\n", expr, m.Name)
		}
	}
	b.WriteString("\t},\n\tAsks: []winplugin_codec.Ask{\n")
	for _, a := range g.model.Asks {
		if _, why := g.write(a.Type, (*types.Package).Name); why == "" {
			fmt.Fprintf(b, "\t\twinplugin_pluginrt.AskOf[%s](%q", g.typ(a.Type), a.Name)
			for _, name := range a.With {
				fmt.Fprintf(b, ", %q", name)
			}
			b.WriteString("),\n")
		}
	}
	b.WriteString("\t},\n\tFuncs: []winplugin_codec.AskedFunc{\n")
	for _, f := range g.model.AskedFuncs {
		if _, why := g.write(f.Type, (*types.Package).Name); why == "" {
			fmt.Fprintf(b, "\t\twinplugin_pluginrt.AskedFuncOf[%s](%t),\n", g.typ(f.Type), f.Asserted)
		}
	}
	b.WriteString("\t},\n")
	if g.model.BuiltWith["encoding/json"] {
		json := types.NewPackage("encoding/json", "json")
		fmt.Fprintf(b, "\tJSON: winplugin_pluginrt.JSONWith(%s.NewEncoder),\n", g.qualify(json))
	}
}

package bridge

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A routine is one function of a call frame: a function of the plugin, or one of the
// three of a variable.
type routine struct {
	name    string // of the wrapper
	comment string
	params  []slot
	results []slot
	updated []slot                                            // parameters whose values go back after the results: at is their place there
	call    func(g *goFile, args []string) (results []string) // writes the call
	recv    bool                                              // see manifest.Function.Receives
	fn      func(g *goFile) string                            // the expression of the function, for calls of dynamic type; nil: there are none
}

// A slot is the place of a parameter or result in a frame.
type slot struct {
	value
	param *manifest.Param
	form  manifest.Form
	at    int // its first word
	index int // in the list
}

func (p *planned) slots(list []manifest.Param, tuple *types.Tuple) []slot {
	slots := make([]slot, len(list))
	at := 0
	for i := range list {
		form, _ := p.forms.Form(&list[i].Type)
		slots[i] = slot{value{&list[i].Type, tuple.At(i).Type()}, &list[i], form, at, i}
		at += form.Words()
	}
	return slots
}

// words is the number of words that all of them take.
func words(slots []slot) int {
	if len(slots) == 0 {
		return 0
	}
	last := &slots[len(slots)-1]
	return last.at + last.form.Words()
}

// updates returns the parameters of a routine that go back as messages.
func (r *routine) updates() []slot {
	var list []slot
	at := words(r.results)
	for _, v := range r.params {
		if v.param.InOut && v.form == manifest.FormMessage {
			v.at = at
			at += v.form.Words()
			list = append(list, v)
		}
	}
	return list
}

// words is how many words a routine reads and writes.
func (r *routine) words() int {
	return max(words(r.params), words(r.results), words(r.updated))
}

// routines returns everything that is called by number, in that order.
func (p *planned) routines() []routine {
	var all []routine
	for i := range p.manifest.Functions {
		f := &p.manifest.Functions[i]
		var fn func(g *goFile) string
		if f.Dynamic {
			fn = func(g *goFile) string { return g.expression(p.functions[i]) }
		}
		all = append(all, routine{
			fn:      fn,
			name:    fmt.Sprintf("winplugin_%d", i),
			comment: f.Signature(),
			params:  p.slots(f.Params, p.functions[i].Type.Params()),
			results: p.slots(f.Results, p.functions[i].Type.Results()),
			call:    func(g *goFile, args []string) []string { return g.call(p.functions[i], args) },
		})
	}
	for i := range p.manifest.Variables {
		v := &p.manifest.Variables[i]
		slots := p.slots([]manifest.Param{{Name: v.Name, Type: v.Type}}, types.NewTuple(p.variables[i].Object))
		address := p.slots([]manifest.Param{{Type: manifest.Type{Kind: manifest.Uintptr}}},
			types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.Uintptr])))
		// A struct that is not copied is the variable itself.
		name := func(g *goFile) string { return g.name(p.variables[i].Object) }
		prefix, assign := "", "\t%s = %s\n"
		if slots[0].form == manifest.FormObject && slots[0].m.Kind == manifest.Struct {
			pointer := types.NewVar(0, nil, "", types.NewPointer(slots[0].t))
			prefix, assign = "&", "\twinplugin_pluginrt.Assign(&%s, %s)\n"
			slots = p.slots([]manifest.Param{{Type: manifest.Type{Kind: manifest.Pointer, Elem: slots[0].m}}}, types.NewTuple(pointer))
		}
		all = append(all, routine{
			name: fmt.Sprintf("winplugin_get%d", i),
			fn: p.accessor(v, func(g *goFile) string {
				return fmt.Sprintf("func() %s { return %s }", g.typ(slots[0].t), prefix+name(g))
			}),
			comment: "get " + v.Name + " " + v.Type.String(),
			results: slots,
			call:    func(g *goFile, _ []string) []string { return []string{prefix + name(g)} },
		}, routine{
			name: fmt.Sprintf("winplugin_set%d", i),
			fn: p.accessor(v, func(g *goFile) string {
				return fmt.Sprintf("func(winplugin_v %s) {\n"+assign+"}", g.typ(slots[0].t), name(g), "winplugin_v")
			}),
			comment: "set " + v.Name + " " + v.Type.String(),
			params:  slots,
			call: func(g *goFile, args []string) []string {
				fmt.Fprintf(&g.body, assign, name(g), args[0])
				return nil
			},
		}, routine{
			name:    fmt.Sprintf("winplugin_addr%d", i),
			comment: "address of " + v.Name,
			results: address,
			call:    func(g *goFile, _ []string) []string { return []string{"uintptr(unsafe.Pointer(&" + name(g) + "))"} },
		})
	}
	for i := range p.manifest.Methods {
		f := &p.manifest.Methods[i]
		all = append(all, routine{
			name:    fmt.Sprintf("winplugin_m%d", i),
			fn:      p.methodExpression(i),
			recv:    f.Receives(),
			comment: methodName(p.methods[i]) + strings.TrimPrefix(f.Signature(), f.Name),
			params:  p.slots(f.Params, p.methods[i].Type.Params()),
			results: p.slots(f.Results, p.methods[i].Type.Results()),
			call: func(g *goFile, args []string) []string {
				name := args[0]
				switch {
				case f.Name == "":
				case p.methods[i].Object == nil: // of a channel
					return g.callAs("winplugin_pluginrt."+strings.ToUpper(f.Name[:1])+f.Name[1:], &p.methods[i].Function, append([]string{"winplugin_f.Ref(0)"}, args...))
				default:
					name += "." + f.Name
				}
				return g.callAs(name, &p.methods[i].Function, args[1:])
			},
		})
	}
	for i := range all {
		all[i].updated = all[i].updates()
	}
	return all
}

package bridge

import (
	"fmt"
	"go/types"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
)

// A routine is one function of a call frame: a function of the plugin, or one of the
// three of a variable.
type routine struct {
	name    string // of the wrapper
	comment string
	params  []slot
	results []slot
	call    func(g *goFile, args []string) (results []string) // writes the call
}

// A slot is the place of a parameter or result in a frame.
type slot struct {
	value
	param *manifest.Param
	form  manifest.Form
	at    int // its first word
}

func (p *planned) slots(list []manifest.Param, tuple *types.Tuple) []slot {
	slots := make([]slot, len(list))
	at := 0
	for i := range list {
		form, _ := p.form(&list[i].Type)
		slots[i] = slot{value{&list[i].Type, tuple.At(i).Type()}, &list[i], form, at}
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

// routines returns everything that is called by number, in that order.
func (p *planned) routines() []routine {
	var all []routine
	for i := range p.manifest.Functions {
		f := &p.manifest.Functions[i]
		all = append(all, routine{
			name:    fmt.Sprintf("winplugin_%d", i),
			comment: f.Signature(),
			params:  p.slots(f.Params, p.functions[i].Type.Params()),
			results: p.slots(f.Results, p.functions[i].Type.Results()),
			call:    func(g *goFile, args []string) []string { return g.call(f, args) },
		})
	}
	for i := range p.manifest.Variables {
		v := &p.manifest.Variables[i]
		slots := p.slots([]manifest.Param{{Name: v.Name, Type: v.Type}}, types.NewTuple(p.variables[i].Object))
		address := p.slots([]manifest.Param{{Type: manifest.Type{Kind: manifest.Uintptr}}},
			types.NewTuple(types.NewVar(0, nil, "", types.Typ[types.Uintptr])))
		all = append(all, routine{
			name:    fmt.Sprintf("winplugin_get%d", i),
			comment: "get " + v.Name + " " + v.Type.String(),
			results: slots,
			call:    func(*goFile, []string) []string { return []string{v.Name} },
		}, routine{
			name:    fmt.Sprintf("winplugin_set%d", i),
			comment: "set " + v.Name + " " + v.Type.String(),
			params:  slots,
			call: func(g *goFile, args []string) []string {
				fmt.Fprintf(&g.body, "\t%s = %s\n", v.Name, args[0])
				return nil
			},
		}, routine{
			name:    fmt.Sprintf("winplugin_addr%d", i),
			comment: "address of " + v.Name,
			results: address,
			call:    func(*goFile, []string) []string { return []string{"uintptr(unsafe.Pointer(&" + v.Name + "))"} },
		})
	}
	return all
}

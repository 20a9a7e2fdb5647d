package bridge

import (
	"fmt"
	"go/types"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/manifest"
	"github.com/RamanSharma100/go-winplugin/internal/source"
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
		form, _ := p.form(&list[i].Type)
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
		all = append(all, routine{
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
		get, set := v.Name, "\t"+v.Name+" = %s\n"
		if slots[0].form == manifest.FormObject && slots[0].m.Kind == manifest.Struct {
			pointer := types.NewVar(0, nil, "", types.NewPointer(slots[0].t))
			get, set = "&"+v.Name, "\twinplugin_support.Assign(&"+v.Name+", %s)\n"
			slots = p.slots([]manifest.Param{{Type: manifest.Type{Kind: manifest.Pointer, Elem: slots[0].m}}}, types.NewTuple(pointer))
		}
		all = append(all, routine{
			name:    fmt.Sprintf("winplugin_get%d", i),
			comment: "get " + v.Name + " " + v.Type.String(),
			results: slots,
			call:    func(*goFile, []string) []string { return []string{get} },
		}, routine{
			name:    fmt.Sprintf("winplugin_set%d", i),
			comment: "set " + v.Name + " " + v.Type.String(),
			params:  slots,
			call: func(g *goFile, args []string) []string {
				fmt.Fprintf(&g.body, set, args[0])
				return nil
			},
		}, routine{
			name:    fmt.Sprintf("winplugin_addr%d", i),
			comment: "address of " + v.Name,
			results: address,
			call:    func(*goFile, []string) []string { return []string{"uintptr(unsafe.Pointer(&" + v.Name + "))"} },
		})
	}
	for i := range p.manifest.Methods {
		f := &p.manifest.Methods[i]
		all = append(all, routine{
			name:    fmt.Sprintf("winplugin_m%d", i),
			comment: methodName(p.methods[i]) + strings.TrimPrefix(f.Signature(), f.Name),
			params:  p.slots(f.Params, p.methods[i].Type.Params()),
			results: p.slots(f.Results, p.methods[i].Type.Results()),
			call: func(g *goFile, args []string) []string {
				name := args[0]
				switch {
				case f.Name == "":
				case p.methods[i].Object == nil: // of a channel
					return g.callAs("winplugin_support."+strings.ToUpper(f.Name[:1])+f.Name[1:], &p.methods[i].Function, args)
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

// wrapper writes the function that carries a call from the frame to the plugin and
// its results back. What it declares is named so that it hides no type of the
// plugin's that an argument is converted to.
func (g *goFile) wrapper(r *routine) {
	fmt.Fprintf(&g.body, "\n// %s\nfunc %s(winplugin_f *winplugin_wire.Frame) {\n", r.comment, r.name)
	args := g.arguments(r.params)
	exprs := r.call(g, args)
	for _, v := range r.updated {
		exprs = append(exprs, args[v.index])
	}
	g.setResults(r.results, r.updated, exprs)
	g.body.WriteString("}\n")
}

// call writes the call of a function, with the results in r0, r1, …
func (g *goFile) call(f *source.Function, args []string) []string {
	name := f.Name
	switch {
	case f.Receiver != "":
		name = "(" + g.typ(f.Type.Params().At(0).Type()) + ")" + strings.TrimPrefix(name, f.Receiver)
	case f.TypeArgs != nil:
		var list []string
		for _, t := range f.TypeArgs {
			list = append(list, g.typ(t))
		}
		name = f.Object.Name() + "[" + strings.Join(list, ", ") + "]"
	}
	return g.callAs(name, &f.Function, args)
}

// callAs writes the call of what an expression names.
func (g *goFile) callAs(name string, f *manifest.Function, args []string) []string {
	results := make([]string, len(f.Results))
	for j := range results {
		results[j] = fmt.Sprintf("r%d", j)
	}
	dots, assign := "", ""
	if f.Variadic {
		dots = "..."
	}
	if len(results) > 0 {
		assign = strings.Join(results, ", ") + " := "
	}
	fmt.Fprintf(&g.body, "\t%s%s(%s%s)\n", assign, name, strings.Join(args, ", "), dots)
	return results
}

// arguments writes what decodes the parameters that are messages, and returns the
// expressions of all of them.
func (g *goFile) arguments(params []slot) []string {
	b := &g.body
	args := make([]string, len(params))
	objects := false
	for i, v := range params {
		take := ""
		switch v.form {
		case manifest.FormObject:
			take = fmt.Sprintf("%s(winplugin_support.Ref(winplugin_f, %d, %d))", g.taker(v.value), i, v.at)
		case manifest.FormContext:
			take = fmt.Sprintf("winplugin_support.Context(winplugin_f, %d, %d)", i, v.at)
		default:
			continue
		}
		args[i], objects = fmt.Sprintf("winplugin_a%d", i), true
		fmt.Fprintf(b, "\t%s := %s\n", args[i], take)
	}
	if objects {
		b.WriteString("\twinplugin_f.Status = 0\n")
	}
	reading := false
	for i, v := range params {
		switch v.form {
		case manifest.FormObject, manifest.FormContext:
		case manifest.FormMessage:
			args[i] = fmt.Sprintf("winplugin_a%d", i)
			if !reading {
				b.WriteString("\twinplugin_r := winplugin_support.Arguments(winplugin_f)\n")
				reading = true
			}
			fmt.Fprintf(b, "\tvar %s %s\n\t%s(winplugin_r.Next(%d, %d), &%[1]s)\n", args[i], g.typ(v.t), g.decoder(v.value), i, v.at)
		case manifest.FormBulk:
			args[i] = g.bulk(v)
		case manifest.FormText:
			read := "String"
			if v.param.Borrow {
				read = "BorrowString"
			}
			args[i] = g.convert(v.value, fmt.Sprintf("winplugin_f.%s(%d)", read, v.at))
		default:
			args[i] = g.convert(v.value, fmt.Sprintf("winplugin_f.%s(%d)", capital(v.m.Kind), v.at))
		}
	}
	if reading {
		b.WriteString("\twinplugin_r.Close()\n")
	}
	return args
}

func (g *goFile) bulk(v slot) string {
	elem := g.typ(g.parts(v.value)[0].t)
	switch {
	case v.param.Borrow, v.param.InOut:
		return fmt.Sprintf("winplugin_wire.BorrowSlice[%s](winplugin_f, %d)", elem, v.at)
	case v.m.IsBytes():
		return fmt.Sprintf("winplugin_f.Bytes(%d)", v.at)
	}
	return fmt.Sprintf("winplugin_wire.FixedSlice[%s](winplugin_f, %d)", elem, v.at)
}

// setResults writes what puts the results into the frame: messages first, which are
// encoded in one go. A last error is a message if it is not nil.
func (g *goFile) setResults(results, updated []slot, exprs []string) {
	b := &g.body
	last := func(i int) bool { return i == len(results)-1 && results[i].m.IsError() }
	writing := false
	for i, v := range slices.Concat(results, updated) {
		if v.form != manifest.FormMessage || last(i) {
			continue
		}
		if !writing {
			b.WriteString("\twinplugin_w := winplugin_support.Results(winplugin_f)\n")
			writing = true
		}
		fmt.Fprintf(b, "\t%s(winplugin_w.Next(%d, %d), &%s)\n", g.encoder(v.value), i, v.at, exprs[i])
	}
	if writing {
		b.WriteString("\twinplugin_w.Close()\n")
	}
	for i, v := range results {
		switch v.form {
		case manifest.FormObject:
			fmt.Fprintf(b, "\twinplugin_f.SetRef(%d, %s)\n", v.at, g.give(v.value, exprs[i]))
		case manifest.FormMessage:
			if last(i) {
				g.codecs.dynamic = true
				fmt.Fprintf(b, "\twinplugin_support.SetError(winplugin_f, %d, %d, %s)\n", i, v.at, exprs[i])
			}
		case manifest.FormBulk:
			fmt.Fprintf(b, "\twinplugin_support.SetSlice(winplugin_f, %d, %s)\n", v.at, exprs[i])
		case manifest.FormText:
			fmt.Fprintf(b, "\twinplugin_support.SetString(winplugin_f, %d, %s)\n", v.at, plain(v.m, exprs[i]))
		default:
			fmt.Fprintf(b, "\twinplugin_f.Set%s(%d, %s)\n", capital(v.m.Kind), v.at, plain(v.m, exprs[i]))
		}
	}
}

// convert turns an expression of a predeclared type into the type of a scalar or string.
func (g *goFile) convert(v value, expr string) string {
	if v.m.Name == "" {
		return expr
	}
	return g.typ(v.t) + "(" + expr + ")"
}

// plain turns an expression of a scalar or string type into the predeclared type under it.
func plain(t *manifest.Type, expr string) string {
	if t.Name == "" {
		return expr
	}
	return predeclared(t.Kind) + "(" + expr + ")"
}

// predeclared names the predeclared type of a kind.
func predeclared(k manifest.Kind) string {
	if k == manifest.Complex64 || k == manifest.Complex128 {
		return "winplugin_support." + capital(k)
	}
	return string(k)
}

// capital names a kind as methods of the frame and of encoders do.
func capital(k manifest.Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }

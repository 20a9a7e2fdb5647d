package bridge

import (
	"fmt"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// wrapper writes the function that takes the arguments of a call from the frame, calls the
// plugin, and puts the results into the frame. The names that it declares hide none of the
// plugin's types to which arguments are converted.
func (g *goFile) wrapper(r *routine) {
	fmt.Fprintf(&g.body, "\n// %s\nfunc %s(winplugin_f *winplugin_wire.Frame) {\n", r.comment, r.name)
	args := g.arguments(r.params)
	exprs := r.call(g, args)
	for i, v := range r.params {
		if v.m.Kind == manifest.Interface && g.manifest.Types.IsKnown(v.m) {
			fmt.Fprintf(&g.body, "\twinplugin_codec.Settle(%s)\n", args[i])
		}
		if v.form == manifest.FormObject && v.m.Kind == manifest.Chan && v.m.Dir != "recv" {
			fmt.Fprintf(&g.body, "\twinplugin_pluginrt.SettleChan(%s)\n", args[i])
		}
	}
	for _, v := range r.updated {
		exprs = append(exprs, args[v.index])
	}
	results := r.results
	if r.recv {
		fmt.Fprintf(&g.body, "\tif %s == winplugin_pluginrt.Done {\n", exprs[1])
		g.setResults(results[:1], nil, exprs)
		g.body.WriteString("\t}\n")
		results, exprs = results[1:], exprs[1:]
	}
	g.setResults(results, r.updated, exprs)
	g.body.WriteString("}\n")
}

// call writes the call of a function, with the results in r0, r1, …
func (g *goFile) call(f *source.Function, args []string) []string {
	return g.callAs(g.expression(f), &f.Function, args)
}

// expression returns the expression of a function of the manifest.
func (g *goFile) expression(f *source.Function) string {
	if f.Receiver != "" {
		return "(" + g.typ(f.Type.Params().At(0).Type()) + ")." + f.Object.Name()
	}
	name := g.name(f.Object)
	if f.TypeArgs != nil {
		var list []string
		for _, t := range f.TypeArgs {
			list = append(list, g.typ(t))
		}
		name += "[" + strings.Join(list, ", ") + "]"
	}
	return name
}

// callAs writes a call of the function that an expression names.
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

// arguments writes the code that decodes the parameters that are messages, and returns the
// expressions of all arguments.
func (g *goFile) arguments(params []slot) []string {
	b := &g.body
	args := make([]string, len(params))
	objects := false
	for i, v := range params {
		take := ""
		switch v.form {
		case manifest.FormObject:
			take = fmt.Sprintf("%s(winplugin_pluginrt.Ref(winplugin_f, %d, %d))", g.importer(v.value), i, v.at)
		case manifest.FormContext:
			take = fmt.Sprintf("winplugin_pluginrt.Context(winplugin_f, %d, %d)", i, v.at)
		default:
			continue
		}
		args[i], objects = fmt.Sprintf("winplugin_a%d", i), true
		fmt.Fprintf(b, "\t%s := %s\n", args[i], take)
	}
	if objects {
		b.WriteString("\twinplugin_f.Status = 0\n")
	}
	for i, v := range params {
		if v.param.InOut && v.form == manifest.FormMessage {
			fmt.Fprintf(b, "\twinplugin_m%d := winplugin_f.Message(%d)\n", i, v.at)
		}
	}
	copies := g.copies(params)
	reading := false
	for i, v := range params {
		switch v.form {
		case manifest.FormObject, manifest.FormContext:
		case manifest.FormMessage:
			if g.holdsAny(v) {
				continue
			}
			args[i] = fmt.Sprintf("winplugin_a%d", i)
			if !reading {
				b.WriteString("\twinplugin_r := winplugin_pluginrt.Arguments(winplugin_f)\n")
				reading = true
			}
			fmt.Fprintf(b, "\tvar %s %s\n\t%s(winplugin_r.Next(%d, %d), &%[1]s)\n", args[i], g.typ(v.t), g.decoder(v.value), i, v.at)
		case manifest.FormBulk:
			if n, ok := copies[i]; ok {
				args[i] = fmt.Sprintf("winplugin_a%d", i)
				fmt.Fprintf(b, "\t%s := winplugin_pluginrt.CopyOf[%s](&winplugin_c, %d)\n", args[i], g.typ(g.parts(v.value)[0].t), n)
				continue
			}
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
	for i, v := range params {
		if g.holdsAny(v) {
			args[i] = fmt.Sprintf("winplugin_a%d", i)
			fmt.Fprintf(b, "\tvar %s %s = winplugin_pluginrt.%s(winplugin_f, %d, %d)\n", args[i], g.typ(v.t), g.dynamic(g.manifest.Types.Under(v.m)), i, v.at)
		}
	}
	return args
}

// holdsAny reports whether a parameter or result has a type of package pluginrt's Any and SetAny.
func (g *goFile) holdsAny(v slot) bool {
	m := g.manifest.Types.Under(v.m)
	return v.form == manifest.FormMessage && m.Kind == manifest.Interface && !m.IsError() && !g.manifest.Types.IsKnown(v.m)
}

// copies writes the code that copies slices of numbers, if the function may write to one of them.
// It returns the numbers of the copies by those of the parameters.
func (g *goFile) copies(params []slot) map[int]int {
	list := make(map[int]int)
	if !slices.ContainsFunc(params, func(v slot) bool { return v.isCopied() && v.param.Written }) {
		return list
	}
	b := &g.body
	b.WriteString("\tvar winplugin_c winplugin_pluginrt.Copies\n")
	for i, v := range params {
		if v.isCopied() {
			fmt.Fprintf(b, "\twinplugin_c.Add(winplugin_f, %d, unsafe.Sizeof(*new(%s)), %t)\n", v.at, g.typ(g.parts(v.value)[0].t), v.param.Written)
			list[i] = len(list)
		}
	}
	b.WriteString("\twinplugin_c.Begin()\n\tdefer winplugin_c.End()\n")
	return list
}

// isCopied reports whether the parameter is a slice of numbers that is copied.
func (v *slot) isCopied() bool {
	return v.form == manifest.FormBulk && !v.param.Borrow && !v.param.InOut
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

// setResults writes the code that puts the results into the frame. Messages come first and are
// encoded one after the other. A last error is a message if it is not nil.
func (g *goFile) setResults(results, updated []slot, exprs []string) {
	b := &g.body
	last := func(i int) bool { return i == len(results)-1 && results[i].m.IsError() }
	writing := false
	for i, v := range slices.Concat(results, updated) {
		if v.form != manifest.FormMessage || last(i) || i < len(results) && g.holdsAny(v) {
			continue
		}
		if !writing {
			b.WriteString("\twinplugin_w := winplugin_pluginrt.Results(winplugin_f)\n")
			writing = true
		}
		next := fmt.Sprintf("Next(%d, %d)", i, v.at)
		if i >= len(results) {
			next = fmt.Sprintf("NextUpdate(%d, %d, winplugin_m%d)", i, v.at, v.index)
		}
		fmt.Fprintf(b, "\t%s(winplugin_w.%s, &%s)\n", g.encoder(v.value), next, exprs[i])
	}
	if writing {
		b.WriteString("\twinplugin_w.Close()\n")
	}
	for i, v := range results {
		switch v.form {
		case manifest.FormObject:
			fmt.Fprintf(b, "\twinplugin_f.SetRef(%d, %s)\n", v.at, g.reference(v.value, exprs[i]))
		case manifest.FormContext:
			fmt.Fprintf(b, "\twinplugin_pluginrt.SetContext(winplugin_f, %d, %s)\n", v.at, exprs[i])
		case manifest.FormMessage:
			if g.holdsAny(v) {
				fmt.Fprintf(b, "\twinplugin_pluginrt.Set%s(winplugin_f, %d, %d, %s)\n", g.dynamic(g.manifest.Types.Under(v.m)), i, v.at, exprs[i])
			} else if last(i) {
				g.codecs.dynamic = true
				fmt.Fprintf(b, "\twinplugin_pluginrt.SetError(winplugin_f, %d, %d, %s)\n", i, v.at, exprs[i])
			}
		case manifest.FormBulk:
			fmt.Fprintf(b, "\twinplugin_pluginrt.SetSlice(winplugin_f, %d, %s)\n", v.at, exprs[i])
		case manifest.FormText:
			fmt.Fprintf(b, "\twinplugin_pluginrt.SetString(winplugin_f, %d, %s)\n", v.at, plain(v.m, exprs[i]))
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
		return "winplugin_pluginrt." + capital(k)
	}
	return string(k)
}

// capital names a kind as methods of the frame and of encoders do.
func capital(k manifest.Kind) string { return strings.ToUpper(string(k[:1])) + string(k[1:]) }

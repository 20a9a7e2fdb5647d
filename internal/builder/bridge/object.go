package bridge

import (
	"fmt"
	"go/types"
	"strings"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// objects are the types that cross by reference. For each there is a function
// that finds the value for a reference that came from the host:
//
//	func winplugin_t3(ref winplugin_wire.Ref) T
//
// For an interface that the host may implement there is a type that calls the host's
// methods, winplugin_x3, and for a function type winplugin_x3 makes a closure.
type objects struct {
	number  map[string]int // by the expression of the type
	values  []value
	written int
}

// importer returns the name of the function that finds values of a type.
func (g *goFile) importer(v value) string {
	key := g.typ(v.t)
	n, ok := g.objects.number[key]
	if !ok {
		n = len(g.objects.values)
		g.objects.number[key] = n
		g.objects.values = append(g.objects.values, v)
	}
	return fmt.Sprintf("winplugin_t%d", n)
}

// reference returns the expression of the reference of a value, which is a variable.
func (g *goFile) reference(v value, x string) string {
	switch g.manifest.Types.Under(v.m).Kind {
	case manifest.Interface:
		return "winplugin_pluginrt.ExportInterface(" + x + ")"
	case manifest.Chan:
		return fmt.Sprintf("winplugin_pluginrt.ExportChan(%s, %[1]s == nil)", x)
	case manifest.Func:
		return fmt.Sprintf("winplugin_pluginrt.ExportFunc(%s, %[1]s == nil)", x)
	case manifest.Struct:
		return "winplugin_pluginrt.ExportValue(" + address(x) + ")"
	}
	return "winplugin_pluginrt.ExportPointer(" + x + ")"
}

// writeObjects writes the functions that were asked for.
func (g *goFile) writeObjects() {
	o := &g.objects
	for ; o.written < len(o.values); o.written++ {
		n, v := o.written, o.values[o.written]
		t := g.typ(v.t)
		take := ""
		switch u := v.t.Underlying().(type) {
		case *types.Pointer:
			take = fmt.Sprintf("ImportPointer[%s](winplugin_r)", g.typ(u.Elem()))
		case *types.Struct:
			take = fmt.Sprintf("ImportValue[%s](winplugin_r)", t)
		case *types.Interface:
			maker := "nil"
			if g.proxy(n, v, u) {
				maker = fmt.Sprintf("func(winplugin_r *winplugin_pluginrt.Remote) %s { return winplugin_pluginrt.ProxyOf[winplugin_x%d](winplugin_r) }", t, n)
			}
			take = fmt.Sprintf("ImportInterface[%s](winplugin_r, %s)", t, maker)
		case *types.Signature:
			maker := "nil"
			if g.closure(n, v, u) {
				maker = fmt.Sprintf("winplugin_x%d", n)
			}
			take = fmt.Sprintf("ImportFunc[%s](winplugin_r, %s)", t, maker)
		case *types.Chan:
			maker := "nil"
			if g.stream(n, v) {
				maker = fmt.Sprintf("winplugin_x%d", n)
			}
			take = fmt.Sprintf("ImportChan[%s](winplugin_r, %s)", t, maker)
		}
		fmt.Fprintf(&g.body, "\nfunc winplugin_t%d(winplugin_r winplugin_wire.Ref) %s { return winplugin_pluginrt.%s }\n", n, t, take)
	}
}

// proxy writes the type that calls an interface's methods in the host, or returns
// false: the host cannot implement it.
func (g *goFile) proxy(n int, v value, u *types.Interface) bool {
	receiver := v.m.Text()
	called := false
	for fn := range u.Methods() {
		if _, why := g.writeSignature(fn.Signature(), (*types.Package).Name); !fn.Exported() || why != "" {
			return false
		}
		if _, ok := g.callback[receiver+"."+fn.Name()]; ok {
			called = true
		}
	}
	if !called {
		return false
	}
	fmt.Fprintf(&g.body, "\n// A pointer to a winplugin_x%d is a %s of the host's.\ntype winplugin_x%[1]d winplugin_pluginrt.Proxy\n", n, v.m)
	fmt.Fprintf(&g.body, "\nfunc (winplugin_x *winplugin_x%d) Winplugin_Remote() *winplugin_pluginrt.Remote { return winplugin_pluginrt.RemoteOf(winplugin_x) }\n", n)
	g.encodings(n, u)
	for fn := range u.Methods() {
		fmt.Fprintf(&g.body, "\nfunc (winplugin_x *winplugin_x%d) %s", n, fn.Name())
		g.callHost("winplugin_x.Winplugin_Remote()", receiver+"."+fn.Name(), fn.Signature())
		g.body.WriteString("\n")
	}
	return true
}

// encodings writes the methods by which encoders get the host's value, and decoders and package
// fmt reach it, where the interface has none of that name.
func (g *goFile) encodings(n int, u *types.Interface) {
	for _, m := range []struct{ name, function, params, args, results string }{
		{"MarshalJSON", "ProxyJSON", "", "", "([]byte, error)"},
		{"MarshalText", "ProxyText", "", "", "([]byte, error)"},
		{"MarshalYAML", "ProxyYAML", "", "", "(any, error)"},
		{"UnmarshalJSON", "ProxyFromJSON", "winplugin_b []byte", ", winplugin_b", "error"},
		{"UnmarshalText", "ProxyFromText", "winplugin_b []byte", ", winplugin_b", "error"},
		{"UnmarshalYAML", "ProxyFromYAML", "func(any) error", "", "error"},
		{"Format", "ProxyFormat", "winplugin_s winplugin_pluginrt.State, winplugin_v rune", ", winplugin_s, winplugin_v", ""},
	} {
		if own, _, _ := types.LookupFieldOrMethod(u, false, nil, m.name); own == nil {
			keyword := "return "
			if m.results == "" {
				keyword = ""
			}
			fmt.Fprintf(&g.body, "\nfunc (winplugin_x *winplugin_x%d) %s(%s) %s { %swinplugin_pluginrt.%s(winplugin_x.Winplugin_Remote()%s) }\n", n, m.name, m.params, m.results, keyword, m.function, m.args)
		}
	}
}

// closure writes the function that makes a function which calls one of the host's.
// It is not inlined: package pluginrt recognizes the closures by their code.
func (g *goFile) closure(n int, v value, u *types.Signature) bool {
	if _, why := g.writeSignature(u, (*types.Package).Name); why != "" {
		return false
	}
	key := g.manifest.Types.Under(v.m).Text() + "."
	if _, ok := g.callback[key]; !ok {
		return false
	}
	fmt.Fprintf(&g.body, "\n//go:noinline\nfunc winplugin_x%d(winplugin_x *winplugin_pluginrt.Remote) %s {\n\treturn func", n, g.typ(v.t))
	g.callHost("winplugin_x", key, u)
	g.body.WriteString("\n}\n")
	return true
}

// stream writes the function that makes a channel which is connected to one of the
// host's.
func (g *goFile) stream(n int, v value) bool {
	key := g.manifest.Types.Under(v.m).Text() + "."
	for _, op := range []struct{ name, connect string }{
		{"recvMany", "ReceiveFrom"}, {"recv", "ReceiveEachFrom"}, {"sendMany", "SendTo"}, {"send", "SendEachTo"},
	} {
		i, ok := g.callback[key+op.name]
		if !ok {
			continue
		}
		fmt.Fprintf(&g.body, "\nfunc winplugin_x%d(winplugin_x *winplugin_pluginrt.Remote) %s {\n", n, g.typ(v.t))
		fmt.Fprintf(&g.body, "\treturn winplugin_pluginrt.%s(winplugin_x, func", op.connect)
		g.callHost("winplugin_x", key+op.name, withoutReceiver(g.callbacks[i].Type))
		if strings.HasPrefix(op.name, "send") {
			g.body.WriteString(", func")
			g.callHost("winplugin_x", key+"close", types.NewSignatureType(nil, nil, nil, nil, nil, false))
		}
		g.body.WriteString(")\n}\n")
		return true
	}
	return false
}

func withoutReceiver(sig *types.Signature) *types.Signature {
	var params []*types.Var
	for i := 1; i < sig.Params().Len(); i++ {
		params = append(params, sig.Params().At(i))
	}
	return types.NewSignatureType(nil, nil, nil, types.NewTuple(params...), sig.Results(), sig.Variadic())
}

// callHost writes the signature and the body of a function that calls the host.
func (g *goFile) callHost(remote, key string, sig *types.Signature) {
	var lists [2][]string
	var arguments []string
	for i := range sig.Params().Len() {
		t := sig.Params().At(i).Type()
		expr := ""
		if sig.Variadic() && i == sig.Params().Len()-1 {
			expr = "..." + g.typ(t.Underlying().(*types.Slice).Elem())
		} else {
			expr = g.typ(t)
		}
		arguments = append(arguments, fmt.Sprintf("winplugin_a%d", i+1))
		lists[0] = append(lists[0], fmt.Sprintf("winplugin_a%d %s", i+1, expr))
	}
	for i := range sig.Results().Len() {
		lists[1] = append(lists[1], fmt.Sprintf("winplugin_r%d %s", i, g.typ(sig.Results().At(i).Type())))
	}
	signature := fmt.Sprintf("(%s) (%s) {\n", strings.Join(lists[0], ", "), strings.Join(lists[1], ", "))
	g.body.WriteString(signature)
	if isIterator(sig) {
		if sig.Results().Len() > 0 {
			g.body.WriteString("\treturn ")
		}
		g.body.WriteString("winplugin_pluginrt.Iterator(func" + signature)
		defer func() { fmt.Fprintf(&g.body, ")(%s)\n}", strings.Join(arguments, ", ")) }()
	}
	failure := "nil"
	if n := sig.Results().Len(); n > 0 && isError(sig.Results().At(n-1).Type()) {
		failure = fmt.Sprintf("&winplugin_r%d", n-1)
	}
	if index, ok := g.callback[key]; ok {
		g.hostCall(remote, index, failure)
	} else {
		reason := g.notCalled[key]
		if reason == "" {
			reason = "it is too far from the plugin's own types; include it by WithMethods"
		}
		fmt.Fprintf(&g.body, "\twinplugin_pluginrt.Unsupported(%s, %q)\n", failure, key+" cannot be called in the host: "+reason)
	}
	g.body.WriteString("\treturn\n}")
}

// isIterator is coroutine.IsIterator.
func isIterator(sig *types.Signature) bool {
	params, results := sig.Params(), sig.Results()
	if params.Len() == 0 || sig.Variadic() || results.Len() > 1 || results.Len() == 1 && !isError(results.At(0).Type()) {
		return false
	}
	yield, ok := params.At(params.Len() - 1).Type().Underlying().(*types.Signature)
	if !ok || yield.Variadic() || yield.Results().Len() != 1 {
		return false
	}
	b, ok := yield.Results().At(0).Type().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Bool
}

func isError(t types.Type) bool { return types.Identical(t, types.Universe.Lookup("error").Type()) }

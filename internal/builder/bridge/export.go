package bridge

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// cTypes is C that the generated Go file and the header share.
const cTypes = `#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#ifndef WINPLUGIN_BYTES
#define WINPLUGIN_BYTES
typedef struct { char *data; int64_t len; } winplugin_bytes;
#endif
`

// cType is the type of the plain C export for a Go type. Strings, byte slices
// and errors are winplugin_bytes.
func cType(t *manifest.Type) string {
	switch t.Kind {
	case manifest.Bool:
		return "bool"
	case manifest.Int:
		return "int64_t" // Go's int on every supported system
	case manifest.Uint:
		return "uint64_t"
	case manifest.Float32:
		return "float"
	case manifest.Float64:
		return "double"
	case manifest.String, manifest.Slice, manifest.Interface:
		return "winplugin_bytes"
	}
	return string(t.Kind) + "_t"
}

// inC reports whether C can express a function: scalars but for complex ones, strings,
// []byte, and a last error. A method has no C export.
func inC(f *source.Function) bool {
	plain := func(p manifest.Param) bool {
		return p.Type.Kind.IsScalar() || p.Type.Kind == manifest.String || p.Type.IsBytes()
	}
	results := f.Results
	if n := len(results); n > 0 && results[n-1].Type.IsError() {
		results = results[:n-1]
	}
	other := func(p manifest.Param) bool { return !plain(p) }
	return f.Receiver == "" && f.TypeArgs == nil && !slices.ContainsFunc(f.Params, other) && !slices.ContainsFunc(results, other)
}

// export writes the plain C export of a function.
func (g *goFile) export(symbol string, r *routine) {
	b := &g.body
	params, args := make([]string, len(r.params)), make([]string, len(r.params))
	for i, v := range r.params {
		arg := fmt.Sprintf("winplugin_a%d", i) // hides no type of the plugin's
		params[i] = arg + " C." + cType(v.m)
		switch {
		case v.m.IsBytes():
			args[i] = "winplugin_in(" + arg + ")"
		case v.m.Kind == manifest.String:
			args[i] = g.convert(v.value, "string(winplugin_in("+arg+"))")
		default:
			args[i] = g.convert(v.value, string(v.m.Kind)+"("+arg+")")
		}
	}
	results, values := make([]string, len(r.results)), make([]string, len(r.results))
	for i, v := range r.results {
		r := fmt.Sprintf("r%d", i)
		results[i] = "C." + cType(v.m)
		switch {
		case v.m.IsError():
			values[i] = "winplugin_out(winplugin_pluginrt.ErrorText(" + r + "))"
		case v.m.IsBytes():
			values[i] = "winplugin_out(" + r + ")"
		case v.m.Kind == manifest.String:
			values[i] = "winplugin_out(winplugin_pluginrt.Text(" + plain(v.m, r) + "))"
		default:
			values[i] = fmt.Sprintf("C.%s(%s)", cType(v.m), r)
		}
	}
	fmt.Fprintf(b, "\n//export %s\nfunc %[1]s(%s) (%s) {\n", symbol, strings.Join(params, ", "), strings.Join(results, ", "))
	for i, v := range r.params {
		if v.m.IsBytes() || v.m.Kind == manifest.String {
			g.checkBytes(fmt.Sprintf("winplugin_a%d", i), label(symbol+": parameter", i, *v.param), r.results)
		}
	}
	r.call(g, args)
	if len(values) > 0 {
		fmt.Fprintf(b, "\treturn %s\n", strings.Join(values, ", "))
	}
	b.WriteString("}\n")
}

// HeaderStart and HeaderEnd are the ends of the first line of each header.
const (
	HeaderStart = "/* Plugin "
	HeaderEnd   = ", made by winplugin. Do not edit."
)

// checkBytes writes the check of bytes that a C caller passes. A function with a last
// error returns the refusal, and any other panics.
func (g *goFile) checkBytes(arg, parameter string, results []slot) {
	b := &g.body
	check := fmt.Sprintf("Bytes(unsafe.Pointer(%s.data), int64(%[1]s.len), %q)", arg, parameter)
	last := len(results) - 1
	if last < 0 || !results[last].m.IsError() {
		fmt.Fprintf(b, "\twinplugin_pluginrt.Must%s\n", check)
		return
	}
	fmt.Fprintf(b, "\tif winplugin_e := winplugin_pluginrt.Refuse%s; winplugin_pluginrt.IsSet(winplugin_e) {\n", check)
	values := make([]string, last)
	for i := range values {
		values[i] = fmt.Sprintf("winplugin_z%d", i)
		fmt.Fprintf(b, "\t\tvar %s C.%s\n", values[i], cType(results[i].m))
	}
	fmt.Fprintf(b, "\t\treturn %s\n\t}\n", strings.Join(append(values, "winplugin_out(winplugin_e)"), ", "))
}

// header returns the C header that declares the exports, or nil if there are none.
func (p *planned) header() []byte {
	exports := slices.DeleteFunc(slices.Clone(p.manifest.Functions), func(f manifest.Function) bool { return f.Symbol == "" })
	if len(exports) == 0 {
		return nil
	}
	var b bytes.Buffer
	guard := "WINPLUGIN_" + strings.ToUpper(manifest.Symbol(p.model.Name, "H"))
	fmt.Fprintf(&b, HeaderStart+"%s"+HeaderEnd+`
 *
 * Bytes and strings that are passed in stay the caller's. Those that are returned
 * are the caller's too: free them with winplugin_free. An error is its text, with
 * data NULL for none. A negative length, or data NULL with a length, is an error of
 * functions that return one. For others it is a panic, and a panic ends the process,
 * as it does in any Go program. A length must not exceed the memory at data. */
#ifndef %s
#define %[2]s
%s
#ifdef __cplusplus
extern "C" {
#endif

void winplugin_free(void *data);
`, p.model.Name, guard, cTypes)
	for i := range exports {
		f := &exports[i]
		// A comment end inside the signature cannot occur: types have no such text.
		fmt.Fprintf(&b, "\n/* %s */\n", f.Signature())
		result := "void"
		switch {
		case len(f.Results) == 1:
			result = cType(&f.Results[0].Type)
		case len(f.Results) > 1:
			result = "struct " + f.Symbol + "_return"
			fmt.Fprintf(&b, "%s {", result)
			for j := range f.Results {
				fmt.Fprintf(&b, " %s r%d;", cType(&f.Results[j].Type), j)
			}
			b.WriteString(" };\n")
		}
		params := make([]string, len(f.Params))
		for j := range f.Params {
			params[j] = fmt.Sprintf("%s a%d", cType(&f.Params[j].Type), j)
		}
		if len(params) == 0 {
			params = []string{"void"}
		}
		fmt.Fprintf(&b, "%s %s(%s);\n", result, f.Symbol, strings.Join(params, ", "))
	}
	b.WriteString("\n#ifdef __cplusplus\n}\n#endif\n#endif\n")
	return b.Bytes()
}

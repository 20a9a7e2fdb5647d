package e2e

import (
	"errors"
	"fmt"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["gojq"] = twin{path: "github.com/itchyny/gojq", run: gojqTwin}
	twins["goja"] = twin{path: "github.com/dop251/goja", run: gojaTwin}
	twins["lua"] = twin{path: "github.com/yuin/gopher-lua", run: luaTwin}
	twins["govaluate"] = twin{path: "github.com/Knetic/govaluate", quick: true, run: govaluateTwin}
}

// errorType reports whether an error of the plugin's has the type.
func errorType(err error, name string) bool {
	var er *winplugin.ErrorResult
	return errors.As(err, &er) && er.Type == name
}

func gojqTwin(r *corpusRun) {
	input := map[string]any{"a": []any{1, 2, 3}, "b": "x"}
	query := func(text string) any { return r.do("Parse", text) }
	first := func(iter any) any { return on(iter, "Next").([]any)[0] }
	r.step("iter", func() any {
		it := on(query(".a[] * 2"), "Run", input)
		next := must(winplugin.Method[func() (any, bool)](it.(*winplugin.Object), "Next"))
		var out []any
		for v, ok := next(); ok; v, ok = next() {
			out = append(out, v)
		}
		return out
	})
	r.step("error", func() any { v := first(on(query(".b.c"), "Run", input)); _, ok := v.(error); return fmt.Sprint(v, ok) })
	r.step("compile", func() any {
		sum := func(_ any, a []any) any { return a[0].(int) + a[1].(int) }
		c := r.do("Compile", query("$x + f(1; 2)"), r.do("WithVariables", []string{"$x"}), r.do("WithFunction", "f", 2, 2, sum))
		return first(on(c, "Run", nil, 40))
	})
	r.step("syntax", func() any {
		_, err := r.try("Parse", ".a[")
		return fmt.Sprint(err, errorType(err, "*gojq.ParseError"))
	})
	r.step("query", func() any { return on(query(".a|map(.+1)"), "String") })
	r.step("object", func() any { return asJSON(first(on(query("{n: .a|length, b}"), "Run", input))) })
	r.step("compare", func() any {
		return fmt.Sprint(r.do("Compare", 1, "a"), r.do("TypeOf", []any{}), r.do("Preview", strings.Repeat("x", 50)))
	})
}

// corpusPerson has a method that no interface of the standard library has.
type corpusPerson struct {
	Name string
	Age  int
}

func (p *corpusPerson) Greet(who string) string { return "hello " + who + ", I am " + p.Name }

func gojaTwin(r *corpusRun) {
	vm := func() any { return r.do("New") }
	r.step("run", func() any { return on(on(vm(), "RunString", "1+2*3"), "Export") })
	r.step("set", func() any {
		vm := vm()
		on(vm, "Set", "add", func(a, b int) int { return a + b })
		on(vm, "Set", "m", map[string]any{"k": 4})
		return on(on(vm, "RunString", "add(2, m.k) + 'x'"), "String")
	})
	r.step("native", func() any {
		vm := vm()
		on(vm, "Set", "f", func(args ...any) int64 { return args[0].(int64) + int64(len(args)) })
		return on(on(vm, "RunString", "f(40, 1)"), "Export")
	})
	r.step("struct", func() any {
		vm := vm()
		on(vm, "Set", "p", &corpusPerson{"Ada", 36})
		return on(on(vm, "RunString", "p.Age++; p.Greet('you') + p.Age"), "String")
	})
	r.step("export", func() any {
		vm := vm()
		var fn func(string) string
		on(vm, "RunString", "function up(s) { return s.toUpperCase() }")
		_, err := tryOn(vm, "ExportTo", on(vm, "Get", "up"), &fn)
		return fmt.Sprint(fn("abc"), err)
	})
	r.step("exportto", func() any {
		vm := vm()
		var p corpusPerson
		_, err := tryOn(vm, "ExportTo", on(vm, "RunString", "({Name: 'Bob', Age: 5})"), &p)
		return fmt.Sprint(p, err)
	})
	r.step("throw", func() any {
		_, err := tryOn(vm(), "RunString", "throw new Error('no')")
		return fmt.Sprint(errorType(err, "*goja.Exception"), on(errorObject(err), "Value"))
	})
	r.step("call", func() any {
		vm := vm()
		on(vm, "RunString", "function f(a, b) { return this.z + a + b }")
		results := r.do("AssertFunction", on(vm, "Get", "f")).([]any)
		f := results[0].(func(*winplugin.Object, ...*winplugin.Object) (*winplugin.Object, error))
		o := on(vm, "NewObject").(*winplugin.Object)
		on(o, "Set", "z", 10)
		return fmt.Sprint(must(f(o, on(vm, "ToValue", 1).(*winplugin.Object), on(vm, "ToValue", 2).(*winplugin.Object))), results[1])
	})
	r.step("json", func() any { return asJSON(on(vm(), "RunString", "({a: [1, 'x', null], b: {c: true}})")) })
	r.step("undefined", func() any {
		return fmt.Sprint(r.do("IsUndefined", r.do("Undefined")), r.do("IsNull", r.do("Null")), r.do("NaN"))
	})
	r.step("compile", func() any {
		return on(on(vm(), "RunProgram", r.do("MustCompile", "x.js", "var x = 6; x*7", true)), "ToInteger")
	})
}

func luaTwin(r *corpusRun) {
	run := func(code string, set ...any) (L any, err error) {
		L = r.do("NewState")
		for i := 0; i < len(set); i += 2 {
			on(L, "SetGlobal", set[i], set[i+1])
		}
		_, err = tryOn(L, "DoString", code)
		return L, err
	}
	number := func(n float64) any { return r.make("LNumber", n) }
	r.step("eval", func() any { return on(must(run("x = 1 + 2")), "GetGlobal", "x") })
	r.step("set", func() any {
		L, err := run("r = s .. n", "n", number(3), "s", r.make("LString", "str"))
		return fmt.Sprint(fmt.Sprint(on(L, "GetGlobal", "r")), err)
	})
	r.step("func", func() any {
		L := r.do("NewState")
		double := func(L *winplugin.Object) int {
			on(L, "Push", number(float64(on(L, "CheckInt", 1).(int)*2)))
			return 1
		}
		on(L, "SetGlobal", "double", on(L, "NewFunction", double))
		_, err := tryOn(L, "DoString", "r = double(21)")
		return fmt.Sprint(on(L, "GetGlobal", "r"), err)
	})
	r.step("call", func() any {
		L := must(run("function f(a, b) return a * b end"))
		_, err := tryOn(L, "CallByParam", r.make("P", map[string]any{"Fn": on(L, "GetGlobal", "f"), "NRet": 1, "Protect": true}), number(6), number(7))
		return fmt.Sprint(on(L, "Get", -1), err)
	})
	r.step("table", func() any {
		t := on(r.do("NewState"), "NewTable")
		on(t, "RawSetString", "k", r.make("LBool", true))
		on(t, "Append", number(5))
		return fmt.Sprint(on(t, "Len"), on(t, "RawGetString", "k"), on(t, "RawGetInt", 1), on(t, "RawGetString", "none") == any(variableOf[*winplugin.Object](r, "LNil")))
	})
	r.step("foreach", func() any {
		var out []string
		on(on(must(run("t = {10, 20}")), "GetGlobal", "t"), "ForEach", func(k, v *winplugin.Object) {
			out = append(out, fmt.Sprint(on(k, "String"), "=", on(v, "String")))
		})
		return out
	})
	r.step("error", func() any {
		_, err := run("error('no')")
		return fmt.Sprint(errorType(err, "*lua.ApiError"), fmt.Sprint(field(errorObject(err), "Object")))
	})
	r.step("type", func() any {
		return fmt.Sprint(on(number(1), "Type"), r.do("LVAsBool", variableOf[*winplugin.Object](r, "LFalse")), r.constant("LTString"))
	})
}

// corpusParameters gives parameters.
type corpusParameters struct{}

func (corpusParameters) Get(name string) (any, error) {
	if name == "x" {
		return 40.0, nil
	}
	return 2.0, nil
}

func govaluateTwin(r *corpusRun) {
	expression := func(text string) any { return r.do("NewEvaluableExpression", text) }
	r.step("eval", func() any { return on(expression("a * 2 + 1"), "Evaluate", map[string]any{"a": 20.5}) })
	r.step("funcs", func() any {
		e := r.do("NewEvaluableExpressionWithFunctions", "len2(s) > 2 && up(s) == 'ABC'", map[string]func(...any) (any, error){
			"len2": func(a ...any) (any, error) { return float64(len(a[0].(string))), nil },
			"up":   func(a ...any) (any, error) { return strings.ToUpper(a[0].(string)), nil },
		})
		return on(e, "Evaluate", map[string]any{"s": "abc"})
	})
	r.step("vars", func() any {
		e := expression("foo + bar")
		return fmt.Sprint(on(e, "Vars"), e, length(on(e, "Tokens")))
	})
	r.step("params", func() any { return on(expression("x + y"), "Eval", corpusParameters{}) })
	r.step("field", func() any {
		return on(expression("p.Name + p.Greet('you')"), "Evaluate", map[string]any{"p": &corpusPerson{"Ada", 36}})
	})
	r.step("missing", func() any { _, err := tryOn(expression("q"), "Evaluate", nil); return err })
	r.step("bad", func() any { _, err := r.try("NewEvaluableExpression", "1 +"); return err })
}

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/Knetic/govaluate"
	"github.com/dop251/goja"
	"github.com/itchyny/gojq"
	lua "github.com/yuin/gopher-lua"

	. "example.com/corpus/steps"
)

type person struct {
	Name string
	Age  int
}

func (p *person) Greet(who string) string { return "hello " + who + ", I am " + p.Name }

func init() {
	Case("gojq", func() {
		input := map[string]any{"a": []any{1, 2, 3}, "b": "x"}
		Step("iter", func() any {
			it := Must(gojq.Parse(".a[] * 2")).Run(input)
			var out []any
			for v, ok := it.Next(); ok; v, ok = it.Next() {
				out = append(out, v)
			}
			return out
		})
		Step("error", func() any {
			v, _ := Must(gojq.Parse(".b.c")).Run(input).Next()
			_, ok := v.(error)
			return fmt.Sprint(v, ok)
		})
		Step("compile", func() any {
			c := Must(gojq.Compile(Must(gojq.Parse("$x + f(1; 2)")), gojq.WithVariables([]string{"$x"}),
				gojq.WithFunction("f", 2, 2, func(_ any, a []any) any { return a[0].(int) + a[1].(int) })))
			v, _ := c.Run(nil, 40).Next()
			return v
		})
		Step("syntax", func() any {
			_, err := gojq.Parse(".a[")
			var pe *gojq.ParseError
			return fmt.Sprint(err, errors.As(err, &pe))
		})
		Step("query", func() any { return Must(gojq.Parse(".a|map(.+1)")).String() })
		Step("object", func() any { v, _ := Must(gojq.Parse("{n: .a|length, b}")).Run(input).Next(); return J(v) })
		Step("compare", func() any {
			return fmt.Sprint(gojq.Compare(1, "a"), gojq.TypeOf([]any{}), gojq.Preview(strings.Repeat("x", 50)))
		})
	})
	Case("goja", func() {
		Step("run", func() any { return Must(goja.New().RunString("1+2*3")).Export() })
		Step("set", func() any {
			vm := goja.New()
			vm.Set("add", func(a, b int) int { return a + b })
			vm.Set("m", map[string]any{"k": 4})
			return Must(vm.RunString("add(2, m.k) + 'x'")).String()
		})
		Step("native", func() any {
			vm := goja.New()
			vm.Set("f", func(c goja.FunctionCall) goja.Value {
				return vm.ToValue(c.Argument(0).ToInteger() + int64(len(c.Arguments)))
			})
			return Must(vm.RunString("f(40, 1)")).Export()
		})
		Step("struct", func() any {
			vm := goja.New()
			vm.Set("p", &person{"Ada", 36})
			return Must(vm.RunString("p.Age++; p.Greet('you') + p.Age")).String()
		})
		Step("export", func() any {
			vm := goja.New()
			var fn func(string) string
			Must(vm.RunString("function up(s) { return s.toUpperCase() }"))
			err := vm.ExportTo(vm.Get("up"), &fn)
			return fmt.Sprint(fn("abc"), err)
		})
		Step("exportto", func() any {
			vm := goja.New()
			var p person
			err := vm.ExportTo(Must(vm.RunString("({Name: 'Bob', Age: 5})")), &p)
			return fmt.Sprint(p, err)
		})
		Step("throw", func() any {
			_, err := goja.New().RunString("throw new Error('no')")
			var ex *goja.Exception
			return fmt.Sprint(errors.As(err, &ex), ex.Value())
		})
		Step("call", func() any {
			vm := goja.New()
			Must(vm.RunString("function f(a, b) { return this.z + a + b }"))
			f, ok := goja.AssertFunction(vm.Get("f"))
			o := vm.NewObject()
			o.Set("z", 10)
			return fmt.Sprint(Must(f(o, vm.ToValue(1), vm.ToValue(2))), ok)
		})
		Step("json", func() any { return J(Must(goja.New().RunString("({a: [1, 'x', null], b: {c: true}})"))) })
		Step("undefined", func() any {
			return fmt.Sprint(goja.IsUndefined(goja.Undefined()), goja.IsNull(goja.Null()), goja.NaN())
		})
		Step("compile", func() any {
			return Must(goja.New().RunProgram(goja.MustCompile("x.js", "var x = 6; x*7", true))).ToInteger()
		})
	})
	Case("lua", func() {
		Step("eval", func() any {
			L := lua.NewState()
			defer L.Close()
			if err := L.DoString("x = 1 + 2"); err != nil {
				return err
			}
			return L.GetGlobal("x")
		})
		Step("set", func() any {
			L := lua.NewState()
			defer L.Close()
			L.SetGlobal("n", lua.LNumber(3))
			L.SetGlobal("s", lua.LString("str"))
			err := L.DoString("r = s .. n")
			return fmt.Sprint(L.GetGlobal("r"), err)
		})
		Step("func", func() any {
			L := lua.NewState()
			defer L.Close()
			L.SetGlobal("double", L.NewFunction(func(L *lua.LState) int { L.Push(lua.LNumber(L.CheckInt(1) * 2)); return 1 }))
			err := L.DoString("r = double(21)")
			return fmt.Sprint(L.GetGlobal("r"), err)
		})
		Step("call", func() any {
			L := lua.NewState()
			defer L.Close()
			if err := L.DoString("function f(a, b) return a * b end"); err != nil {
				return err
			}
			err := L.CallByParam(lua.P{Fn: L.GetGlobal("f"), NRet: 1, Protect: true}, lua.LNumber(6), lua.LNumber(7))
			return fmt.Sprint(L.Get(-1), err)
		})
		Step("table", func() any {
			L := lua.NewState()
			defer L.Close()
			t := L.NewTable()
			t.RawSetString("k", lua.LBool(true))
			t.Append(lua.LNumber(5))
			return fmt.Sprint(t.Len(), t.RawGetString("k"), t.RawGetInt(1), t.RawGetString("none") == lua.LNil)
		})
		Step("foreach", func() any {
			L := lua.NewState()
			defer L.Close()
			if err := L.DoString("t = {10, 20}"); err != nil {
				return err
			}
			var out []string
			L.GetGlobal("t").(*lua.LTable).ForEach(func(k, v lua.LValue) { out = append(out, k.String()+"="+v.String()) })
			return out
		})
		Step("error", func() any {
			L := lua.NewState()
			defer L.Close()
			err := L.DoString("error('no')")
			var ae *lua.ApiError
			return fmt.Sprint(errors.As(err, &ae), ae.Object)
		})
		Step("type", func() any { return fmt.Sprint(lua.LNumber(1).Type(), lua.LVAsBool(lua.LFalse), lua.LTString) })
	})
	Case("govaluate", func() {
		Step("eval", func() any {
			return Must(Must(govaluate.NewEvaluableExpression("a * 2 + 1")).Evaluate(map[string]any{"a": 20.5}))
		})
		Step("funcs", func() any {
			e := Must(govaluate.NewEvaluableExpressionWithFunctions("len2(s) > 2 && up(s) == 'ABC'", map[string]govaluate.ExpressionFunction{
				"len2": func(a ...any) (any, error) { return float64(len(a[0].(string))), nil },
				"up":   func(a ...any) (any, error) { return strings.ToUpper(a[0].(string)), nil },
			}))
			return Must(e.Evaluate(map[string]any{"s": "abc"}))
		})
		Step("vars", func() any {
			e := Must(govaluate.NewEvaluableExpression("foo + bar"))
			return fmt.Sprint(e.Vars(), e, len(e.Tokens()))
		})
		Step("params", func() any { return Must(Must(govaluate.NewEvaluableExpression("x + y")).Eval(xy{})) })
		Step("field", func() any {
			return Must(Must(govaluate.NewEvaluableExpression("p.Name + p.Greet('you')")).Evaluate(map[string]any{"p": &person{"Ada", 36}}))
		})
		Step("missing", func() any { _, err := Must(govaluate.NewEvaluableExpression("q")).Evaluate(nil); return err })
		Step("bad", func() any { _, err := govaluate.NewEvaluableExpression("1 +"); return err })
	})
}

// xy gives parameters.
type xy struct{}

func (xy) Get(name string) (any, error) {
	if name == "x" {
		return 40.0, nil
	}
	return 2.0, nil
}

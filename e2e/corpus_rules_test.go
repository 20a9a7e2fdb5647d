package e2e

import (
	"errors"
	"fmt"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["cel"] = twin{
		module: "more", path: "github.com/google/cel-go/cel",
		more: []string{"github.com/google/cel-go/common/types"}, run: celTwin,
	}
	twins["koanf"] = twin{module: "more", path: "github.com/knadh/koanf/v2", run: koanfTwin}
	twins["lexer"] = twin{module: "more", path: "github.com/alecthomas/participle/v2/lexer", run: lexerTwin}
}

// elements returns the elements of a slice.
func elements(v any) []any {
	list := make([]any, length(v))
	for i := range list {
		list[i] = element(v, i)
	}
	return list
}

func celTwin(r *corpusRun) {
	compile := func(env any, text string) (any, any) {
		results := on(env, "Compile", text).([]any)
		return results[0], results[1]
	}
	run := func(env, ast, vars any, opts ...any) (any, error) {
		results, err := tryOn(on(env, "Program", append([]any{ast}, opts...)...), "Eval", vars)
		if err != nil {
			return nil, err
		}
		return results.([]any)[0], nil
	}
	eval := func(env any, text string, vars any) any {
		ast, issues := compile(env, text)
		if issues != nil {
			if _, err := tryOn(issues, "Err"); err != nil {
				return err
			}
		}
		v, err := run(env, ast, vars)
		if err != nil {
			return err
		}
		return on(v, "Value")
	}
	kind := func(name string) *winplugin.Object { return variableOf[*winplugin.Object](r, name) }
	mapType := variableOf[func(key, elem *winplugin.Object) *winplugin.Object](r, "MapType")
	env := r.do("NewEnv", r.do("Variable", "name", kind("StringType")), r.do("Variable", "n", kind("IntType")),
		r.do("Variable", "m", mapType(kind("StringType"), kind("DynType"))))
	r.step("eval", func() any { return eval(env, `"Hello, " + name + "!"`, map[string]any{"name": "Ada"}) })
	r.step("math", func() any { return eval(env, `n * 2 > 5 && n in [1, 2, 3]`, map[string]any{"n": 3}) })
	r.step("map", func() any {
		return eval(env, `m.a.b + m["c"]`, map[string]any{"m": map[string]any{"a": map[string]any{"b": 1.5}, "c": 2.0}})
	})
	r.step("list", func() any {
		var out []any
		for _, e := range elements(eval(env, `[1, 2, 3].map(x, x * n)`, map[string]any{"n": 2})) {
			out = append(out, on(e, "Value"))
		}
		return out
	})
	r.step("compile", func() any { return eval(env, `nope + 1`, nil) })
	r.step("type", func() any { return eval(env, `name + 1`, nil) })
	r.step("missing", func() any { return eval(env, `name`, map[string]any{}) })
	r.step("divide", func() any { return eval(env, `1 / (n - n)`, map[string]any{"n": 3}) })
	r.step("output", func() any {
		ast, _ := compile(env, `{"a": n}`)
		return fmt.Sprint(on(ast, "OutputType"), on(ast, "IsChecked"))
	})
	r.step("function", func() any {
		text := kind("StringType")
		upper := func(v *winplugin.Object) *winplugin.Object {
			return r.make("types.String", strings.ToUpper(on(v, "Value").(string)))
		}
		e := on(env, "Extend", r.do("Function", "shout",
			r.do("Overload", "shout_string", []*winplugin.Object{text}, text, r.do("UnaryBinding", upper))))
		return eval(e, `shout(name)`, map[string]any{"name": "abc"})
	})
	r.step("native", func() any {
		ast, _ := compile(env, `{"a": n, "b": 2}`)
		v, err := run(env, ast, map[string]any{"n": 1}, r.do("EvalOptions", r.constant("OptOptimize")))
		return fmt.Sprint(on(v, "Type"), err)
	})
}

// pairs is a provider and a parser of koanf.
type pairs struct{ text string }

func (p pairs) ReadBytes() ([]byte, error)    { return []byte(p.text), nil }
func (p pairs) Read() (map[string]any, error) { return nil, errors.New("not read so") }

func (pairs) Unmarshal(b []byte) (map[string]any, error) {
	m := map[string]any{}
	for _, line := range strings.Fields(string(b)) {
		k, v, _ := strings.Cut(line, "=")
		m[k] = v
	}
	return m, nil
}

func (pairs) Marshal(m map[string]any) ([]byte, error) { return fmt.Appendf(nil, "%v", m), nil }

func koanfTwin(r *corpusRun) {
	load := func() any {
		k := r.do("New", ".")
		on(k, "Load", pairs{"name=demo port=5 list=a,b"}, pairs{})
		return k
	}
	r.step("get", func() any {
		k := load()
		return fmt.Sprint(on(k, "String", "name"), on(k, "Int", "port"), on(k, "Get", "list"), on(k, "Exists", "x"), on(k, "Keys"))
	})
	r.step("unmarshal", func() any {
		var s struct {
			Name string `koanf:"name"`
			Port int    `koanf:"port"`
		}
		_, err := tryOn(load(), "Unmarshal", "", &s)
		return fmt.Sprint(s, err)
	})
	r.step("merge", func() any {
		k := load()
		_, err := tryOn(k, "Load", pairs{"name=other"}, pairs{}, r.do("WithMergeFunc", func(src, dest map[string]any) error {
			dest["merged"] = src["name"]
			return nil
		}))
		return fmt.Sprint(on(k, "String", "name"), on(k, "String", "merged"), err)
	})
	r.step("set", func() any {
		k := load()
		_, err := tryOn(k, "Set", "db.host", "h")
		return fmt.Sprint(on(on(k, "Cut", "db"), "String", "host"), on(k, "All"), err)
	})
	r.step("marshal", func() any {
		b, err := tryOn(load(), "Marshal", pairs{})
		return fmt.Sprint(string(b.([]byte)), err)
	})
	r.step("must", func() any { return on(load(), "MustString", "nope") })
}

func lexerTwin(r *corpusRun) {
	type rule struct{ Name, Pattern string }
	l := r.do("MustSimple", []rule{{"Ident", `[a-z]+`}, {"Int", `\d+`}, {"space", `\s+`}})
	r.step("tokens", func() any {
		var out []string
		for _, t := range elements(r.do("ConsumeAll", on(l, "Lex", "f", strings.NewReader("ab 12")))) {
			out = append(out, fmt.Sprint(corpusGet(t, "Value"), corpusGet(t, "Pos")))
		}
		return out
	})
	r.step("symbols", func() any { return length(on(l, "Symbols")) })
	r.step("bad", func() any {
		_, err := r.try("ConsumeAll", on(l, "Lex", "f", strings.NewReader("ab !")))
		return err
	})
	r.step("rule", func() any { _, err := r.try("NewSimple", []rule{{"x", "("}}); return err != nil })
}

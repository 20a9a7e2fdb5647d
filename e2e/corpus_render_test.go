package e2e

import (
	"bytes"
	"fmt"
	"image/png"
	"strings"
	"text/template"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["goldmark"] = twin{path: "github.com/yuin/goldmark", quick: true, run: goldmarkTwin}
	twins["sprig"] = twin{path: "github.com/Masterminds/sprig/v3", run: sprigTwin}
	twins["expr"] = twin{path: "github.com/expr-lang/expr", run: exprTwin}
	twins["qrcode"] = twin{path: "github.com/skip2/go-qrcode", quick: true, run: qrcodeTwin}
}

func goldmarkTwin(r *corpusRun) {
	const text = "# Title\n\nSome *text* with `code`.\n\n- a\n- b\n"
	r.step("convert", func() any {
		var b bytes.Buffer
		_, err := r.try("Convert", []byte(text), &b)
		return fmt.Sprint(b.String(), err)
	})
	r.step("new", func() any {
		var b bytes.Buffer
		_, err := tryOn(r.do("New"), "Convert", []byte(text), &b)
		return fmt.Sprint(b.String(), err)
	})
}

func sprigTwin(r *corpusRun) {
	execute := func(text string) (string, error) {
		funcs := must(winplugin.Func[func() map[string]any](r.Plugin, "FuncMap"))()
		var b bytes.Buffer
		err := template.Must(template.New("x").Funcs(funcs).Parse(text)).Execute(&b, nil)
		return b.String(), err
	}
	r.step("tmpl", func() any {
		text, err := execute(`{{ "hello world" | upper | trunc 5 }} {{ list 1 2 3 | join "-" }} {{ dict "a" 1 "b" 2 | toJson }} {{ add 1 2 3 }} {{ default "d" "" }} {{ semver "1.2.3" | toString }} {{ "a,b" | splitList "," | last }} {{ sha256sum "x" }}`)
		return fmt.Sprint(text, err)
	})
	r.step("len", func() any { return length(r.do("TxtFuncMap")) })
	r.step("fail", func() any { _, err := execute(`{{ fail "no" }}`); return err })
}

type exprEnv struct{ Name string }

func (e exprEnv) Upper(s string) string { return strings.ToUpper(s) }

func exprTwin(r *corpusRun) {
	env := map[string]any{
		"greet": "Hello, %v!", "names": []string{"world", "you"}, "sprintf": fmt.Sprintf, "now": func() int { return 7 },
		"user": struct {
			Name string
			Age  int
		}{"Ada", 36},
	}
	r.step("eval", func() any { return r.do("Eval", `sprintf(greet, names[0])`, env) })
	r.step("arith", func() any {
		return fmt.Sprint(r.do("Eval", `user.Age > 18 && user.Name startsWith "A"`, env), r.do("Eval", `map(filter(names, len(#) > 3), upper(#))`, env), r.do("Eval", `now() * 2 + 0.5`, env))
	})
	r.step("compile", func() any {
		program := r.do("Compile", `double(x) + now()`, r.do("Env", map[string]any{"x": 1, "now": func() int { return 7 }}), r.do("AsInt"),
			r.do("Function", "double", func(a ...any) (any, error) { return a[0].(int) * 2, nil }, new(func(int) int)))
		return r.do("Run", program, map[string]any{"x": 21, "now": func() int { return 1 }})
	})
	r.step("typeerr", func() any {
		_, err := r.try("Compile", `x + "a"`, r.do("Env", map[string]any{"x": 1}))
		return err
	})
	r.step("structenv", func() any {
		p, err := r.try("Compile", `Name + " " + Upper(Name)`, r.do("Env", exprEnv{}))
		if err != nil {
			return err
		}
		return r.do("Run", p, exprEnv{Name: "ada"})
	})
}

func qrcodeTwin(r *corpusRun) {
	low := func() any { return r.do("New", "x", r.constant("Low")) }
	r.step("png", func() any {
		encode := must(winplugin.Func[func(text string, level, size int) ([]byte, error)](r.Plugin, "Encode"))
		b := must(encode("https://example.org", r.constant("Medium").(int), 256))
		return fmt.Sprint(must(png.Decode(bytes.NewReader(b))).Bounds(), len(b))
	})
	r.step("noborder", func() any {
		q := low().(*winplugin.Object)
		if err := q.Set("DisableBorder", true); err != nil {
			return err
		}
		return length(on(q, "Bitmap"))
	})
	r.step("string", func() any { return len(on(low(), "ToString", false).(string)) })
	r.step("version", func() any { return field(low(), "VersionNumber") })
}

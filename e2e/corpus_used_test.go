package e2e

import (
	"errors"
	"fmt"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["btree"] = twin{path: "github.com/google/btree", module: "further", run: btreeTwin}
	twins["xid"] = twin{path: "github.com/rs/xid", module: "further", run: xidTwin}
	twins["otto"] = twin{path: "github.com/robertkrimen/otto", module: "further", run: ottoTwin}
	twins["schema"] = twin{path: "github.com/gorilla/schema", module: "further", run: schemaTwin}
	twins["starlark"] = twin{path: "go.starlark.net/starlark", module: "further", more: []string{"go.starlark.net/syntax"}, run: starlarkTwin}
}

// orderedWord has an order.
type orderedWord string

func (w orderedWord) Less(than any) bool { return w < than.(orderedWord) }

func btreeTwin(r *corpusRun) {
	whole := func(n int) any { return r.make("Int", n) }
	r.step("insert", func() any {
		t := r.do("New", 2)
		for _, s := range strings.Fields("the quick brown fox jumps over the lazy dog") {
			on(t, "ReplaceOrInsert", orderedWord(s))
		}
		var list []string
		on(t, "Ascend", func(i any) bool { list = append(list, string(i.(orderedWord))); return true })
		return fmt.Sprintln(on(t, "Len"), list, on(t, "Has", orderedWord("fox")), on(t, "Min"), on(t, "Delete", orderedWord("dog")))
	})
	r.step("replaced", func() any {
		t := r.do("New", 2)
		insert := func(s orderedWord) any { return on(t, "ReplaceOrInsert", s) }
		return fmt.Sprintln(insert("a"), insert("a"), insert("b"))
	})
	r.step("numbers", func() any {
		t := r.do("New", 3)
		for i := range 10 {
			on(t, "ReplaceOrInsert", whole(i))
		}
		var list []any
		on(t, "DescendRange", whole(7), whole(3), func(i *winplugin.Object) bool { list = append(list, i); return true })
		return list
	})
}

func xidTwin(r *corpusRun) {
	r.step("parse", func() any {
		id := r.do("FromString", "9m4e2mr0ui3e8a215n4g")
		return fmt.Sprint(id, on(id, "Time").(time.Time).UTC(), on(id, "Counter"), on(id, "Machine"))
	})
	r.step("fails", func() any {
		_, err := r.try("FromString", "zz")
		return fmt.Sprintln(err, errors.Is(err, variableOf[error](r, "ErrInvalidID")))
	})
	r.step("sort", func() any {
		list := r.make("[]ID", []any{r.do("FromString", "9m4e2mr0ui3e8a215n4g"), r.do("NilID")})
		r.do("Sort", list)
		return list
	})
}

func ottoTwin(r *corpusRun) {
	r.step("func", func() any {
		vm := r.do("New")
		add := r.make("func(FunctionCall) Value", func(c *winplugin.Object) *winplugin.Object {
			n := on(on(c, "Argument", 0), "ToInteger").(int64) + int64(length(field(c, "ArgumentList")))
			return on(vm, "ToValue", n).(*winplugin.Object)
		})
		_, err := tryOn(vm, "Set", "add", add)
		return fmt.Sprint(on(vm, "Run", `add(40, 1)`), err)
	})
	r.step("call", func() any {
		vm := r.do("New")
		on(vm, "Run", `function f(a, b) { return a + ":" + b }`)
		return on(vm, "Call", "f", nil, 1, "z")
	})
	r.step("throws", func() any {
		_, err := tryOn(r.do("New"), "Run", `throw new TypeError("bad")`)
		return fmt.Sprint(err, strings.HasSuffix(errorObject(err).Type(), "otto.Error"))
	})
}

// formAddress is a form.
type formAddress struct {
	Street string `schema:"street,required"`
	Zip    int    `schema:"zip"`
}

func schemaTwin(r *corpusRun) {
	r.step("decode", func() any {
		var a formAddress
		_, err := tryOn(r.do("NewDecoder"), "Decode", &a, map[string][]string{"street": {"s"}, "zip": {"7"}})
		return fmt.Sprint(a, err)
	})
	r.step("encode", func() any {
		into := map[string][]string{}
		_, err := tryOn(r.do("NewEncoder"), "Encode", formAddress{"s", 4}, into)
		return fmt.Sprint(into, err)
	})
	r.step("fails", func() any {
		var a formAddress
		_, err := tryOn(r.do("NewDecoder"), "Decode", &a, map[string][]string{"zip": {"x"}})
		o := errorObject(err)
		var list map[string]error
		if err := o.Copy(&list); err != nil {
			return err
		}
		return fmt.Sprint(strings.HasSuffix(o.Type(), "schema.MultiError"), len(list), list["zip"], list["street"])
	})
}

// scriptPlace is a value of scripts.
type scriptPlace struct{ X, Y int }

func (p *scriptPlace) String() string        { return fmt.Sprintf("<%d,%d>", p.X, p.Y) }
func (p *scriptPlace) Type() string          { return "place" }
func (p *scriptPlace) Freeze()               {}
func (p *scriptPlace) Hash() (uint32, error) { return uint32(p.X), nil }
func (p *scriptPlace) Truth() bool           { return true }
func (p *scriptPlace) AttrNames() []string   { return []string{"x"} }
func (p *scriptPlace) Attr(name string) (any, error) {
	if name == "x" {
		return corpusPlugin.try("MakeInt", p.X)
	}
	return nil, nil
}

func starlarkTwin(r *corpusRun) {
	corpusPlugin = r
	opts := r.make("syntax.FileOptions", nil)
	eval := func(text string, env map[string]any) (any, error) {
		return r.try("EvalOptions", opts, r.make("Thread", nil), "e", text, env)
	}
	r.step("value", func() any {
		v, err := eval("[p.x, str(p), type(p), dir(p)]", map[string]any{"p": &scriptPlace{3, 4}})
		return fmt.Sprint(v, err)
	})
	r.step("list", func() any {
		l := r.do("NewList", []any{r.make("String", "a"), r.make("Bool", true), r.constant("None"), &scriptPlace{1, 2}})
		_, err := tryOn(l, "Append", r.make("Float", 1.5))
		return fmt.Sprint(l, on(l, "Len"), err)
	})
	r.step("builtin", func() any {
		add := r.do("NewBuiltin", "add", func(_, b, args *winplugin.Object, kw []*winplugin.Object) (any, error) {
			var x, y int
			if _, err := r.try("UnpackArgs", on(b, "Name"), args, kw, "x", &x, "y?", &y); err != nil {
				return nil, err
			}
			return r.try("MakeInt", x+y)
		})
		v, err := eval("add(1, y=2) + add(x=5)", map[string]any{"add": add})
		_, fails := eval("add()", map[string]any{"add": add})
		return fmt.Sprint(v, err, fails)
	})
}

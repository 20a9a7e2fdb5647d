package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/google/btree"
	"github.com/gorilla/schema"
	"github.com/robertkrimen/otto"
	"github.com/rs/xid"
	"go.starlark.net/starlark"
	"go.starlark.net/syntax"

	. "example.com/corpus/steps"
)

// word has an order.
type word string

func (w word) Less(than btree.Item) bool { return w < than.(word) }

// place is a value of scripts.
type place struct{ X, Y int }

func (p *place) String() string        { return fmt.Sprintf("<%d,%d>", p.X, p.Y) }
func (p *place) Type() string          { return "place" }
func (p *place) Freeze()               {}
func (p *place) Hash() (uint32, error) { return uint32(p.X), nil }
func (p *place) Truth() starlark.Bool  { return starlark.True }
func (p *place) AttrNames() []string   { return []string{"x"} }
func (p *place) Attr(name string) (starlark.Value, error) {
	if name == "x" {
		return starlark.MakeInt(p.X), nil
	}
	return nil, nil
}

// address is a form.
type address struct {
	Street string `schema:"street,required"`
	Zip    int    `schema:"zip"`
}

func init() {
	Case("btree", func() {
		Step("insert", func() any {
			t := btree.New(2)
			for _, s := range strings.Fields("the quick brown fox jumps over the lazy dog") {
				t.ReplaceOrInsert(word(s))
			}
			var list []string
			t.Ascend(func(i btree.Item) bool { list = append(list, string(i.(word))); return true })
			return fmt.Sprintln(t.Len(), list, t.Has(word("fox")), t.Min(), t.Delete(word("dog")))
		})
		Step("replaced", func() any {
			t := btree.New(2)
			return fmt.Sprintln(t.ReplaceOrInsert(word("a")), t.ReplaceOrInsert(word("a")), t.ReplaceOrInsert(word("b")))
		})
		Step("numbers", func() any {
			t := btree.New(3)
			for i := range 10 {
				t.ReplaceOrInsert(btree.Int(i))
			}
			var list []btree.Item
			t.DescendRange(btree.Int(7), btree.Int(3), func(i btree.Item) bool { list = append(list, i); return true })
			return list
		})
	})
	Case("xid", func() {
		Step("parse", func() any {
			id := Must(xid.FromString("9m4e2mr0ui3e8a215n4g"))
			return fmt.Sprint(id, id.Time().UTC(), id.Counter(), id.Machine())
		})
		Step("fails", func() any { _, err := xid.FromString("zz"); return fmt.Sprintln(err, errors.Is(err, xid.ErrInvalidID)) })
		Step("sort", func() any {
			list := []xid.ID{Must(xid.FromString("9m4e2mr0ui3e8a215n4g")), xid.NilID()}
			xid.Sort(list)
			return list
		})
	})
	Case("otto", func() {
		Step("func", func() any {
			vm := otto.New()
			err := vm.Set("add", func(c otto.FunctionCall) otto.Value {
				n, _ := c.Argument(0).ToInteger()
				v, _ := vm.ToValue(n + int64(len(c.ArgumentList)))
				return v
			})
			return fmt.Sprint(Must(vm.Run(`add(40, 1)`)), err)
		})
		Step("call", func() any {
			vm := otto.New()
			Must(vm.Run(`function f(a, b) { return a + ":" + b }`))
			return Must(vm.Call("f", nil, 1, "z"))
		})
		Step("throws", func() any {
			_, err := otto.New().Run(`throw new TypeError("bad")`)
			var e *otto.Error
			return fmt.Sprint(err, errors.As(err, &e))
		})
	})
	Case("schema", func() {
		Step("decode", func() any {
			var a address
			err := schema.NewDecoder().Decode(&a, map[string][]string{"street": {"s"}, "zip": {"7"}})
			return fmt.Sprint(a, err)
		})
		Step("encode", func() any {
			into := map[string][]string{}
			err := schema.NewEncoder().Encode(address{"s", 4}, into)
			return fmt.Sprint(into, err)
		})
		Step("fails", func() any {
			var a address
			err := schema.NewDecoder().Decode(&a, map[string][]string{"zip": {"x"}})
			e, ok := err.(schema.MultiError)
			return fmt.Sprint(ok, len(e), e["zip"], e["street"])
		})
	})
	Case("starlark", func() {
		opts := new(syntax.FileOptions)
		Step("value", func() any {
			v, err := starlark.EvalOptions(opts, new(starlark.Thread), "e", "[p.x, str(p), type(p), dir(p)]", starlark.StringDict{"p": &place{3, 4}})
			return fmt.Sprint(v, err)
		})
		Step("list", func() any {
			l := starlark.NewList([]starlark.Value{starlark.String("a"), starlark.Bool(true), starlark.None, &place{1, 2}})
			err := l.Append(starlark.Float(1.5))
			return fmt.Sprint(l, l.Len(), err)
		})
		Step("builtin", func() any {
			add := starlark.NewBuiltin("add", func(_ *starlark.Thread, b *starlark.Builtin, args starlark.Tuple, kw []starlark.Tuple) (starlark.Value, error) {
				var x, y int
				if err := starlark.UnpackArgs(b.Name(), args, kw, "x", &x, "y?", &y); err != nil {
					return nil, err
				}
				return starlark.MakeInt(x + y), nil
			})
			v, err := starlark.EvalOptions(opts, new(starlark.Thread), "e", "add(1, y=2) + add(x=5)", starlark.StringDict{"add": add})
			_, fails := starlark.EvalOptions(opts, new(starlark.Thread), "e", "add()", starlark.StringDict{"add": add})
			return fmt.Sprint(v, err, fails)
		})
	})
}

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aymerick/raymond"
	"github.com/flosch/pongo2/v6"
	"github.com/russross/blackfriday/v2"
	"github.com/spf13/cast"
	"github.com/spf13/pflag"
	"github.com/syndtr/goleveldb/leveldb"
	"github.com/syndtr/goleveldb/leveldb/util"
	"go.etcd.io/bbolt"

	. "example.com/corpus/steps"
)

// line is a line of an order, with methods that templates call.
type line struct {
	Name  string
	Price float64
}

func (l line) Times(n int) float64 { return l.Price * float64(n) }
func (l *line) Upper() string      { return strings.ToUpper(l.Name) }

// cart has lines.
type cart struct {
	Lines []*line
	owner string
}

func (c *cart) First() *line  { return c.Lines[0] }
func (c *cart) Owner() string { return c.owner }

// color is the value of a flag.
type color string

func (c *color) String() string { return string(*c) }
func (c *color) Type() string   { return "color" }
func (c *color) Set(s string) error {
	if s != "red" && s != "blue" {
		return fmt.Errorf("no color %q", s)
	}
	*c = color(s)
	return nil
}

func init() {
	newCart := func() *cart { return &cart{[]*line{{"tea", 2.5}, {"milk", 1}}, "ada"} }
	Case("pflag", func() {
		Step("parse", func() any {
			fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
			n, s, d := fs.IntP("number", "n", 1, "a number"), fs.String("text", "a", "a text"), fs.Duration("wait", time.Second, "a time")
			list := fs.StringSlice("list", nil, "a list")
			err := fs.Parse([]string{"-n", "5", "--text=b", "--list", "x,y", "--wait", "2m", "rest"})
			return fmt.Sprint(*n, *s, *d, *list, fs.Args(), err)
		})
		Step("var", func() any {
			fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
			c, n := color("blue"), 0
			fs.Var(&c, "color", "a color")
			fs.IntVar(&n, "n", 3, "a number")
			err := fs.Parse([]string{"--color", "red", "--n=4"})
			return fmt.Sprint(c, n, err, fs.Changed("color"))
		})
		Step("fails", func() any {
			fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
			c := color("blue")
			fs.Var(&c, "color", "a color")
			return fs.Parse([]string{"--color", "green"})
		})
		Step("usage", func() any {
			fs := pflag.NewFlagSet("t", pflag.ContinueOnError)
			fs.BoolP("verbose", "v", false, "more `words`")
			return fs.FlagUsages()
		})
	})
	Case("pongo2", func() {
		Step("variable", func() any {
			t := Must(pongo2.FromString("Hi {{ name|upper }}{% for i in list %} {{ i }}{% endfor %}"))
			return Must(t.Execute(pongo2.Context{"name": "ada", "list": []int{1, 2}}))
		})
		Step("methods", func() any {
			t := Must(pongo2.FromString("{{ cart.First().Name }} {{ cart.Owner() }} {% for l in cart.Lines %}{{ l.Upper() }}={{ l.Times(2) }} {% endfor %}"))
			return Must(t.Execute(pongo2.Context{"cart": newCart()}))
		})
		Step("func", func() any {
			t := Must(pongo2.FromString("{{ add(1, 2) }}"))
			return Must(t.Execute(pongo2.Context{"add": func(a, b int) int { return a + b }}))
		})
		Step("fails", func() any { _, err := pongo2.FromString("{{ x"); return err })
	})
	Case("raymond", func() {
		Step("fields", func() any {
			return Must(raymond.Render("{{#each Lines}}{{Name}} {{Upper}};{{/each}} {{Owner}} {{First.Name}}", newCart()))
		})
		Step("map", func() any { return Must(raymond.Render("{{a.b}}", map[string]any{"a": map[string]string{"b": "c"}})) })
	})
	Case("blackfriday", func() {
		Step("run", func() any { return string(blackfriday.Run([]byte("# T\n\n* a\n* b\n"))) })
		Step("options", func() any {
			return string(blackfriday.Run([]byte("a | b\n--|--\n1 | 2\n"), blackfriday.WithExtensions(blackfriday.Tables)))
		})
		Step("walk", func() any {
			var list []string
			blackfriday.New().Parse([]byte("# T\n\np *e*\n")).Walk(func(n *blackfriday.Node, entering bool) blackfriday.WalkStatus {
				if entering {
					list = append(list, n.Type.String())
				}
				return blackfriday.GoToNext
			})
			return list
		})
	})
	Case("cast", func() {
		Step("numbers", func() any {
			return fmt.Sprint(cast.ToInt("7"), cast.ToFloat64("1.5"), cast.ToBool("true"), cast.ToInt(nil))
		})
		Step("strings", func() any {
			return fmt.Sprint(cast.ToString([]byte("x")), cast.ToString(new(color)), cast.ToStringSlice("a b"))
		})
		Step("fails", func() any { _, err := cast.ToIntE(struct{}{}); return err })
		Step("maps", func() any {
			return fmt.Sprint(cast.ToStringMapInt(map[any]any{"a": 1}), cast.ToStringMapString(`{"a":"b"}`))
		})
		Step("time", func() any { return fmt.Sprint(cast.ToTime("2024-02-03T04:05:06Z"), cast.ToDuration("3s")) })
	})
	Case("bbolt", func() {
		Step("update", func() any {
			dir := Must(os.MkdirTemp("", "bbolt"))
			defer os.RemoveAll(dir)
			db := Must(bbolt.Open(filepath.Join(dir, "a.db"), 0o600, nil))
			defer db.Close()
			err := db.Update(func(tx *bbolt.Tx) error {
				b, err := tx.CreateBucketIfNotExists([]byte("b"))
				if err != nil {
					return err
				}
				for _, k := range []string{"y", "x", "z"} {
					if err := b.Put([]byte(k), []byte(k+k)); err != nil {
						return err
					}
				}
				return nil
			})
			var list []string
			viewed := db.View(func(tx *bbolt.Tx) error {
				c := tx.Bucket([]byte("b")).Cursor()
				for k, v := c.First(); k != nil; k, v = c.Next() {
					list = append(list, string(k)+"="+string(v))
				}
				return nil
			})
			return fmt.Sprint(err, viewed, list)
		})
		Step("rollback", func() any {
			dir := Must(os.MkdirTemp("", "bbolt"))
			defer os.RemoveAll(dir)
			db := Must(bbolt.Open(filepath.Join(dir, "a.db"), 0o600, &bbolt.Options{Timeout: time.Second}))
			defer db.Close()
			failed := db.Update(func(tx *bbolt.Tx) error {
				_, _ = tx.CreateBucket([]byte("b"))
				return fmt.Errorf("no")
			})
			missing := false
			err := db.View(func(tx *bbolt.Tx) error { missing = tx.Bucket([]byte("b")) == nil; return nil })
			return fmt.Sprint(failed, missing, err)
		})
	})
	Case("leveldb", func() {
		Step("put", func() any {
			dir := Must(os.MkdirTemp("", "leveldb"))
			defer os.RemoveAll(dir)
			db := Must(leveldb.OpenFile(dir, nil))
			defer db.Close()
			batch := new(leveldb.Batch)
			batch.Put([]byte("a1"), []byte("x"))
			batch.Put([]byte("a2"), []byte("y"))
			batch.Put([]byte("b1"), []byte("z"))
			err := db.Write(batch, nil)
			v := Must(db.Get([]byte("a1"), nil))
			_, missing := db.Get([]byte("q"), nil)
			var b bytes.Buffer
			i := db.NewIterator(util.BytesPrefix([]byte("a")), nil)
			for i.Next() {
				fmt.Fprintf(&b, "%s=%s ", i.Key(), i.Value())
			}
			i.Release()
			return fmt.Sprint(err, string(v), missing, missing == leveldb.ErrNotFound, b.String(), i.Error())
		})
	})
}

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func init() {
	twins["pflag"] = twin{path: "github.com/spf13/pflag", module: "further", run: pflagTwin}
	twins["pongo2"] = twin{path: "github.com/flosch/pongo2/v6", module: "further", run: pongo2Twin}
	twins["raymond"] = twin{path: "github.com/aymerick/raymond", module: "further", run: raymondTwin}
	twins["blackfriday"] = twin{path: "github.com/russross/blackfriday/v2", module: "further", run: blackfridayTwin}
	twins["cast"] = twin{path: "github.com/spf13/cast", module: "further", run: castTwin}
	twins["bbolt"] = twin{path: "go.etcd.io/bbolt", module: "further", run: bboltTwin}
	twins["leveldb"] = twin{path: "github.com/syndtr/goleveldb/leveldb", module: "further", more: []string{"github.com/syndtr/goleveldb/leveldb/util"}, run: leveldbTwin}
}

// cartLine is a line of an order, with methods that templates call.
type cartLine struct {
	Name  string
	Price float64
}

func (l cartLine) Times(n int) float64 { return l.Price * float64(n) }
func (l *cartLine) Upper() string      { return strings.ToUpper(l.Name) }

// corpusCart has lines.
type corpusCart struct {
	Lines []*cartLine
	owner string
}

func (c *corpusCart) First() *cartLine { return c.Lines[0] }
func (c *corpusCart) Owner() string    { return c.owner }

func newCorpusCart() *corpusCart {
	return &corpusCart{[]*cartLine{{"tea", 2.5}, {"milk", 1}}, "ada"}
}

// flagColor is the value of a flag.
type flagColor string

func (c *flagColor) String() string { return string(*c) }
func (c *flagColor) Type() string   { return "color" }
func (c *flagColor) Set(s string) error {
	if s != "red" && s != "blue" {
		return fmt.Errorf("no color %q", s)
	}
	*c = flagColor(s)
	return nil
}

// valueAt returns what a pointer of the plugin points to.
func valueAt[T any](o any) T { return must(winplugin.As[T](o.(*winplugin.Object))) }

func pflagTwin(r *corpusRun) {
	newSet := func() any { return r.do("NewFlagSet", "t", r.constant("ContinueOnError")) }
	r.step("parse", func() any {
		fs := newSet()
		n, s, d := on(fs, "IntP", "number", "n", 1, "a number"), on(fs, "String", "text", "a", "a text"), on(fs, "Duration", "wait", time.Second, "a time")
		list := on(fs, "StringSlice", "list", nil, "a list")
		_, err := tryOn(fs, "Parse", []string{"-n", "5", "--text=b", "--list", "x,y", "--wait", "2m", "rest"})
		return fmt.Sprint(valueAt[int](n), valueAt[string](s), valueAt[time.Duration](d), valueAt[[]string](list), on(fs, "Args"), err)
	})
	r.step("var", func() any {
		fs := newSet()
		c, n := flagColor("blue"), 0
		on(fs, "Var", &c, "color", "a color")
		on(fs, "IntVar", &n, "n", 3, "a number")
		_, err := tryOn(fs, "Parse", []string{"--color", "red", "--n=4"})
		return fmt.Sprint(c, n, err, on(fs, "Changed", "color"))
	})
	r.step("fails", func() any {
		fs := newSet()
		c := flagColor("blue")
		on(fs, "Var", &c, "color", "a color")
		_, err := tryOn(fs, "Parse", []string{"--color", "green"})
		return err
	})
	r.step("usage", func() any {
		fs := newSet()
		on(fs, "BoolP", "verbose", "v", false, "more `words`")
		return on(fs, "FlagUsages")
	})
}

func pongo2Twin(r *corpusRun) {
	execute := func(text string, ctx map[string]any) any { return on(r.do("FromString", text), "Execute", ctx) }
	r.step("variable", func() any {
		return execute("Hi {{ name|upper }}{% for i in list %} {{ i }}{% endfor %}", map[string]any{"name": "ada", "list": []int{1, 2}})
	})
	r.step("methods", func() any {
		return execute("{{ cart.First().Name }} {{ cart.Owner() }} {% for l in cart.Lines %}{{ l.Upper() }}={{ l.Times(2) }} {% endfor %}", map[string]any{"cart": newCorpusCart()})
	})
	r.step("func", func() any {
		return execute("{{ add(1, 2) }}", map[string]any{"add": func(a, b int) int { return a + b }})
	})
	r.step("fails", func() any { _, err := r.try("FromString", "{{ x"); return err })
}

func raymondTwin(r *corpusRun) {
	r.step("fields", func() any {
		return r.do("Render", "{{#each Lines}}{{Name}} {{Upper}};{{/each}} {{Owner}} {{First.Name}}", newCorpusCart())
	})
	r.step("map", func() any { return r.do("Render", "{{a.b}}", map[string]any{"a": map[string]string{"b": "c"}}) })
}

func blackfridayTwin(r *corpusRun) {
	r.step("run", func() any { return string(r.do("Run", []byte("# T\n\n* a\n* b\n")).([]byte)) })
	r.step("options", func() any {
		return string(r.do("Run", []byte("a | b\n--|--\n1 | 2\n"), r.do("WithExtensions", r.constant("Tables"))).([]byte))
	})
	r.step("walk", func() any {
		var list []string
		next := r.constant("GoToNext")
		on(on(r.do("New"), "Parse", []byte("# T\n\np *e*\n")), "Walk", func(n *winplugin.Object, entering bool) any {
			if entering {
				list = append(list, fmt.Sprint(field(n, "Type")))
			}
			return next
		})
		return list
	})
}

func castTwin(r *corpusRun) {
	r.step("numbers", func() any {
		return fmt.Sprint(r.do("ToInt", "7"), r.do("ToFloat64", "1.5"), r.do("ToBool", "true"), r.do("ToInt", nil))
	})
	r.step("strings", func() any {
		return fmt.Sprint(r.do("ToString", []byte("x")), r.do("ToString", new(flagColor)), r.do("ToStringSlice", "a b"))
	})
	r.step("fails", func() any { _, err := r.try("ToIntE", struct{}{}); return err })
	r.step("maps", func() any {
		return fmt.Sprint(r.do("ToStringMapInt", map[any]any{"a": 1}), r.do("ToStringMapString", `{"a":"b"}`))
	})
	r.step("time", func() any { return fmt.Sprint(r.do("ToTime", "2024-02-03T04:05:06Z"), r.do("ToDuration", "3s")) })
}

func bboltTwin(r *corpusRun) {
	r.step("update", func() any {
		dir := must(os.MkdirTemp("", "bbolt"))
		defer os.RemoveAll(dir)
		db := r.do("Open", filepath.Join(dir, "a.db"), 0o600, nil)
		defer on(db, "Close")
		_, err := tryOn(db, "Update", func(tx *winplugin.Object) error {
			b, err := tryOn(tx, "CreateBucketIfNotExists", []byte("b"))
			if err != nil {
				return err
			}
			for _, k := range []string{"y", "x", "z"} {
				if _, err := tryOn(b, "Put", []byte(k), []byte(k+k)); err != nil {
					return err
				}
			}
			return nil
		})
		var list []string
		_, viewed := tryOn(db, "View", func(tx *winplugin.Object) error {
			c := on(on(tx, "Bucket", []byte("b")), "Cursor")
			for kv := on(c, "First").([]any); kv[0].([]byte) != nil; kv = on(c, "Next").([]any) {
				list = append(list, string(kv[0].([]byte))+"="+string(kv[1].([]byte)))
			}
			return nil
		})
		return fmt.Sprint(err, viewed, list)
	})
	r.step("rollback", func() any {
		dir := must(os.MkdirTemp("", "bbolt"))
		defer os.RemoveAll(dir)
		db := r.do("Open", filepath.Join(dir, "a.db"), 0o600, map[string]any{"Timeout": time.Second})
		defer on(db, "Close")
		_, failed := tryOn(db, "Update", func(tx *winplugin.Object) error {
			_, _ = tryOn(tx, "CreateBucket", []byte("b"))
			return fmt.Errorf("no")
		})
		missing := false
		_, err := tryOn(db, "View", func(tx *winplugin.Object) error {
			missing = on(tx, "Bucket", []byte("b")) == nil
			return nil
		})
		return fmt.Sprint(failed, missing, err)
	})
}

func leveldbTwin(r *corpusRun) {
	r.step("put", func() any {
		dir := must(os.MkdirTemp("", "leveldb"))
		defer os.RemoveAll(dir)
		db := r.do("OpenFile", dir, nil)
		defer on(db, "Close")
		batch := r.make("Batch", nil)
		on(batch, "Put", []byte("a1"), []byte("x"))
		on(batch, "Put", []byte("a2"), []byte("y"))
		on(batch, "Put", []byte("b1"), []byte("z"))
		_, err := tryOn(db, "Write", batch, nil)
		v := on(db, "Get", []byte("a1"), nil)
		_, missing := tryOn(db, "Get", []byte("q"), nil)
		var b bytes.Buffer
		i := on(db, "NewIterator", r.do("util.BytesPrefix", []byte("a")), nil)
		for on(i, "Next") == true {
			fmt.Fprintf(&b, "%s=%s ", on(i, "Key"), on(i, "Value"))
		}
		on(i, "Release")
		return fmt.Sprint(err, string(v.([]byte)), missing, missing == variableOf[error](r, "ErrNotFound"), b.String(), on(i, "Error"))
	})
}

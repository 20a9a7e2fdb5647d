package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// public opens a package that has nothing to do with plugins: the version is that of
// testdata/public/go.mod. Where builds are slow, one of the bridges builds it.
func public(t *testing.T, path string, by winplugin.Bridge) *winplugin.Plugin {
	t.Helper()
	oneBridge(t, by)
	t.Chdir("testdata/public")
	return open(t, path, winplugin.WithoutPolicy())
}

// one calls a method and returns its only result.
func one[T any](t *testing.T, o *winplugin.Object, method string, args ...any) T {
	t.Helper()
	results, err := o.Call(context.Background(), method, args...)
	if err != nil {
		t.Fatalf("%s: got error %v, want nil", method, err)
	}
	v, ok := results[0].(T)
	if !ok {
		t.Fatalf("%s: got a %T, want a %T", method, results[0], v)
	}
	return v
}

// An extender of the host's gets the plugin's Markdown as it is being made.
type extender struct {
	t        *testing.T
	extended string
}

func (e *extender) Extend(m *winplugin.Object) {
	e.extended = m.Type()
	one[*winplugin.Object](e.t, m, "Parser")
}

// A Markdown renderer: interfaces of both sides, and a writer of the host's.
func TestPublicGoldmark(t *testing.T) {
	p := public(t, "github.com/yuin/goldmark", winplugin.Pure)
	const source, want = "# Title\n\nSome *text*.\n", "<h1>Title</h1>\n<p>Some <em>text</em>.</p>\n"
	var out bytes.Buffer
	call(t, p, "Convert", []byte(source), &out)
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("Convert: got other HTML (-want +got):\n%s", diff)
	}

	e := &extender{t: t}
	option := call(t, p, "WithExtensions", e)[0]
	markdown := call(t, p, "New", option)[0].(*winplugin.Object)
	if e.extended == "" {
		t.Error("got no call of the host's extender, want one")
	}
	out.Reset()
	if _, err := markdown.Call(context.Background(), "Convert", []byte(source), &out); err != nil || out.String() != want {
		t.Errorf("got %q, %v, want %v", out.String(), err, want)
	}
	broken := io.ErrClosedPipe
	_, err := markdown.Call(context.Background(), "Convert", []byte(source), writerFunc(func([]byte) (int, error) { return 0, broken }))
	if !errors.Is(err, broken) {
		t.Errorf("Convert to a writer that fails: got error %v, want %v", err, broken)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// An expression evaluator: a compiled program, options that are funcs of the plugin's,
// and expressions that call the host.
func TestPublicExpr(t *testing.T) {
	sameEverywhere(t)
	p := public(t, "github.com/expr-lang/expr", winplugin.CGO)
	env := map[string]any{"name": "Ann", "price": 2.5, "qty": 4, "tags": []any{"a", "b"}}
	var asked []string
	lookup := func(params ...any) (any, error) {
		key, _ := params[0].(string)
		if asked = append(asked, key); key == "none" {
			return nil, errors.New("nobody knows none")
		}
		return strings.ToUpper(key), nil
	}
	options := []any{call(t, p, "Env", env)[0], call(t, p, "Function", "lookup", lookup)[0]}
	compile := func(text string) *winplugin.Object {
		t.Helper()
		return call(t, p, "Compile", append([]any{text}, options...)...)[0].(*winplugin.Object)
	}
	for text, want := range map[string]any{
		`price * qty`:                     10.0,
		`name + "/" + lookup(name)`:       "Ann/ANN",
		`len(tags) == 2 && "b" in tags`:   true,
		`map(tags, {lookup(#)})`:          []any{"A", "B"},
		`{"who": lookup(name), "n": qty}`: map[string]any{"who": "ANN", "n": 4},
	} {
		t.Run(text, func(t *testing.T) {
			if diff := cmp.Diff(want, call(t, p, "Run", compile(text), env)[0]); diff != "" {
				t.Errorf("%s: got another value (-want +got):\n%s", text, diff)
			}
		})
	}
	if len(asked) != 4 {
		t.Errorf("got the questions %q, want 4", asked)
	}
	// Funcs of the host's in the environment itself, of types that the package has not.
	env["twice"] = func(s string) string { return s + s }
	env["sum"] = func(numbers ...int) (n int) {
		for _, i := range numbers {
			n += i
		}
		return n
	}
	env["check"] = func(ok bool) (string, error) {
		if !ok {
			return "", errors.New("the host says no")
		}
		return "yes", nil
	}
	options = []any{call(t, p, "Env", env)[0]}
	for text, want := range map[string]any{
		`twice(name)`:                     "AnnAnn",
		`sum(qty, 2, sum())`:              6,
		`check(qty > 3) + "/" + name`:     "yes/Ann",
		`map(tags, {len(twice(#))})`:      []any{2, 2},
		`filter(tags, {twice(#) > "aa"})`: []any{"b"},
	} {
		t.Run(text, func(t *testing.T) {
			if diff := cmp.Diff(want, call(t, p, "Run", compile(text), env)[0]); diff != "" {
				t.Errorf("%s: got another value (-want +got):\n%s", text, diff)
			}
		})
	}
	if _, err := p.Call(context.Background(), "Run", compile(`check(false)`), env); err == nil || !strings.Contains(err.Error(), "the host says no") {
		t.Errorf("Run with a func that fails: got error %v, want the host says no", err)
	}
	if _, err := p.Call(context.Background(), "Compile", append([]any{"twice(1)"}, options...)...); err == nil || !strings.Contains(err.Error(), "cannot use int as argument (type string)") {
		t.Errorf("a wrong type: got %v, want an error with \"cannot use int as argument (type string)\" in it", err)
	}
	options = append(options, call(t, p, "Function", "lookup", lookup)[0])
	if _, err := p.Call(context.Background(), "Run", compile(`lookup("none")`), env); err == nil || !strings.Contains(err.Error(), "nobody knows none") {
		t.Errorf("Run with a func that fails: got error %v, want nobody knows none", err)
	}
	if _, err := p.Call(context.Background(), "Compile", append([]any{"price +"}, options...)...); err == nil || !strings.Contains(err.Error(), "unexpected token") {
		t.Errorf("a syntax error: got %v, want an error with \"unexpected token\" in it", err)
	}
}

// A TOML library: decoding into the host's values, and streams of the host's.
func TestPublicTOML(t *testing.T) {
	sameEverywhere(t)
	p := public(t, "github.com/BurntSushi/toml", winplugin.Pure)
	const text = "customer = \"Ann\"\n\n[[lines]]\nsku = \"a1\"\nqty = 2\n\n[[lines]]\nsku = \"b2\"\nqty = 1\n"
	want := map[string]any{"customer": "Ann", "lines": []map[string]any{{"sku": "a1", "qty": int64(2)}, {"sku": "b2", "qty": int64(1)}}}

	var got map[string]any
	call(t, p, "Decode", text, &got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Decode: got another value (-want +got):\n%s", diff)
	}
	decoder := call(t, p, "NewDecoder", strings.NewReader(text))[0].(*winplugin.Object)
	got = nil
	if _, err := decoder.Call(context.Background(), "Decode", &got); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the decoder: got another value (-want +got):\n%s", diff)
	}
	var out bytes.Buffer
	encoder := call(t, p, "NewEncoder", &out)[0].(*winplugin.Object)
	if _, err := encoder.Call(context.Background(), "Encode", want); err != nil {
		t.Error(err)
	}
	var again map[string]any
	call(t, p, "Decode", out.String(), &again)
	if diff := cmp.Diff(want, again); diff != "" {
		t.Errorf("got another value back (-want +got):\n%s\nfrom\n%s", diff, out.String())
	}
	if _, err := p.Call(context.Background(), "Decode", "x = ", &got); err == nil || !strings.Contains(err.Error(), "expected value") {
		t.Errorf("a syntax error: got %v, want an error with \"expected value\" in it", err)
	}
}

// pongo2Error is the template engine's Error, as this host has it.
type pongo2Error struct {
	Template     *winplugin.Object
	Filename     string
	Line, Column int
	Token        *struct {
		Filename        string
		Typ             int
		Val             string
		Line, Col       int
		TrimWhitespaces bool
	}
	Sender    string
	OrigError error
}

// A template engine: templates that call the host, and a filter of the host's that
// works with the plugin's values.
func TestPublicPongo2(t *testing.T) {
	sameEverywhere(t)
	p := public(t, "github.com/flosch/pongo2/v6", winplugin.Pure)
	shout := func(in, param *winplugin.Object) (*winplugin.Object, *pongo2Error) {
		if one[bool](t, param, "IsNil") {
			return nil, &pongo2Error{Sender: "shout", OrigError: errors.New("the host wants a parameter")}
		}
		text := strings.ToUpper(one[string](t, in, "String")) + one[string](t, param, "String")
		return call(t, p, "AsSafeValue", text)[0].(*winplugin.Object), nil
	}
	call(t, p, "RegisterFilter", "shout", shout)
	variable, err := winplugin.Var[func(string) (*winplugin.Object, error)](p, "FromString")
	if err != nil {
		t.Fatal(err)
	}
	parse, err := variable.Get()
	if err != nil {
		t.Fatal(err)
	}
	template, err := parse(`{% for name in names %}{{ name|shout:"!" }} {% endfor %}{{ n + 1 }}`)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]any{"names": []any{"ann", "bob"}, "n": 41}
	const want = "ANN! BOB! 42"
	if got := one[string](t, template, "Execute", values); got != want {
		t.Errorf("got %q, want %v", got, want)
	}
	var out bytes.Buffer
	if _, err := template.Call(context.Background(), "ExecuteWriter", values, &out); err != nil || out.String() != want {
		t.Errorf("got %q, %v, want %v", out.String(), err, want)
	}
	values["greet"] = func(who string) string { return "hello " + who }
	values["safe"] = func(v any) any { return call(t, p, "AsSafeValue", v)[0] }
	if template, err = parse(`{{ greet(names.0) }}, {{ safe("<b>") }}`); err != nil {
		t.Fatal(err)
	}
	if got := one[string](t, template, "Execute", values); got != "hello ann, <b>" {
		t.Errorf("got %q, want \"hello ann, <b>\"", got)
	}
	if template, err = parse(`{{ n|shout }}`); err != nil {
		t.Fatal(err)
	}
	if _, err := template.Call(context.Background(), "Execute", values); err == nil || !strings.Contains(err.Error(), "the host wants a parameter") {
		t.Errorf("Execute with a filter that fails: got error %v, want that the host wants a parameter", err)
	}
	if _, err := parse("{% nope %}"); err == nil || !strings.Contains(err.Error(), "nope") {
		t.Errorf("a syntax error: got %v, want an error with \"nope\" in it", err)
	}
}

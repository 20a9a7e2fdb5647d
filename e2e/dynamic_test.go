package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// secret is a type of the host's that cannot be copied.
type secret struct{ text string }

func (s *secret) String() string { return s.text }

// A value that the host puts into an any comes back as the same value.
func TestDynamicHostValues(t *testing.T) {
	p := objects(t)
	s, ch := &secret{"x"}, make(chan int)
	add := func(a, b int) int { return a + b }
	for name, v := range map[string]any{"pointer": s, "struct": secret{"y"}, "channel": ch, "stringer": fmt.Stringer(s), "nil channel": (chan int)(nil)} {
		t.Run(name, func(t *testing.T) {
			call(t, p, "Stow", name, v)
			want := fmt.Sprintf("%T", v)
			if strings.HasSuffix(name, "channel") {
				want = "pluginrt.HostValue"
			}
			if kind := call(t, p, "KindOf", v)[0].(string); kind != want {
				t.Errorf("%s is a %s in the plugin, want %s", name, kind, want)
			}
			if call(t, p, "Alike", v, v)[0] != true {
				t.Errorf("Alike of %s: got false, want true", name)
			}
			if got := call(t, p, "Fetch", name)[0]; got != v {
				t.Errorf("%s: got %T %v, want %T %v", name, got, got, v, v)
			}
		})
	}
	if kind := call(t, p, "KindOf", (*secret)(nil))[0]; kind != "<nil>" {
		t.Errorf("a nil pointer is a %s in the plugin, want nil", kind)
	}
	nothing := call(t, p, "NothingInAny")[0].([]any)
	if nothing[2] != nil {
		t.Errorf("a nil pointer of the plugin arrives as %#v, want nil", nothing[2])
	}
	if call(t, p, "AreNothing", nothing)[0] != true {
		t.Errorf("AreNothing of %#v: got false, want true", nothing)
	}
	call(t, p, "Stow", "funcs", map[string]any{"add": add, "list": []func(int, int) int{add}, "holds": struct{ Secret *secret }{s}})
	if kind := call(t, p, "KindOf", add)[0]; kind != "func(int, int) int" {
		t.Errorf("KindOf a func: got %s, want func(int, int) int", kind)
	}
	runtime.GC()
	call(t, p, "Collect")
	back := call(t, p, "Fetch", "funcs")[0].(map[string]any)
	if got := back["add"].(func(int, int) int)(1, 2); got != 3 {
		t.Errorf("add(1, 2): got %d, want 3", got)
	}
	if got := back["list"].([]func(int, int) int)[0](3, 4); got != 7 {
		t.Errorf("list[0](3, 4): got %d, want 7", got)
	}
	if got := back["holds"].(struct{ Secret *secret }).Secret; got != s {
		t.Errorf("got %T, want %v", got, s)
	}
	// Unexported fields are not there for those who look into a value, as in the host.
	to := secret{"kept"}
	if err := bound[func([]byte, any) error](t, p, "Unmarshal")([]byte(`{"text": "z"}`), &to); err != nil || to.text != "kept" {
		t.Errorf("got %v, %v, want kept, nil", to, err)
	}
	session := inprocess(t, p.Path()).Attachment().Session()
	clear(back)
	until(t, p, "objects of the host", func() (string, bool) {
		n := session.Exported()
		return fmt.Sprintf("%d are exported", n), n == 0
	})
}

// The plugin calls funcs of the host's of any signature.
func TestDynamicHostFuncs(t *testing.T) {
	p := objects(t)
	now := time.Now().Round(0)
	failed := errors.New("failed in the host")
	counter := call(t, p, "NewCounter", 5)[0].(*winplugin.Object)
	env := map[string]any{
		"now":   func() time.Time { return now },
		"len2":  func(s string) int { return 2 * len(s) },
		"join":  func(sep string, words ...string) string { return strings.Join(words, sep) },
		"fail":  func() (int, error) { return 0, failed },
		"panic": func() int { panic("in the host") },
		"any":   func(v any) any { return v },
		"add":   func(c *winplugin.Object, n int) (int, error) { return one[int](t, c, "Add", n), nil },
		"text":  func(s fmt.Stringer) string { return s.String() },
		"map":   func(m map[string][]int) map[string]int { return map[string]int{"n": len(m["a"])} },
		"apply": func(f func(int) int, n int) int { return f(n) },
		"large": func(n int) string { return strings.Repeat("x", n) },
		"no":    func(io.Writer) {},
	}
	eval := func(name string, args ...any) (any, error) {
		results, err := p.Call(context.Background(), "Eval", append([]any{env, name}, args...)...)
		if err != nil {
			return nil, err
		}
		return results[0], nil
	}
	for _, test := range []struct {
		name string
		args []any
		want any
	}{
		{"now", nil, now},
		{"len2", []any{"abc"}, 6},
		{"join", []any{"-", "a", "b", "c"}, "a-b-c"},
		{"any", []any{int8(3)}, int8(3)},
		{"add", []any{counter, 2}, 7},
		{"text", []any{counter}, "7"},
		{"map", []any{map[string][]int{"a": {1, 2}}}, map[string]int{"n": 2}},
		{"apply", []any{func(n int) int { return n * n }, 9}, 81},
		{"large", []any{1 << 20}, strings.Repeat("x", 1<<20)},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := eval(test.name, test.args...)
			if err != nil {
				t.Errorf("%s: got error %v, want nil", test.name, err)
			} else if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s: got another value (-want +got):\n%.200s", test.name, diff)
			}
		})
	}
	if got, err := eval("any", counter); err != nil || got.(*winplugin.Object).Type() != counter.Type() {
		t.Errorf("got %v, %v, want %v", got, err, counter.Type())
	}
	for name, want := range map[string]string{"fail": "failed in the host", "panic": "in the host"} {
		t.Run(name, func(t *testing.T) {
			if _, err := eval(name); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: got %v, want an error with %q in it", name, err, want)
			}
		})
	}
	if _, err := eval("no", counter); err == nil || !strings.Contains(err.Error(), "Write") {
		t.Errorf("a counter for a writer: got %v, want an error that says so", err)
	}
	env["bad"] = func(chan int) {}
	if _, err := eval("len2", ""); err == nil || !strings.Contains(err.Error(), `["bad"]: an interface holds a value whose type func(chan int) does not cross`) {
		t.Errorf("a func that cannot be called: got %v, want an error with \"[\\\"bad\\\"]: an interface holds a value whose type func(chan int) does not cross\" in it", err)
	}
}

// What the plugin puts into a value of dynamic type is used from the host.
func TestDynamicToolbox(t *testing.T) {
	p := objects(t)
	box := call(t, p, "Toolbox")[0].(map[string]any)
	counter := box["counter"].(*winplugin.Object)
	if got := one[int](t, counter, "Add", 4); got != 5 {
		t.Errorf("Add: got %d, want 5", got)
	}
	if !strings.HasSuffix(counter.Type(), "/objects.Counter") && !strings.HasSuffix(counter.Type(), "objects.Counter") {
		t.Errorf("Type: got %q, want one that ends with objects.Counter", counter.Type())
	}
	if call(t, p, "Same", counter, counter)[0] != true || call(t, p, "Alike", counter, counter)[0] != true {
		t.Error("Same and Alike of one counter: got false, want true")
	}
	list := box["counters"].([]any)
	if len(list) != 2 || list[1] != nil || one[int](t, list[0].(*winplugin.Object), "Add", 0) != 2 {
		t.Errorf("counters: got %v, want a counter of 2 and nil", list)
	}
	if got := box["join"].(func(string, ...string) string)("+", "a", "b"); got != "a+b" {
		t.Errorf("join: got %q, want a+b", got)
	}
	value := box["value"].(func(any) (int, error))
	if got, err := value(counter); got != 5 || err != nil {
		t.Errorf("value: got %d, %v, want 5, nil", got, err)
	}
	if _, err := value(nil); err == nil || err.Error() != "no counter" {
		t.Error(err)
	}
	if _, err := value("text"); err == nil || !strings.Contains(err.Error(), "argument 1: ") || !strings.Contains(err.Error(), "a string was given for *objects.Counter") {
		t.Error(err)
	}
	if _, err := value(&secret{}); err == nil || !strings.Contains(err.Error(), "a *e2e.secret was given for *objects.Counter") {
		t.Error(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := box["wait"].(func(context.Context) error)(ctx); err != context.Canceled {
		t.Error(err)
	}
	func() {
		defer func() {
			var panicked *winplugin.PanicError
			if err, _ := recover().(error); !errors.As(err, &panicked) || panicked.Value != "in the toolbox" {
				t.Errorf("got %v, want a %T and \"in the toolbox\"", err, panicked)
			}
		}()
		box["panic"].(func())()
	}()
	nested := box["nested"].(struct {
		Twice func(func(int) int) func(int) int
	})
	double := func(n int) int { return 2 * n }
	if got := nested.Twice(double)(3); got != 12 {
		t.Errorf("Twice(double)(3): got %d, want 12", got)
	}
	if got := call(t, p, "Unhide", box["hidden"])[0]; got != 7 {
		t.Errorf("Unhide: got %v, want 7", got)
	}
	if _, err := box["hidden"].(*winplugin.Object).Call(context.Background(), "No"); !errors.Is(err, winplugin.ErrNotFound) {
		t.Error(err)
	}
	if got := one[string](t, box["text"].(*winplugin.Object), "String"); got != "3" {
		t.Errorf("String: got %q, want 3", got)
	}
	// Back in the host it is the same func.
	call(t, p, "Stow", "join", box["join"])
	if kind := call(t, p, "KindOf", box["join"])[0]; kind != "func(string, ...string) string" {
		t.Errorf("KindOf join: got %v, want func(string, ...string) string", kind)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := value(counter); !errors.Is(err, winplugin.ErrClosed) {
		t.Error(err)
	}
}

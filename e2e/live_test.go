package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A pointer to a number or a slice that a function returns is the very place in the plugin.
func TestPointersOfThePluginStayLive(t *testing.T) {
	p := open(t, copyOf(t, "asks", "asks_live"))
	count, names := call(t, p, "Count")[0].(*winplugin.Object), call(t, p, "Names")[0].(*winplugin.Object)
	if again := call(t, p, "Count")[0]; again != any(count) {
		t.Errorf("the same pointer: got %v, want the same object %v", again, count)
	}
	for n := range 3 {
		got, err := winplugin.As[int](count)
		if err != nil || got != n+1 {
			t.Errorf("count: got %d, %v, want %d", got, err, n+1)
		}
		call(t, p, "Bump", count)
	}
	var got []string
	if err := names.Copy(&got); err != nil || strings.Join(got, " ") != "a 2 3 4" {
		t.Errorf("names: got %q, %v, want [a 2 3 4]", got, err)
	}
}

// A variable that holds a func is called as a function is, and an any gets what a variable holds.
func TestVariablesOfThePlugin(t *testing.T) {
	p := open(t, copyOf(t, "asks", "asks_variables"))
	e := call(t, p, "Open", "a", "b")[0].(*winplugin.Object)
	if _, err := e.Call(context.Background(), "Add", "c", 1); err != nil {
		t.Errorf("a method of what a func variable returned: got error %v, want nil", err)
	}
	for _, test := range []struct {
		function string
		args     []any
		want     string
	}{
		{"Open", nil, "no lines"},
		{"Open", []any{1}, "argument 1"},
		{"Never", nil, "var Never is nil"},
	} {
		if _, err := p.Call(context.Background(), test.function, test.args...); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s%v: got error %v, want one with %q in it", test.function, test.args, err, test.want)
		}
	}
	level, err := winplugin.Var[any](p, "Start")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := level.Get(); err != nil || fmt.Sprint(got) != "high" {
		t.Errorf("a named number: got %v, %v, want high", got, err)
	}
	if err := level.Set(int8(0)); err != nil {
		t.Errorf("setting it to a number: got error %v, want nil", err)
	}
	if got, err := level.Get(); err != nil || fmt.Sprint(got) != "low" {
		t.Errorf("after setting it: got %v, %v, want low", got, err)
	}
}

type linked struct {
	text string
	next *linked
}

func (l linked) Text() string   { return l.text }
func (l *linked) Next() *linked { return l.next }

// Methods of the host's values return values of the host's own types, whose methods the plugin
// calls in turn.
func TestMethodsThatReturnOwnTypes(t *testing.T) {
	p := open(t, copyOf(t, "asks", "asks_own"))
	if got := call(t, p, "Line", &linked{"a", &linked{text: "b"}})[0]; got != "b" {
		t.Errorf("got %v, want b", got)
	}
}

// Errors of a method that is left out name what includes it.
func TestMethodsThatAreLeftOut(t *testing.T) {
	p := known(t)
	headers := call(t, p, "Headers")[0].(*winplugin.Object)
	_, err := headers.Call(context.Background(), "Get", "A")
	if err == nil || !errors.Is(err, winplugin.ErrNotFound) || !strings.Contains(err.Error(), `WithMethods("net/http.Header")`) {
		t.Errorf("a method of http.Header: got error %v, want one that names WithMethods", err)
	}
}

// A channel in a field of the plugin's object is a channel of the host.
func TestChannelsInFields(t *testing.T) {
	p := open(t, copyOf(t, "asks", "asks_channels"))
	w := call(t, p, "Watch")[0].(*winplugin.Object)
	events, err := winplugin.As[<-chan string](field(w, "Events").(*winplugin.Object))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for event := range events {
		got = append(got, event)
	}
	if want := "[first second]"; fmt.Sprint(got) != want {
		t.Errorf("events: got %v, want %s", got, want)
	}
	errs, err := winplugin.As[<-chan error](field(w, "Errors").(*winplugin.Object))
	if err != nil {
		t.Fatal(err)
	}
	if err := <-errs; err == nil || err.Error() != "lost" {
		t.Errorf("error: got %v, want lost", err)
	}
	if _, err := winplugin.As[<-chan int](field(w, "Events").(*winplugin.Object)); err == nil || !strings.Contains(err.Error(), "string") {
		t.Errorf("a channel of another type: got error %v, want one with the plugin's type", err)
	}
}

// Methods of another package's type whose values are copied are called on the object itself.
func TestMethodsOfCopiedTypes(t *testing.T) {
	rebuilds(t)
	dir := t.TempDir()
	writeFiles(t, dir, map[string]string{
		"go.mod":         "module example.com/makes\n\ngo 1.22\n",
		"makes.go":       "package makes\n\nimport \"example.com/makes/config\"\n\nfunc New() *config.Config { return &config.Config{Name: \"x\"} }\n",
		"config/type.go": "package config\n\ntype Config struct{ Name string }\n\nfunc (c *Config) SetName(n string) { c.Name = n }\n\nfunc (c Config) Greet(who *Config) string { return who.Name + \", I am \" + c.Name }\n",
	})
	p, err := winplugin.Open(dir, options(winplugin.WithMethods("example.com/makes/config.Config"))...)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	config := call(t, p, "New")[0].(*winplugin.Object)
	var bound struct {
		SetName func(string) error
		Greet   func(who *winplugin.Object) (string, error)
	}
	if err := config.Bind(&bound); err != nil {
		t.Fatal(err)
	}
	if err := bound.SetName("y"); err != nil {
		t.Errorf("SetName: got error %v, want nil", err)
	}
	if got, err := bound.Greet(config); got != "y, I am y" || err != nil {
		t.Errorf("Greet: got %q, %v, want \"y, I am y\"", got, err)
	}
	if _, err := config.Call(context.Background(), "SetName", "z"); err != nil {
		t.Errorf("SetName: got error %v, want nil", err)
	}
	other := call(t, p, "New")[0]
	if got, err := config.Call(context.Background(), "Greet", other); err != nil || got[0] != "x, I am z" {
		t.Errorf("Greet: got %v, %v, want \"x, I am z\"", got, err)
	}
}

// A bound func gets the very place too, as an object.
func TestBoundPointersOfThePluginStayLive(t *testing.T) {
	p := open(t, copyOf(t, "asks", "asks_bound"))
	count, bump := bound[func() *winplugin.Object](t, p, "Count")(), bound[func(*winplugin.Object) error](t, p, "Bump")
	for n := range 3 {
		got, err := winplugin.As[int](count)
		if err != nil || got != n+1 {
			t.Errorf("count: got %d, %v, want %d", got, err, n+1)
		}
		if err := bump(count); err != nil {
			t.Fatal(err)
		}
	}
}

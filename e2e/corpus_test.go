package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

//go:generate go run -C testdata/corpus ./direct golden
//go:generate go run -C testdata/corpus/more ./direct ../golden
//go:generate go run -C testdata/corpus/further ./direct ../golden

var (
	corpusPrograms = flag.String("corpus", "", "`programs` of the corpus to run: all, or names with commas; none: those whose packages build quickly, by the pure bridge")
	corpusCache    = flag.String("corpuscache", "", "a `folder` that keeps the libraries of the corpus from one run to the next")
)

// A twin does with a package as a plugin what the program of the same name in
// testdata/corpus/direct does with the package linked directly.
type twin struct {
	path  string // the package
	quick bool   // builds in a few seconds, so that every run has it
	run   func(*corpusRun)
	more  []string // packages that come into the same library

	module string // the folder in testdata/corpus of the module that requires the package
}

// twins are those of all programs.
var twins = map[string]twin{}

// corpusRun is a run of a twin. What a step gives is compared with what it gave directly.
type corpusRun struct {
	*winplugin.Plugin
	t     *testing.T
	name  string
	want  map[string]string // by step
	steps map[string]bool
}

// Packages that know nothing of plugins do as plugins what they do when they are linked
// directly, step by step.
func TestCorpus(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(twins)) {
		c := twins[name]
		if !corpusWants(name, c.quick) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			want := golden(t, name)
			t.Chdir(filepath.Join("testdata/corpus", c.module))
			opts := []winplugin.Option{winplugin.WithoutPolicy(), winplugin.WithPackages(c.more...)}
			if *corpusCache != "" {
				opts = append(opts, winplugin.WithCacheDir(*corpusCache))
			}
			r := &corpusRun{t: t, name: name, Plugin: open(t, c.path, opts...), want: want, steps: make(map[string]bool)}
			text, _ := attempt(func() any { c.run(r); return "" })
			for key, want := range r.want {
				if !r.steps[key] {
					t.Run(key, func(t *testing.T) { t.Errorf("the step did not run: %s\nwant %s", text, want) })
				}
			}
		})
	}
}

// corpusWants reports whether this run has the program.
func corpusWants(name string, quick bool) bool {
	switch *corpusPrograms {
	case "":
		// Builds take longer in Wine.
		few := runtime.GOOS == "windows" && !slices.Contains([]string{"cron", "decimal", "jwt", "uuid", "yaml"}, name)
		return quick && bridge != winplugin.CGO && !raceDetector && !few
	case "all":
		return true
	}
	return slices.Contains(strings.Split(*corpusPrograms, ","), name)
}

// golden returns what the steps of a program give directly.
func golden(t *testing.T, name string) map[string]string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata/corpus/golden", name+".txt"))
	if err != nil {
		t.Fatalf("got error %v, want nil; run go generate ./e2e", err)
	}
	steps := make(map[string]string)
	for line := range strings.Lines(strings.ReplaceAll(string(b), "\r\n", "\n")) {
		key, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		steps[key] = text
	}
	return steps
}

// step runs a step, which must give what it gives directly.
func (r *corpusRun) step(key string, f func() any) {
	r.steps[key] = true
	r.t.Run(key, func(t *testing.T) {
		got, _ := attempt(f)
		if want, ok := r.want[key]; !ok {
			t.Errorf("got %s for a step that the direct run does not have; want one of its steps", got)
		} else if cause := corpusDiffers[r.name+"/"+key]; got != want && cause != "" {
			t.Skipf("differs: %s\ngot  %s\nwant %s", cause, got, want)
		} else if got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		} else if cause != "" {
			t.Logf("equal, so no longer: %s", cause)
		}
	})
}

// attempt returns what f returns, or panics with, as the direct programs print it. err is
// the error if it is one.
func attempt(f func() any) (text string, err error) {
	defer func() {
		if v := recover(); v != nil {
			text, err = corpusPanic(v)
		}
	}()
	v := f()
	if p, ok := v.(*winplugin.PanicError); ok {
		return corpusPanic(p)
	}
	err, _ = v.(error)
	return corpusLine(fmt.Sprint(v)), err
}

// corpusPanic returns a panic's value as the direct programs print it, whether it passed
// through the host's func or came as an error.
func corpusPanic(v any) (string, error) {
	err, _ := v.(error)
	if p, ok := v.(*winplugin.PanicError); ok && p.Err == nil {
		v = p.Value
	}
	return "PANIC " + corpusLine(fmt.Sprint(v)), err
}

// corpusLine returns text as the direct programs print it. They are package main.
func corpusLine(text string) string {
	text = strings.ReplaceAll(text, `"github.com/RamanSharma100/go-winplugin/e2e".`, `"main".`)
	text = strings.ReplaceAll(text, "e2e.", "main.")
	text = strings.ReplaceAll(text, "\n", `\n`)
	return text[:min(len(text), 1500)]
}

// must returns v, or panics with err.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// only returns the only result of a call, or nil or all of them.
func only(results []any, err error) (any, error) {
	switch len(results) {
	case 0:
		return nil, err
	case 1:
		return results[0], err
	}
	return results, err
}

// try calls a function.
func (r *corpusRun) try(function string, args ...any) (any, error) {
	return only(r.Call(context.Background(), function, args...))
}

// do calls a function that must not fail.
func (r *corpusRun) do(function string, args ...any) any { return must(r.try(function, args...)) }

// tryOn calls a method of an object.
func tryOn(o any, method string, args ...any) (any, error) {
	object, ok := o.(*winplugin.Object)
	if !ok {
		return nil, fmt.Errorf("%s: got no object but a %T", method, o)
	}
	return only(object.Call(context.Background(), method, args...))
}

// on calls a method that must not fail.
func on(o any, method string, args ...any) any { return must(tryOn(o, method, args...)) }

// errorObject returns what stands for an error of the plugin.
func errorObject(err error) *winplugin.Object {
	var o *winplugin.Object
	if !errors.As(err, &o) {
		panic(fmt.Errorf("no object stands for %T %w", err, err))
	}
	return o
}

// field returns a field of an object, or of what a field of it is.
func field(o any, names ...string) any {
	for _, name := range names {
		object, ok := o.(*winplugin.Object)
		if !ok {
			panic(fmt.Errorf("%s: got no object but a %T", name, o))
		}
		o = must(object.Get(name))
	}
	return o
}

// asA returns an object as an interface of the standard library.
func asA[T any](o any) T {
	if v, ok := o.(T); ok {
		return v
	}
	object, ok := o.(*winplugin.Object)
	if !ok {
		panic(fmt.Errorf("got no object but a %T", o))
	}
	return must(winplugin.As[T](object))
}

// make returns an object of one of the plugin's types.
func (r *corpusRun) make(typeName string, fields any) *winplugin.Object {
	return must(r.New(typeName, fields))
}

// constant returns a constant.
func (r *corpusRun) constant(name string) any { return must(r.Const(name)) }

// variable returns the value of a variable.
func variableOf[T any](r *corpusRun, name string) T {
	return must(must(winplugin.Var[T](r.Plugin, name)).Get())
}

// structField returns a field of a struct.
func structField(v any, name string) any {
	return reflect.Indirect(reflect.ValueOf(v)).FieldByName(name).Interface()
}

// length returns the length of a slice or a map.
func length(v any) int { return reflect.ValueOf(v).Len() }

// element returns an element of a slice.
func element(v any, i int) any { return reflect.ValueOf(v).Index(i).Interface() }

// asJSON returns v as JSON.
func asJSON(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprintf("%v (%v)", v, err)
	}
	return string(bytes.TrimSpace(b))
}

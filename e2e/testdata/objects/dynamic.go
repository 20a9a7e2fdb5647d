package objects

import (
	"bytes"
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"sort"
	"strings"
	"sync"
)

var bag struct {
	sync.Mutex
	values map[string]any
}

// Stow keeps any value.
func Stow(key string, v any) {
	bag.Lock()
	defer bag.Unlock()
	if bag.values == nil {
		bag.values = make(map[string]any)
	}
	bag.values[key] = v
}

// Fetch returns a value that was kept, and lets go of it.
func Fetch(key string) any {
	bag.Lock()
	defer bag.Unlock()
	v := bag.values[key]
	delete(bag.values, key)
	return v
}

// KindOf is the type of a value as the plugin sees it.
func KindOf(v any) string { return fmt.Sprintf("%T", v) }

// Alike reports whether both values are one.
func Alike(a, b any) bool { return a == b }

// Eval calls a func of an environment, as an evaluator does.
func Eval(env map[string]any, name string, args ...any) (v any, err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s: %v", name, v)
		}
	}()
	fn := reflect.ValueOf(env[name])
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		in[i] = reflect.ValueOf(a)
	}
	out := fn.Call(in)
	if n := len(out); n > 0 {
		if err, ok := out[n-1].Interface().(error); ok {
			return nil, err
		}
		v = out[0].Interface()
	}
	return v, nil
}

// hidden is a type that the manifest does not know.
type hidden struct{ n int }

// Toolbox is an environment of the plugin's.
func Toolbox() map[string]any {
	return map[string]any{
		"counter":  NewCounter(1),
		"counters": []*Counter{NewCounter(2), nil},
		"join":     func(sep string, words ...string) string { return strings.Join(words, sep) },
		"value": func(c *Counter) (int, error) {
			if c == nil {
				return 0, errors.New("no counter")
			}
			return c.Add(0), nil
		},
		"wait":  func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
		"panic": func() { panic("in the toolbox") },
		"nested": struct {
			Twice func(func(int) int) func(int) int
		}{func(f func(int) int) func(int) int {
			return func(n int) int { return f(f(n)) }
		}},
		"hidden": &hidden{7},
		"text":   fmt.Stringer(NewCounter(3)),
	}
}

// Unhide returns what is hidden.
func Unhide(v any) int { return v.(*hidden).n }

// Marshal returns a value as JSON.
func Marshal(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

// Format formats a value.
func Format(format string, v any) string { return fmt.Sprintf(format, v) }

// FillAll sets what it gets pointers to: numbers to n, strings to "n".
func FillAll(n int64, dest ...any) error {
	for _, d := range dest {
		switch d := d.(type) {
		case *int64:
			*d = n
		case *string:
			*d = fmt.Sprint(n)
		case *any:
			*d = n
		case interface{ Scan(any) error }:
			if err := d.Scan(n); err != nil {
				return err
			}
		default:
			return fmt.Errorf("cannot fill a %T", d)
		}
	}
	return nil
}

// Target is where a Loader loads to.
type Target struct {
	Result any
	Strict bool
}

// A Loader keeps its target.
type Loader struct{ target Target }

// NewLoader returns a Loader that fills what the target's Result points to.
func NewLoader(target Target) *Loader { return &Loader{target} }

// Load fills it.
func (l *Loader) Load(text string) error { return json.Unmarshal([]byte(text), l.target.Result) }

// SortAny sorts what has the methods for it.
func SortAny(v any) bool {
	s, ok := v.(sort.Interface)
	if ok {
		sort.Sort(s)
	}
	return ok
}

// ReadAll reads all of a reader.
func ReadAll(v any) (string, error) {
	r, ok := v.(io.Reader)
	if !ok {
		return "", fmt.Errorf("a %T is no reader", v)
	}
	b, err := io.ReadAll(r)
	return string(b), err
}

// Configure calls a method as YAML decoders do.
func Configure(v any, text string) error {
	u, ok := v.(interface{ UnmarshalYAML(func(any) error) error })
	if !ok {
		return fmt.Errorf("a %T is no unmarshaler", v)
	}
	return u.UnmarshalYAML(func(to any) error { return json.Unmarshal([]byte(text), to) })
}

// LogLine logs a value as text. No signature of the package mentions log/slog.
func LogLine(v any) string {
	var b bytes.Buffer
	slog.New(slog.NewTextHandler(&b, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}})).Info("m", "v", v)
	return b.String()
}

// Value returns what a driver.Valuer stores. No signature mentions database/sql/driver.
func Value(v any) (string, error) {
	valuer, ok := v.(driver.Valuer)
	if !ok {
		return "", fmt.Errorf("a %T is no driver.Valuer", v)
	}
	value, err := valuer.Value()
	return fmt.Sprintf("%T %v", value, value), err
}

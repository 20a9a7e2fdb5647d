package e2e

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// An object of one plugin is a proxy in another one that wants an interface.
func TestObjectsBetweenPlugins(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return
	}
	a, b := objects(t), objects2(t)
	counter := call(t, a, "NewCounter", 3)[0].(*winplugin.Object)
	source := call(t, a, "NewSource", byte('x'))[0].(*winplugin.Object)

	t.Run("methods", func(t *testing.T) {
		if got := call(t, b, "Join", counter, counter)[0]; got != "3 3" && got != "33" && got != "3,3" {
			t.Errorf("Join: got %q, want 3 twice", got)
		}
		if got := bound[func(*winplugin.Object, *winplugin.Object) bool](t, b, "SameStringer")(counter, counter); !got {
			t.Error("SameStringer of one object: got false, want true")
		}
		if got := call(t, b, "SameStringer", counter, call(t, a, "NewCounter", 3)[0])[0]; got != false {
			t.Error("got one object in the other plugin for two, want two")
		}
		b.Call(context.Background(), "Hold", counter, source)
		if got, err := b.Call(context.Background(), "HeldRead"); err != nil || got[0] != "xxxx" {
			t.Errorf("HeldRead: got %v, %v, want xxxx", got, err)
		}
	})
	t.Run("identity", func(t *testing.T) {
		if got := call(t, b, "EchoStringer", counter)[0]; got != any(counter) {
			t.Errorf("EchoStringer: got %T %p, want the object itself", got, got)
		}
		if got := bound[func(*winplugin.Object) *winplugin.Object](t, b, "EchoStringer")(counter); got != counter {
			t.Errorf("EchoStringer: got %p, want %p", got, counter)
		}
		text := bound[func(*winplugin.Object) fmt.Stringer](t, b, "EchoStringer")(counter)
		if got := text.String(); got != "3" {
			t.Errorf("EchoStringer as a fmt.Stringer: got %q, want 3", got)
		}
		for _, back := range []any{text, call(t, b, "EchoStringer", counter)[0]} {
			t.Run(fmt.Sprintf("%T", back), func(t *testing.T) {
				if got := call(t, a, "IsCounter", back)[0]; got != true {
					t.Errorf("IsCounter of a %T: got %v, want true", back, got)
				}
			})
		}
	})
	t.Run("any", func(t *testing.T) {
		if got, err := b.Call(context.Background(), "CallAdd", counter, 2); err != nil || got[0] != 5 {
			t.Errorf("CallAdd: got %v, %v, want 5", got, err)
		}
		defer counter.Call(context.Background(), "Add", -2)
		tests := []struct {
			name, function string
			args           []any
			want           any
		}{
			{"printed", "Format", []any{"%v|%s", counter}, "5|%!s(MISSING)"},
			{"its type", "KindOf", []any{counter}, "*objects.Counter"},
			{"JSON", "Marshal", []any{map[string]any{"v": call(t, a, "NewPanel", "p")[0]}}, nil},
			{"one value", "Alike", []any{counter, counter}, true},
			{"in a slice", "Format", []any{"%v", []any{counter, 1}}, "[5 1]"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				got, err := b.Call(context.Background(), test.function, test.args...)
				want := test.want
				if want == nil {
					want = call(t, a, test.function, test.args...)[0]
				}
				if err != nil || got[0] != want {
					t.Errorf("got %v, %v, want %v", got, err, want)
				}
			})
		}
		call(t, b, "Stow", "c", counter)
		if got := call(t, b, "Fetch", "c")[0]; got != any(counter) {
			t.Errorf("Fetch: got %T %p, want the object itself", got, got)
		}
	})
	t.Run("nested calls", func(t *testing.T) {
		texts := []string{}
		err := func() error {
			_, err := a.Call(context.Background(), "Visit", func(c *winplugin.Object) {
				_, err := b.Call(context.Background(), "Through", func(f func()) {
					got := call(t, b, "Join", c)[0].(string)
					texts = append(texts, got, call(t, b, "Format", "%v", c)[0].(string))
				})
				if err != nil {
					t.Error(err)
				}
			})
			return err
		}()
		if err != nil || strings.Join(texts, " ") != "7 7" {
			t.Errorf("got %q, %v, want 7 7", texts, err)
		}
	})
	t.Run("refused", func(t *testing.T) {
		tests := []struct {
			name, function string
			args           []any
			want           string
		}{
			{"for a pointer", "Same", []any{counter, counter}, "Object.Copy"},
			{"in a slice", "Sum", []any{[]*winplugin.Object{counter}}, "Object.Copy"},
			{"without the method", "EchoStringer", []any{source}, "has no method String"},
			{"without the method in a slice", "Join", []any{source}, "has no method String"},
		}
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				var mismatch *winplugin.SignatureError
				_, err := b.Call(context.Background(), test.function, test.args...)
				if err == nil || !strings.Contains(err.Error(), test.want) || !strings.Contains(err.Error(), "belongs to plugin objects") {
					t.Errorf("got %v, want an error with %q in it", err, test.want)
				}
				if !errors.As(err, &mismatch) {
					t.Errorf("got a %T, want a *SignatureError", err)
				}
			})
		}
	})
}

// A plugin's proxies of another plugin's objects end with that plugin.
func TestObjectsOfClosedPlugin(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return
	}
	a, b := objects2(t), objects(t)
	counter := call(t, a, "NewCounter", 3)[0].(*winplugin.Object)
	source := call(t, a, "NewSource", byte('x'))[0].(*winplugin.Object)
	call(t, b, "Hold", counter, source)
	call(t, b, "Stow", "c", counter)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Call(context.Background(), "HeldRead"); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("HeldRead: got %v, want an error that says that the plugin is closed", err)
	}
	var panicked *winplugin.PanicError
	if _, err := b.Call(context.Background(), "HeldText"); !errors.As(err, &panicked) || !strings.Contains(err.Error(), "closed") {
		t.Errorf("HeldText: got %v, want a panic that says that the plugin is closed", err)
	}
	if _, err := b.Call(context.Background(), "EchoStringer", counter); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("EchoStringer: got %v, want an error that says that the plugin is closed", err)
	}
	v := call(t, b, "Fetch", "c")[0]
	if v != any(counter) {
		t.Errorf("Fetch: got %v, want the object", v)
	}
	if got, err := b.Call(context.Background(), "CallAdd", v, 1); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("CallAdd: got %v, %v, want an error that says that the plugin is closed", got, err)
	}
	call(t, b, "Hold", nil, nil)
	call(t, b, "Collect")
}

// A value lives as long as another plugin has it.
func TestObjectsBetweenPluginsAreReleased(t *testing.T) {
	if isolated(t, map[string]string{"objects": built(t, "objects")}) {
		return
	}
	a, b := objects2(t), objects(t)
	source := call(t, a, "NewSource", byte('x'))[0]
	call(t, b, "Hold", call(t, a, "NewCounter", 3)[0], source)
	call(t, b, "Stow", "c", call(t, a, "NewCounter", 4)[0])
	for range 3 {
		runtime.GC()
		call(t, a, "Collect")
	}
	if got := call(t, b, "HeldText")[0]; got != "3" {
		t.Errorf("HeldText: got %v, want 3", got)
	}
	if live := call(t, a, "Live")[0]; live != 2 {
		t.Errorf("%v counters are alive, want 2", live)
	}
	call(t, b, "Hold", nil, nil)
	call(t, b, "Fetch", "c")
	end := time.Now().Add(patience)
	for {
		call(t, b, "Collect")
		runtime.GC()
		call(t, a, "Collect")
		live := call(t, a, "Live")[0]
		if live == 0 {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%v counters are alive, want none", live)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

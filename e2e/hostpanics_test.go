package e2e

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// QuotaError is an error that the plugin has, too.
type QuotaError struct{ Limit int }

func (e *QuotaError) Error() string { return fmt.Sprintf("more than %d", e.Limit) }

type trouble struct {
	Line   int
	Reason string
}

// What the host's code panics with is what recover gives the plugin.
func TestObjectsRecoverPanicValues(t *testing.T) {
	p := objects(t)
	c := call(t, p, "NewCounter", 5)[0].(*winplugin.Object)
	own := bound[func() error](t, p, "OwnError")()
	made, err := p.New("Bailout", map[string]any{"Line": 4, "Reason": "made"})
	if err != nil {
		t.Fatal(err)
	}
	var table map[string]int
	for _, test := range []struct {
		name   string
		panics func()
		want   string
	}{
		{"string", func() { panic("deep") }, "string deep"},
		{"empty string", func() { panic("") }, "string "},
		{"int", func() { panic(7) }, "int 7"},
		{"sentinel", func() { panic(http.ErrAbortHandler) }, "error http.ErrAbortHandler"},
		{"EOF", func() { panic(io.EOF) }, "error io.EOF"},
		{"error of a type of the host's", func() { panic(&QuotaError{3}) }, "error quota 3: more than 3"},
		{"wrapped error", func() { panic(fmt.Errorf("load: %w", &QuotaError{4})) }, "error quota 4: load: more than 4"},
		{"error of the plugin's", func() { panic(own) }, "error of the plugin's own"},
		{"nil map", func() { table["a"] = 1 }, "error runtime.Error: assignment to entry in nil map"},
		{"nil", func() { panic(nil) }, "error runtime.Error: " + new(runtime.PanicNilError).Error()},
		{"struct", func() { panic(trouble{3, "deep"}) }, "{Line:3 Reason:deep}"},
		{"pointer to a struct", func() { panic(&trouble{3, "deep"}) }, "&{Line:3 Reason:deep}"},
		{"slice", func() { panic([]any{1, "a"}) }, "[1 a]"},
		{"object", func() { panic(c) }, "counter 5"},
		{"value of a type of the plugin's", func() { panic(made) }, "bailout at 4: made"},
		{"func", func() { panic(func(n int) int { return n + 1 }) }, "func 21"},
		{"what does not cross", func() { panic([]unsafe.Pointer{nil}) }, "error HostError: [<nil>]"},
		{"too large", func() { panic(strings.Repeat("x", 1<<17)) }, "error HostError: xxxxx"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, function := range []string{"Recovered", "RecoveredElsewhere"} {
				if got := bound[func(func()) string](t, p, function)(test.panics); got != test.want && !(strings.HasSuffix(test.want, "xxxxx") && strings.HasPrefix(got, test.want)) {
					t.Errorf("%s: got %.200s, want %s", function, got, test.want)
				}
			}
		})
	}
	t.Run("very object", func(t *testing.T) {
		if !bound[func(func(), *winplugin.Object) bool](t, p, "SameRecovered")(func() { panic(c) }, c) {
			t.Error("got another counter, want the one that the host has")
		}
	})
	t.Run("method", func(t *testing.T) {
		if got := call(t, p, "CallsTwice", &twicer{}); got[0] != "string no twice" {
			t.Errorf("got %v, want string no twice", got)
		}
	})
}

// A panic of the plugin's that passes through the host is the same panic in the plugin again.
func TestObjectsRecoverPanicsThrough(t *testing.T) {
	p := objects(t)
	through := bound[func(func(func()), bool) string](t, p, "RecoveredThrough")
	for _, test := range []struct {
		name string
		host func(func())
		own  bool
		want string

		apart string // what is wanted in a process of its own, if it is something else
	}{
		{"struct", func(f func()) { f() }, false, "bailout at 7: through", "error HostError: plugin objects: panic in func(): {7 through}"},
		{"error", func(f func()) { f() }, true, "error of the plugin's own", ""},
		{"recovered in the host", func(f func()) {
			defer func() { panic(recover()) }()
			f()
		}, false, "bailout at 7: through", "error HostError: plugin objects: panic in func(): {7 through}"},
		{"not passed on", func(f func()) {
			defer func() { _ = recover() }()
			f()
		}, false, "nil", ""},
		{"another one", func(f func()) {
			defer func() { panic(fmt.Sprint("after ", recover() != nil)) }()
			f()
		}, false, "string after true", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, want := through(test.host, test.own), test.want
			if test.apart != "" && os.Getenv(isolationName) != "" {
				want = test.apart
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

type twicer struct{}

func (*twicer) Twice(int) int { panic("no twice") }

// A panic of the host's that the plugin does not recover has the stacks of both sides, and type and
// text that it has in the host.
func TestObjectsPanicValuesNotRecovered(t *testing.T) {
	p := objects(t)
	for _, value := range []any{"deep", 7, "", trouble{3, "deep"}, &QuotaError{3}, http.ErrAbortHandler, []unsafe.Pointer{nil}} {
		for _, function := range []string{"CallsIt", "PanicsAgain", "PassesPanicOn"} {
			t.Run(fmt.Sprintf("%T %v/%s", value, value, function), func(t *testing.T) {
				err := bound[func(func()) error](t, p, function)(func() { hostPanicsWith(value) })
				var panicked *winplugin.PanicError
				if !errors.As(err, &panicked) {
					t.Fatalf("got %v, want a %T", err, panicked)
				}
				if panicked.Type != fmt.Sprintf("%T", value) || panicked.Value != fmt.Sprint(value) {
					t.Errorf("got a %s %s, want a %T %v", panicked.Type, panicked.Value, value, value)
				}
				for _, want := range []string{"hostPanicsWith", "objects." + function, "panic in the host:"} {
					if strings.Count(panicked.Stack, want) == 0 {
						t.Errorf("got the stack\n%s\nwant %s in it", panicked.Stack, want)
					}
				}
			})
		}
	}
	t.Run("one of the plugin's afterwards", func(t *testing.T) {
		err := bound[func(func()) error](t, p, "PanicsAfterwards")(func() { hostPanicsWith("before") })
		var panicked *winplugin.PanicError
		if !errors.As(err, &panicked) || panicked.Value != "afterwards" || strings.Contains(panicked.Stack, "hostPanicsWith") {
			t.Errorf("got %+v, want the plugin's panic, without the host's stack", panicked)
		}
	})
}

func hostPanicsWith(v any) { panic(v) }

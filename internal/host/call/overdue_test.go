package call

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"testing/synctest"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// contextsOnly exports contexts, and nothing else.
type contextsOnly struct{ typemap.Objects }

func (contextsOnly) Type() reflect.Type                              { return reflect.TypeFor[*int]() }
func (contextsOnly) ExportContext(context.Context) (wire.Ref, int64) { return 0, 0 }

// A call that has not returned some time after the end of its context ends the plugin, however
// it gets the context.
func TestKillAfter(t *testing.T) {
	takes := []manifest.Param{{Name: "ctx", Type: manifest.Type{Kind: manifest.Interface, Name: "context.Context"}}}
	bound := func(t *testing.T, e *Exports, ctx context.Context) {
		b, err := e.Bind("F", reflect.TypeFor[func(context.Context) error]())
		if err != nil {
			t.Fatal(err)
		}
		_ = b.Make().Interface().(func(context.Context) error)(ctx)
	}
	for _, test := range []struct {
		name   string
		params []manifest.Param
		call   func(t *testing.T, e *Exports, ctx context.Context)
	}{
		{"bound, the host's alone", nil, bound},
		{"bound, the function takes it", takes, bound},
		{"called", nil, func(_ *testing.T, e *Exports, ctx context.Context) { _, _ = e.Call(ctx, "F", nil) }},
		{"called, the function takes it", takes, func(_ *testing.T, e *Exports, ctx context.Context) { _, _ = e.Call(ctx, "F", nil) }},
		{"called, as an argument", takes, func(_ *testing.T, e *Exports, ctx context.Context) {
			_, _ = e.Call(context.Background(), "F", []any{ctx})
		}},
	} {
		for _, takes := range []time.Duration{20 * time.Second, 5 * time.Second} {
			t.Run(test.name+", "+takes.String(), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					var killed error
					e := exports(t, answered(func(*fake.Invocation) { time.Sleep(takes) }), manifest.Function{Name: "F", Params: test.params})
					e.Scope().SetObjects(contextsOnly{})
					e.SetKillAfter(10*time.Second, func(cause error) { killed = cause })
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(time.Second, cancel)
					test.call(t, e, ctx)
					time.Sleep(time.Minute)
					synctest.Wait() // orders the read of killed behind its write
					if want := takes > 10*time.Second; errors.Is(killed, context.Canceled) != want {
						t.Errorf("got killed by %v, want killed: %t", killed, want)
					}
				})
			})
		}
	}
}

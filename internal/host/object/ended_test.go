package object

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend"
	"github.com/RamanSharma100/go-winplugin/internal/host/call"
)

// hostType is a type that the plugin does not know.
type hostType struct {
	N     int
	inner func()
}

// What an object of a plugin that has ended fails with, before and after the library was
// released.
func TestObjectOfEndedPlugin(t *testing.T) {
	crash := errors.New("the plugin has ended: exit code 3")
	for _, end := range []struct {
		name   string
		err    error // of Begin
		unload bool
		want   error
	}{
		{"ended", &backend.GoneError{Err: crash}, false, crash},
		{"ended and released", &backend.GoneError{Err: crash}, true, crash},
		{"closed", &backend.GoneError{Err: call.ErrClosed}, true, call.ErrClosed},
	} {
		ctx := context.Background()
		for _, test := range []struct {
			name string
			use  func(x *Object) error
		}{
			{"Call", func(x *Object) error { _, err := x.Call(ctx, "Add", 1); return err }},
			{"Call of another method", func(x *Object) error { _, err := x.Call(ctx, "Other", 1); return err }},
			{"Bind", func(x *Object) error { return x.Bind(&struct{ Other func(int) int }{}) }},
			{"BindMethod", func(x *Object) error { _, err := x.BindMethod("Other", reflect.TypeFor[func()]()); return err }},
			{"Get", func(x *Object) error { _, err := x.Get("N"); return err }},
			{"Set", func(x *Object) error { return x.Set("N", 1) }},
			{"Copy", func(x *Object) error { return x.Copy(new(struct{ N int })) }},
			{"Copy to a type of the host", func(x *Object) error { return x.Copy(&hostType{inner: nil}) }},
			{"Sprintf", func(x *Object) error { _, err := x.Sprintf("%v"); return err }},
			{"MarshalText", func(x *Object) error { _, err := x.MarshalText(); return err }},
			{"MarshalJSON", func(x *Object) error { _, err := x.MarshalJSON(); return err }},
			{"as an argument of another plugin", func(x *Object) error {
				other, _ := newAttachment(t)
				return other.fits(x, &fnType)
			}},
		} {
			t.Run(end.name+"/"+test.name, func(t *testing.T) {
				o, l := newAttachment(t)
				x := o.object(o.remote(9), "")
				l.Err = end.err
				if end.unload {
					o.Unload()
				}
				err := test.use(x)
				if !errors.Is(err, end.want) || !strings.Contains(err.Error(), "plugin p") {
					t.Errorf("got error %v, want %v and the plugin's name", err, end.want)
				}
				if got := x.Type(); got != "" {
					t.Errorf("got type %q, want none", got)
				}
			})
		}
	}
}

// An object whose type was asked for too late is not taken for one that was released.
func TestObjectTypeAfterEnd(t *testing.T) {
	o, l := newAttachment(t)
	x := o.object(o.remote(9), "")
	crash := errors.New("the plugin has ended")
	l.Err = &backend.GoneError{Err: crash}
	_, _ = x.typ()
	l.Err = &backend.GoneError{Err: call.ErrClosed}
	if _, err := x.typ(); !errors.Is(err, call.ErrClosed) {
		t.Errorf("after Close: got error %v, want ErrClosed", err)
	}
}

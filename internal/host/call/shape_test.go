package call

import (
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/backend/fake"
	"github.com/RamanSharma100/go-winplugin/internal/shared/memory"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

type (
	named  int
	label_ string
)

// hostTypes are what stands for the letters of shapes, and a value of each.
var hostTypes = map[rune][]reflect.Value{
	'W': {reflect.ValueOf(-5), reflect.ValueOf(uint64(1 << 63)), reflect.ValueOf(named(7))},
	'D': {reflect.ValueOf(-0.5)},
	'O': {reflect.ValueOf(true), reflect.ValueOf(false)},
	'S': {reflect.ValueOf("text"), reflect.ValueOf(label_("named")), reflect.ValueOf("")},
	'A': {anyValue(7), anyValue("text"), anyValue(strings.Repeat("long", 100)), anyValue([]string{"a", "b"})},
	'B': {reflect.ValueOf([]byte("bytes")), reflect.ValueOf([]float32{1, 2, 3}), reflect.ValueOf([]byte{}), reflect.ValueOf([]byte(nil))},
}

// anyValue returns v as a value of type any.
func anyValue(v any) reflect.Value { return reflect.ValueOf(&v).Elem() }

// echoed returns the first argument of the result's type.
func echoed(t *testing.T, v *fake.Invocation, s *Signature) {
	f := v.Frame()
	if s.Fails() {
		f.SetNil(s.Results[len(s.Results)-1].At)
	}
	if len(s.Results) == 0 || s.Results[0].Type.IsError() {
		return
	}
	r := s.Results[0]
	for _, p := range s.Params {
		if !reflect.DeepEqual(p.Type, r.Type) {
			continue
		}
		switch p.Form {
		case manifest.FormWord:
			*f.Word(r.At) = *f.Word(p.At)
		default:
			if *f.Word(p.At) == wire.Nil {
				f.SetNil(r.At)
				break
			}
			v.SetResult(r.At, f.Message(p.At))
		}
		return
	}
	t.Errorf("got the shape %s, want a parameter of the result's type", s)
}

// typeOf describes a type of the host as a plugin's.
func typeOf(t reflect.Type) manifest.Type {
	if t.Kind() == reflect.Slice {
		elem := typeOf(t.Elem())
		return manifest.Type{Kind: manifest.Slice, Elem: &elem}
	}
	return manifest.Type{Kind: manifest.Kind(t.Kind().String())}
}

// bindTo binds a function of the plugin with the types of the host's func, less a
// context and an error that the host has and the plugin not.
func bindTo(t *testing.T, run *fake.Backend, host reflect.Type) *Binding {
	t.Helper()
	f := manifest.Function{Name: "F"}
	for i := range host.NumIn() {
		if host.In(i) != contextType {
			f.Params = append(f.Params, manifest.Param{Type: typeOf(host.In(i))})
		}
	}
	for i := range host.NumOut() {
		if host.Out(i) != errorType {
			f.Results = append(f.Results, manifest.Param{Type: typeOf(host.Out(i))})
		}
	}
	e := exportsOf(t, run, &manifest.Manifest{Package: "p", Functions: []manifest.Function{f}})
	b, err := e.Bind("F", host)
	if err != nil {
		t.Fatal(err)
	}
	run.Run = func(v *fake.Invocation) error {
		echoed(t, v, b.sig)
		return nil
	}
	return b
}

// Every shape gives what goes in, whatever types of the host it stands for.
func TestShapes(t *testing.T) {
	for _, params := range strings.Fields("W D O S B WW DD SS BB SW WS SB BS WD DW WB BW SD DS WWW DDD SSS WWWW DDDD A AA SA AS") {
		for i := range 4 {
			for _, mode := range []string{"", "e", "c"} {
				for _, result := range params {
					testShape(t, mode, params, result, i)
				}
			}
		}
	}
}

func testShape(t *testing.T, mode, params string, result rune, i int) {
	t.Helper()
	var in, out []reflect.Type
	var args []reflect.Value
	if mode == "c" {
		in, args = append(in, contextType), append(args, reflect.ValueOf(context.Background()))
	}
	var want any
	for _, letter := range params {
		v := hostTypes[letter][i%len(hostTypes[letter])]
		in, args = append(in, v.Type()), append(args, v)
		if letter == result && want == nil {
			out, want = append(out, v.Type()), v.Interface()
		}
	}
	if mode != "" {
		out = append(out, errorType)
	}
	host := reflect.FuncOf(in, out, false)
	b := bindTo(t, &fake.Backend{}, host)
	if b.shape() == nil {
		t.Errorf("%v: got no shape, want one", host)
	}
	for name, call := range map[string]func([]reflect.Value) []reflect.Value{"shape": b.Make().Call, "reflect": b.Reflect} {
		results := call(args)
		if diff := cmp.Diff(want, results[0].Interface()); diff != "" {
			t.Errorf("%v by %s (-want +got):\n%s", host, name, diff)
		}
	}
}

// Without parameters or results.
func TestShapesOfNothing(t *testing.T) {
	l := &fake.Backend{}
	for _, f := range []any{(func())(nil), (func() error)(nil), (func(context.Context) error)(nil), (func(int))(nil), (func(string) error)(nil)} {
		t.Run(reflect.TypeOf(f).String(), func(t *testing.T) {
			host := reflect.TypeOf(f)
			b := bindTo(t, l, host)
			if b.shape() == nil {
				t.Errorf("%v: got no shape, want one", host)
			}
			var args []reflect.Value
			for i := range host.NumIn() {
				args = append(args, reflect.Zero(host.In(i)))
			}
			for _, r := range b.Make().Call(args) {
				if !r.IsNil() {
					t.Errorf("%v: got the error %v, want nil", host, r)
				}
			}
		})
	}
	if l.Begun != 5 {
		t.Errorf("got %d calls, want 5", l.Begun)
	}
}

// A call that fails comes as the error, or as a panic where the host has no error.
func TestFailedCalls(t *testing.T) {
	l := &fake.Backend{Err: ErrClosed}
	for _, f := range []any{
		(func(int) (int, error))(nil), (func(context.Context, int) (int, error))(nil),
		(func(int8) (int8, error))(nil), (func() error)(nil),
	} {
		t.Run(reflect.TypeOf(f).String(), func(t *testing.T) {
			host := reflect.TypeOf(f)
			var args []reflect.Value
			for i := range host.NumIn() {
				args = append(args, reflect.Zero(host.In(i)))
			}
			results := bindTo(t, l, host).Make().Call(args)
			if err, _ := results[len(results)-1].Interface().(error); !errors.Is(err, ErrClosed) {
				t.Errorf("%v: got error %v, want ErrClosed", host, err)
			}
		})
	}
	for _, f := range []any{(func(int) int)(nil), (func(int8) int8)(nil), (func())(nil)} {
		t.Run(reflect.TypeOf(f).String(), func(t *testing.T) {
			host := reflect.TypeOf(f)
			var args []reflect.Value
			for i := range host.NumIn() {
				args = append(args, reflect.Zero(host.In(i)))
			}
			func() {
				defer func() {
					p, ok := recover().(*PanicError)
					if !ok || !errors.Is(p, ErrClosed) || p.Function != "F" {
						t.Errorf("%v: got the panic %v, want a *PanicError of F with ErrClosed", host, p)
					}
				}()
				bindTo(t, l, host).Make().Call(args)
				t.Errorf("%v: got no panic, want one", host)
			}()
		})
	}
}

// A context that has ended keeps the call from being made.
func TestContextBeforeCall(t *testing.T) {
	l := &fake.Backend{}
	ctx, cancel := context.WithCancelCause(context.Background())
	cancel(errors.New("no more"))
	for _, f := range []any{(func(context.Context, int) (int, error))(nil), (func(context.Context, int8) (int8, error))(nil)} {
		t.Run(reflect.TypeOf(f).String(), func(t *testing.T) {
			host := reflect.TypeOf(f)
			results := bindTo(t, l, host).Make().Call([]reflect.Value{reflect.ValueOf(ctx), reflect.Zero(host.In(1))})
			if err, _ := results[1].Interface().(error); err == nil || err.Error() != "plugin p: F was not called: no more" {
				t.Errorf("%v: got error %v, want that F was not called: no more", host, err)
			}
		})
	}
	if l.Begun != 0 {
		t.Errorf("got %d calls, want none", l.Begun)
	}
}

// What the host's func type may not have.
func TestBindErrors(t *testing.T) {
	f := manifest.Function{Name: "F", Params: []manifest.Param{{Name: "n", Type: manifest.Type{Kind: manifest.Int}}},
		Results: []manifest.Param{{Type: manifest.Type{Kind: manifest.String}}, {Type: manifest.Type{Kind: manifest.Interface, Name: "error"}}}}
	e := exportsOf(t, &fake.Backend{}, &manifest.Manifest{Package: "p", Functions: []manifest.Function{f}})
	for _, test := range []struct {
		host any
		want string
	}{
		{(func(int) string)(nil), "the host's func(int) string has no last result for the error"},
		{(func() (string, error))(nil), "the host's func() (string, error) has 0 parameters, the plugin's 1"},
		{(func(int) error)(nil), "the host's func(int) error has 0 results, the plugin's 1"},
		{(func(int32) (string, error))(nil), "parameter 1 (n): plugin has int, host has int32"},
		{(func(int) ([]byte, error))(nil), "result 1: plugin has string, host has []byte"},
		{(func(int, context.Context) (string, error))(nil), "the host's func(int, context.Context) (string, error) has 2 parameters, the plugin's 1"},
		{7, "cannot be bound to int, which is not a func type"},
	} {
		t.Run(test.want, func(t *testing.T) {
			_, err := e.Bind("F", reflect.TypeOf(test.host))
			var s *SignatureError
			if !errors.As(err, &s) || s.Detail != test.want {
				t.Errorf("%T: %v, want %s", test.host, err, test.want)
			}
		})
	}
	if _, err := e.Bind("G", reflect.TypeFor[func()]()); !errors.Is(err, ErrNotFound) {
		t.Errorf("got error %v, want ErrNotFound", err)
	}
}

// Where memory is not as expected, everything goes through package reflect.
func TestShapesByReflect(t *testing.T) {
	defer func(before bool) { memory.Trusted = before }(memory.Trusted)
	memory.Trusted = false
	for letter, values := range hostTypes {
		for _, v := range values {
			t.Run(string(letter)+" "+v.Type().String(), func(t *testing.T) {
				host := reflect.FuncOf([]reflect.Type{v.Type()}, []reflect.Type{v.Type(), errorType}, false)
				b := bindTo(t, &fake.Backend{}, host)
				if b.shape() != nil {
					t.Errorf("%v: got a shape, want none", host)
				}
				got := b.Make().Call([]reflect.Value{v})[0].Interface()
				if diff := cmp.Diff(v.Interface(), got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		}
	}
}

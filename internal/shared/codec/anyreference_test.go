package codec

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// A loopback exports everything by its number in a list, to itself: what it exports comes back
// as something of the other side's.
type loopback struct {
	list       []any
	references *ReferenceCodec
}

// thing is what an object of the other side's is.
type thing struct {
	ref  wire.Ref
	text string
}

func newLoopback() *loopback {
	b := new(loopback)
	b.references = NewReferenceCodec(b)
	return b
}

func (b *loopback) Name(reflect.Type) string    { return "" }
func (b *loopback) Codec(string) *Codec         { return nil }
func (b *loopback) Sentinel(string) error       { return nil }
func (b *loopback) SentinelName(error) string   { return "" }
func (b *loopback) References() *ReferenceCodec { return b.references }

func (b *loopback) Owner(v any) (wire.Ref, error) {
	if t, ok := v.(thing); ok {
		return t.ref | wire.Owner, nil
	}
	return 0, nil
}

func (b *loopback) Export(v any) (wire.Ref, string, error) {
	b.list = append(b.list, v)
	return wire.Ref(len(b.list)), fmt.Sprintf("%T", v), nil
}

func (b *loopback) Import(r wire.Ref, text string) (any, error) {
	switch {
	case r.Handle() == 0 || int(r.Handle()) > len(b.list):
		return nil, fmt.Errorf("no object %d", r.Handle())
	case r.ForOwner():
		return b.list[r.Handle()-1], nil
	}
	return thing{r, text}, nil
}

func (b *loopback) ConvertTo(v any, t reflect.Type, _ string) (any, error) {
	if !reflect.TypeOf(v).AssignableTo(t) {
		return nil, fmt.Errorf("a %T for %s", v, t)
	}
	return v, nil
}

func (b *loopback) ObjectType(string) reflect.Type { return reflect.TypeFor[thing]() }

// Func exports funcs as a call would.
func (b *loopback) Func(s *FuncType) Reference {
	return Reference{
		Export: func(p unsafe.Pointer) (wire.Ref, error) {
			v := reflect.NewAt(s.Type, p).Elem()
			if v.IsNil() {
				return 0, nil
			}
			b.list = append(b.list, v.Interface())
			return wire.Ref(len(b.list)), nil
		},
		Import: func(r wire.Ref, p unsafe.Pointer) error {
			if r == 0 {
				return nil
			}
			v, err := b.Import(r|wire.Owner, "")
			if err != nil {
				return err
			}
			f := reflect.ValueOf(v)
			if f.Kind() != reflect.Func || !f.CanConvert(s.Type) {
				return fmt.Errorf("a %s for %s", f.Type(), s.Type)
			}
			reflect.NewAt(s.Type, p).Elem().Set(f.Convert(s.Type))
			return nil
		},
	}
}

type secret struct{ n int }

func (h *secret) String() string { return fmt.Sprint(h.n) }

type hooks struct {
	Name string
	Do   func(int) string
	_    func()
	Who  *secret
	Says fmt.Stringer
}

func tripAny(t *testing.T, b *loopback, v any) any {
	t.Helper()
	c, _ := For(anyType)
	e := &wire.Encoder{Scope: b}
	if err := Marshal(c, e, unsafe.Pointer(&v)); err != nil {
		t.Fatal(err)
	}
	var got any
	if err := Unmarshal(c, e.Bytes(), b, unsafe.Pointer(&got)); err != nil {
		t.Fatal(err)
	}
	return got
}

func TestAnyReferences(t *testing.T) {
	b, h := newLoopback(), &secret{1}
	for text, v := range map[string]any{
		"*codec.secret": h, "codec.secret": secret{2}, "chan int": make(chan int), "*codec.loop": &loop{},
	} {
		t.Run(text, func(t *testing.T) {
			first := tripAny(t, b, v)
			if got, ok := first.(thing); !ok || got.text != text {
				t.Errorf("%T: got %+v, want a thing %s", v, first, text)
			}
			if got := tripAny(t, b, first); got != v {
				t.Errorf("%T that comes back: got a %T, want the same value", v, got)
			}
		})
	}
	if got := tripAny(t, b, (*secret)(nil)); got != nil {
		t.Errorf("a nil pointer arrives as %#v, want nil", got)
	}
	channel := tripAny(t, b, (chan int)(nil))
	if got, ok := channel.(thing); !ok || got.text != "chan int" {
		t.Errorf("a nil channel arrives as %#v, want an object", channel)
	}
	if got := tripAny(t, b, channel); got != (chan int)(nil) {
		t.Errorf("a nil channel comes back as %#v, want (chan int)(nil)", got)
	}
	if got := tripAny(t, b, (func(int))(nil)); got.(func(int)) != nil {
		t.Errorf("got %#v, want a nil func", got)
	}
	got := tripAny(t, b, map[string]any{"f": func(n int) int { return n + 1 }, "list": []*secret{h, nil}}).(map[string]any)
	if got["f"].(func(int) int)(1) != 2 {
		t.Errorf("f(1) = %d, want 2", got["f"].(func(int) int)(1))
	}
	if list := got["list"].([]any); len(list) != 2 || list[0].(thing).text != "*codec.secret" || list[1] != nil {
		t.Errorf("got %+v, want a secret and nil", got["list"])
	}
	made := tripAny(t, b, &hooks{Name: "n", Do: func(n int) string { return fmt.Sprint(n) }, Who: h, Says: h}).(*struct {
		Name string
		Do   func(int) string
		Who  any
		Says any
	})
	if made.Name != "n" || made.Do(3) != "3" || made.Who.(thing).text != "*codec.secret" || made.Says.(thing).text != "*codec.secret" {
		t.Errorf("got %+v, want n, 3 and two secrets", made)
	}
}

type loop struct {
	next *loop
}

type funcs []func() funcs

func TestFuncTypes(t *testing.T) {
	b := newLoopback()
	for want, v := range map[string]any{
		"func()()":                              func() {},
		"func(int,...string)(bool,error)":       func(int, ...string) (bool, error) { return false, nil },
		"func(context.Context,any)([]any)":      func(context.Context, any) []any { return nil },
		"func(any,any)(time.Duration)":          new(hooks).timed,
		"map[string]func(func()(int))(*string)": map[string]func(func() int) *string{},
		"[2]func(...any)(any)":                  [2]func(...*secret) fmt.Stringer{},
		"*struct{F []func()()}":                 &struct{ F []func() }{},
	} {
		t.Run(want, func(t *testing.T) {
			d, err := descriptionOf(reflect.TypeOf(v), b)
			if err != nil || d.text != want {
				t.Errorf("%T: %+v, %v, want %s", v, d, err, want)
				return
			}
			c, err := resolve([]byte(want), b)
			if err != nil {
				t.Errorf("%s: got error %v, want nil", want, err)
			} else if again, err := descriptionOf(c.typ, b); err != nil || again.text != want {
				t.Errorf("%s is %s on the other side, %v, want the same", want, c.typ, err)
			}
		})
	}
	for text, want := range map[string]string{
		"func(": "is not known", "func(int": "missing", "func(int)": "missing", "func()(": "is not known", "func()(int": "missing",
		"func(...int,int)()": "missing", "func(int,)()": "is not known", "func(...context.Context)()": "is not known",
		"func()(context.Context)": "is not known", "[]context.Context": "is not known", "func()()x": "too many",
		strings.Repeat("func(", 200): "too deep",
	} {
		t.Run(text, func(t *testing.T) {
			if _, err := resolve([]byte(text), b); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%.20s: %v, want %s", text, err, want)
			}
		})
	}
	if _, err := resolve([]byte("func(int)()"), nil); err == nil || !strings.Contains(err.Error(), "functions do not cross here") {
		t.Errorf("without references: got error %v, want that functions do not cross here", err)
	}
	if _, err := FuncTypeOf(reflect.TypeFor[secret](), b); err == nil {
		t.Error("FuncTypeOf of a struct: got no error, want one")
	}
}

func (*hooks) timed(*secret, io.Writer) (d time.Duration) { return 0 }

// What cannot cross says so with its place.
func TestAnyReferenceRefused(t *testing.T) {
	type env struct{ Env map[string]any }
	for want, v := range map[string]any{
		`Env["f"]: an interface holds a value whose type func(chan int) does not cross in an interface: parameter 1 has type chan int`: env{map[string]any{"f": func(chan int) {}}},
		`[1]: an interface holds a value whose type func() context.Context does not cross in an interface: result 1 has type`:          []any{1, func() context.Context { return nil }},
		`codec.funcs contains itself, and functions`:                                                      funcs{},
		`func(unsafe.Pointer) does not cross in an interface: parameter 1: unsafe.Pointer does not cross`: func(unsafe.Pointer) {},
	} {
		t.Run(want, func(t *testing.T) {
			c, _ := For(anyType)
			err := Marshal(c, &wire.Encoder{Scope: newLoopback()}, unsafe.Pointer(&v))
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%T: %v, want %q", v, err, want)
			}
		})
	}
}

// Holding is an error that holds anything.
type Holding struct{ Held any }

func (h *Holding) Error() string { return "holding" }

// Nobody may ever look at an error's value, and so nothing in it is exported.
func TestAnyReferenceErrors(t *testing.T) {
	for _, held := range []any{&secret{}, func() {}, []any{func() {}}, thing{1, ""}} {
		t.Run(fmt.Sprintf("%T", held), func(t *testing.T) {
			b := newLoopback()
			var v any = fmt.Errorf("wrapped: %w", &Holding{held})
			got := tripAny(t, b, v).(error)
			var holding *Holding
			if len(b.list) != 0 || errors.As(got, &holding) || got.Error() != "wrapped: holding" {
				t.Errorf("%T: got %d exported, error %v, want none, holding", held, len(b.list), got)
			}
		})
	}
}

func TestFuncWithTooManyParameters(t *testing.T) {
	b := newLoopback()
	ints := slices.Repeat([]reflect.Type{reflect.TypeFor[int]()}, maxFunc)
	text := "func(" + strings.Repeat("int,", maxFunc-1) + "int)"
	if _, err := resolve([]byte(text+"()"), b); err != nil {
		t.Errorf("%d parameters: got error %v, want nil", maxFunc, err)
	}
	_, resolved := resolve([]byte(text+"(int)"), b)
	_, made := FuncOf(ints, ints[:1], false)
	for name, err := range map[string]error{"description": resolved, "types": made} {
		t.Run(name, func(t *testing.T) {
			var size *FuncSizeError
			if !errors.As(err, &size) || size.N != maxFunc+1 {
				t.Errorf("got %v, want a FuncSizeError of %d", err, maxFunc+1)
			}
		})
	}
	t.Run("value", func(t *testing.T) {
		_, err := descriptionOf(tooLarge(), b)
		var size *FuncSizeError
		if !errors.As(err, &size) || size.N != maxFunc+1 {
			t.Errorf("got %v, want a FuncSizeError of %d", err, maxFunc+1)
		}
	})
}

// tooLarge returns a func type that only a compiler can make.
func tooLarge() reflect.Type {
	type i = int
	return reflect.TypeFor[func(i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i,
		i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i,
		i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i, i)]()
}

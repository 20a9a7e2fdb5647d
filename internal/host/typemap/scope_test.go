package typemap

import (
	"context"
	"fmt"
	"io/fs"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
	"github.com/RamanSharma100/go-winplugin/internal/shared/codec"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Shared is a type that the host has under the very name that a plugin has it under.
type Shared struct{ A int }

func sharing(fields ...string) *manifest.Manifest {
	return &manifest.Manifest{Types: manifest.Types{
		reflect.TypeFor[Shared]().PkgPath() + ".Shared": typemaptest.Struct(fields...),
		"p.Made":  typemaptest.Struct("A", "int", "B", "int"),
		"p.Twin":  typemaptest.Struct("A", "string"),
		"p.Other": typemaptest.Struct("A", "string"),
		"p.lower": typemaptest.Struct("C", "string"),
		"p.Level": {Type: manifest.Type{Kind: manifest.Int8}},
	}}
}

func TestScopeNames(t *testing.T) {
	shared := fullName(reflect.TypeFor[Shared]())
	s := NewScope(sharing("A", "int"))
	got := map[string]string{}
	for _, rt := range []reflect.Type{
		reflect.TypeFor[Shared](),
		reflect.TypeFor[*Shared](),
		reflect.TypeFor[int](),
		reflect.TypeFor[time.Month](),
		reflect.TypeFor[struct{ A, B int }](),
		reflect.TypeFor[struct{ A string }](),
		reflect.TypeFor[struct{ C string }](),
	} {
		got[rt.String()] = s.Name(rt)
	}
	want := map[string]string{
		"typemap.Shared": shared, "*typemap.Shared": "", "int": "", "time.Month": "",
		"struct { A int; B int }": "p.Made", "struct { A string }": "", "struct { C string }": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("names differ (-want +got):\n%s", diff)
	}
	if name := NewScope(sharing("A", "string")).Name(reflect.TypeFor[Shared]()); name != "" {
		t.Errorf("a type of another structure: got the name %q, want none", name)
	}
}

func TestScopeCodec(t *testing.T) {
	shared := fullName(reflect.TypeFor[Shared]())
	made := NewScope(sharing("A", "int"))
	if c := made.Codec(shared); c == nil || c.Type() != reflect.TypeFor[struct{ A int }]() {
		t.Errorf("before the host's type was met: got %v, want a struct", c)
	}
	met := NewScope(sharing("A", "int"))
	mt := &manifest.Type{Kind: manifest.Slice, Elem: &manifest.Type{Kind: manifest.Struct, Name: shared}}
	for range 2 {
		if _, err := met.Match(mt, reflect.TypeFor[[]Shared]()); err != nil {
			t.Fatal(err)
		}
	}
	if c := met.Codec(shared); c == nil || c.Type() != reflect.TypeFor[Shared]() {
		t.Errorf("after the host's type was met: got %v, want Shared", c)
	}
	if c := met.Codec("p.Level"); c == nil || c.Type() != reflect.TypeFor[int8]() {
		t.Errorf("a scalar: got %v, want int8", c)
	}
	if met.Codec("p.None") != nil {
		t.Error("an unknown name: got a codec, want none")
	}
}

func TestDynamicTrip(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	c, err := codec.For(anyType)
	if err != nil {
		t.Fatal(err)
	}
	node, err := makeType(t, s, "*Node").Convert(&hostNode{1, &hostNode{2, nil}})
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{nil, 1, "s", []byte{1}, map[string]any{"a": []any{1.5}}, time.Second, []time.Duration{1},
		struct{ X int }{1}, node, []Binary{"b"}, map[fs.FileMode]string{1: "x"}} {
		t.Run(fmt.Sprintf("%T", v), func(t *testing.T) {
			got := trip(t, s, c, v, c)
			want := v
			if v, ok := v.(map[fs.FileMode]string); ok {
				want = map[uint32]string{1: v[1]}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%T (-want +got):\n%s", v, diff)
			}
		})
	}
}

func TestSentinel(t *testing.T) {
	s, other := NewScope(typemaptest.Shop), NewScope(typemaptest.Shop)
	e := s.Sentinel(".ErrEmpty")
	if e == nil || e != s.Sentinel(".ErrEmpty") || s.SentinelName(e) != ".ErrEmpty" {
		t.Fatalf("got %v, want one sentinel .ErrEmpty", e)
	}
	if got := e.Error(); got != "shop.ErrEmpty" {
		t.Errorf("got %s, want shop.ErrEmpty", got)
	}
	e.(*Sentinel).SetMessage("it is empty")
	if got := e.Error(); got != "it is empty" {
		t.Errorf("got %s, want it is empty", got)
	}
	for _, name := range []string{"", ".", "ErrEmpty", ".Limit", ".ErrNone"} {
		t.Run(name, func(t *testing.T) {
			if err := s.Sentinel(name); err != nil {
				t.Errorf("Sentinel(%q): got %v, want nil", name, err)
			}
		})
	}
	for _, err := range []error{other.Sentinel(".ErrEmpty"), context.Canceled, nil} {
		t.Run(fmt.Sprint(err), func(t *testing.T) {
			if got := s.SentinelName(err); got != "" {
				t.Errorf("SentinelName(%v): got %q, want no name", err, got)
			}
		})
	}
	c, err := codec.For(errorType)
	if err != nil {
		t.Fatal(err)
	}
	if got := trip(t, s, c, e, c); got != e {
		t.Errorf("got %v, want %v", got, e)
	}
}

func TestScopeConcurrent(t *testing.T) {
	s := NewScope(typemaptest.Shop)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, text := range []string{"Wife", "Husband", "*Node", "Tree", "Event", "Order"} {
				ty, err := s.Type(typemaptest.Type(text))
				if err != nil {
					t.Error(err)
					return
				}
				for name := range typemaptest.Shop.Types {
					if c := s.Codec(name); c == nil {
						t.Errorf("%s: got no codec, want one", name)
					}
				}
				_, _ = fmt.Sprint(ty.Go()), s.Name(ty.Go())
			}
		})
	}
	wg.Wait()
}

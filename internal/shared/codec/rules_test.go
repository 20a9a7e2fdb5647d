package codec

import (
	"fmt"
	"math/big"
	"math/rand"
	"net/netip"
	"net/url"
	"reflect"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

type (
	hidden      struct{ x int }
	promotedURL struct {
		*url.URL
		x int
	}
	promotedAll struct{ url.URL }
	Mutual1     struct{ B *Mutual2 }
	Mutual2     struct {
		A []Mutual1
		F func()
	}
	mixed struct {
		A int8
		B int16
	}
	fine struct {
		A, B int16
		C    [2]int32
	}
	stamp    time.Time
	Embedded struct{ hidden }
	Chained  struct{ E hidden2 }
	hidden2  struct{ hidden }
)

// What crosses, and how, is decided twice: here by reflection, and for the manifest.
func TestRulesAreTheManifests(t *testing.T) {
	types := []reflect.Type{
		reflect.TypeFor[hidden](), reflect.TypeFor[promotedURL](), reflect.TypeFor[promotedAll](), reflect.TypeFor[Mutual1](), reflect.TypeFor[*Mutual2](),
		reflect.TypeFor[mixed](), reflect.TypeFor[fine](), reflect.TypeFor[[]fine](), reflect.TypeFor[stamp](), reflect.TypeFor[Embedded](),
		reflect.TypeFor[[3]Chained](), reflect.TypeFor[map[hidden]int](), reflect.TypeFor[func()](), reflect.TypeFor[chan int](),
		reflect.TypeFor[fmt.Stringer](), reflect.TypeFor[unsafe.Pointer](), reflect.TypeFor[any](), reflect.TypeFor[error](),
		reflect.TypeFor[big.Int](), reflect.TypeFor[*url.URL](), reflect.TypeFor[[]netip.Addr](), reflect.TypeFor[failing](), reflect.TypeFor[[0]int](),
		reflect.TypeFor[[2][0]int](), reflect.TypeFor[struct {
			A [0]int
			B int
		}](), reflect.TypeFor[Blank](), reflect.TypeFor[struct {
			A int
			_ int
		}](),
		reflect.TypeFor[[1 << 31]byte](), reflect.TypeFor[everything](), reflect.TypeFor[[]struct{ T time.Time }](),
	}
	r := random{rand.New(rand.NewSource(1)), 0}
	for range 500 {
		types = append(types, r.typ(4))
	}
	for _, typ := range types {
		t.Run(typ.String(), func(t *testing.T) {
			known := manifest.Types{}
			described := manifestType(known, typ)
			plain := known.Plain(&described)
			c, err := For(typ)
			if plain != (err == nil) {
				t.Errorf("%v: got plain %t, want %t (%v)", typ, plain, err == nil, err)
				return
			}
			if err != nil {
				return
			}
			if size, fixed := known.Fixed(&described); fixed != c.Fixed() || fixed && uintptr(size) != typ.Size() {
				t.Errorf("%v: got fixed %t of %d bytes, want %t", typ, fixed, size, c.Fixed())
			}
			if how := known.MarshalerKind(&described); how != MarshalerKind(typ) {
				t.Errorf("%v: got marshaler kind %q, want %q", typ, how, MarshalerKind(typ))
			}
		})
	}
}

// manifestType describes a type as package source does.
func manifestType(types manifest.Types, t reflect.Type) manifest.Type {
	m := manifest.Type{Kind: manifest.Kind(t.Kind().String())}
	switch t.Kind() {
	case reflect.Pointer:
		m.Kind = manifest.Pointer
	case reflect.UnsafePointer:
		m.Kind = manifest.UnsafePointer
	}
	if t == errorType {
		m.Name = "error"
		return m
	}
	if t.PkgPath() != "" {
		named := manifest.Type{Kind: m.Kind, Name: t.PkgPath() + "." + t.Name()}
		if _, ok := types[named.Name]; ok {
			return named
		}
		d := manifest.Decl{Type: m}
		if t.Kind() == reflect.Struct {
			if d.Marshal = marshals(t); t == timeType {
				d.Marshal = manifest.MarshalTime
			}
		}
		types[named.Name] = d
		manifestParts(types, t, &d.Type)
		types[named.Name] = d
		return named
	}
	manifestParts(types, t, &m)
	return m
}

func manifestParts(types manifest.Types, t reflect.Type, m *manifest.Type) {
	switch t.Kind() {
	case reflect.Map:
		m.Key = ptr(manifestType(types, t.Key()))
		m.Elem = ptr(manifestType(types, t.Elem()))
	case reflect.Array:
		m.Len = int64(t.Len())
		m.Elem = ptr(manifestType(types, t.Elem()))
	case reflect.Slice, reflect.Pointer, reflect.Chan:
		m.Elem = ptr(manifestType(types, t.Elem()))
	case reflect.Interface:
		m.Methods = make([]manifest.Method, t.NumMethod())
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			m.Fields = append(m.Fields, manifest.Field{
				Name: f.Name, Type: manifestType(types, f.Type), Embedded: f.Anonymous, Exported: f.IsExported(),
			})
		}
	}
}

func TestConcurrentUse(t *testing.T) {
	type own struct {
		A []own
		B map[string]*own
		C any
	}
	v := own{A: []own{{}}, B: map[string]*own{"a": {C: []any{struct{ X own2 }{}}}}, C: map[own2]int{{1}: 2}}
	var all sync.WaitGroup
	for range 16 {
		all.Add(1)
		go func() {
			defer all.Done()
			for range 50 {
				got := trip(t, v)
				if len(got.A) != 1 || got.B["a"] == nil {
					t.Errorf("got %v, want A and B", got)
				}
			}
		}()
	}
	all.Wait()
}

type own2 struct{ N int }

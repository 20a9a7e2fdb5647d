package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"net/netip"
	"net/url"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/plugin"
)

// A made type is one that a seed has chosen: its text in the plugin, where parts of it
// may be declared, embedded or instances of a generic type, and the host's type of the
// same structure, which package reflect makes and nobody has declared.
type made struct {
	text string
	rt   reflect.Type
	flags
}

// flags say what a type has somewhere in it.
type flags struct {
	blank   bool // a blank field, which types that the host makes for itself lack
	dynamic bool // an interface, which no type argument may have
}

// A maker makes types and the source of a plugin with functions for them. The same seed
// makes the same.
type maker struct {
	*rand.Rand
	declared int
	source   strings.Builder
}

var scalars = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[int16](), reflect.TypeFor[int32](),
	reflect.TypeFor[int64](), reflect.TypeFor[uint](), reflect.TypeFor[uint8](), reflect.TypeFor[uint16](), reflect.TypeFor[uint32](),
	reflect.TypeFor[uint64](), reflect.TypeFor[uintptr](), reflect.TypeFor[float32](), reflect.TypeFor[float64](),
	reflect.TypeFor[complex64](), reflect.TypeFor[complex128](), reflect.TypeFor[string](),
}

// wellKnown are declared types that both sides have.
var wellKnown = []reflect.Type{
	reflect.TypeFor[time.Time](), reflect.TypeFor[time.Duration](), reflect.TypeFor[*big.Int](), reflect.TypeFor[*url.URL](),
	reflect.TypeFor[netip.Addr](), reflect.TypeFor[json.RawMessage](), reflect.TypeFor[json.Number](), reflect.TypeFor[any](),
}

func (f flags) and(g flags) flags { return flags{f.blank || g.blank, f.dynamic || g.dynamic} }

func of(rt reflect.Type) made {
	text := rt.String()
	if text == "interface {}" {
		text = "any"
	}
	return made{text, rt, flags{dynamic: text == "any"}}
}

// declare may give a type a name in the plugin.
func (m *maker) declare(t made) made {
	if m.IntN(3) > 0 || t.rt.Kind() == reflect.Pointer || t.rt.Kind() == reflect.Interface || t.rt.PkgPath() != "" {
		return t
	}
	name := fmt.Sprintf("T%d", m.declared)
	fmt.Fprintf(&m.source, "type %s %s\n\n", name, t.text)
	t.text = name
	m.declared++
	return t
}

func (m *maker) typ(depth int) made {
	if depth == 0 {
		if m.IntN(4) == 0 {
			return of(wellKnown[m.IntN(len(wellKnown))])
		}
		return m.declare(of(scalars[m.IntN(len(scalars))]))
	}
	part := func() made { return m.typ(depth - 1 - m.IntN(depth)) }
	switch m.IntN(9) {
	case 0, 1:
		e := part()
		return m.declare(made{text: "[]" + e.text, rt: reflect.SliceOf(e.rt), flags: e.flags})
	case 2:
		e, n := part(), m.IntN(4)
		return m.declare(made{text: fmt.Sprintf("[%d]%s", n, e.text), rt: reflect.ArrayOf(n, e.rt), flags: e.flags})
	case 3:
		k, e := m.key(depth-1), part()
		return m.declare(made{text: "map[" + k.text + "]" + e.text, rt: reflect.MapOf(k.rt, e.rt), flags: k.and(e.flags)})
	case 4:
		e := part()
		return made{text: "*" + e.text, rt: reflect.PointerTo(e.rt), flags: e.flags}
	case 5:
		e := part()
		if e.dynamic {
			return e
		}
		return made{text: "Box[" + e.text + "]", flags: e.flags, rt: reflect.StructOf([]reflect.StructField{
			{Name: "Value", Type: e.rt}, {Name: "More", Type: reflect.SliceOf(e.rt)}, {Name: "Least", Type: reflect.TypeFor[bool]()},
		})}
	}
	return m.structure(m.IntN(6), part)
}

// key makes a type of keys.
func (m *maker) key(depth int) made {
	if depth <= 0 || m.IntN(2) > 0 {
		return m.declare(of(scalars[m.IntN(len(scalars))]))
	}
	if m.IntN(2) > 0 {
		e := m.key(depth - 1)
		return m.declare(made{text: "[2]" + e.text, rt: reflect.ArrayOf(2, e.rt), flags: e.flags})
	}
	return m.structure(1+m.IntN(3), func() made { return m.key(depth - 1) })
}

func (m *maker) structure(n int, part func() made) made {
	var t made
	var text []string
	var fields []reflect.StructField
	has := make(map[string]bool)
	for i := range n {
		f := part()
		name := fmt.Sprintf("F%d", i)
		line := name + " " + f.text
		switch m.IntN(12) {
		case 0:
			t.blank = true
			text = append(text, "_ "+f.text)
			fields = append(fields, reflect.StructField{Name: "_", PkgPath: "e2e", Type: f.rt})
			continue
		case 1, 2, 3:
			// Fields of an embedded struct may hide each other, which is no matter here.
			if strings.HasPrefix(f.text, "T") && !has[f.text] {
				name, line = f.text, f.text
			}
		}
		has[name] = true
		t.flags = t.and(f.flags)
		text = append(text, line)
		fields = append(fields, reflect.StructField{Name: name, Type: f.rt})
	}
	t.text, t.rt = "struct{ "+strings.Join(text, "; ")+" }", reflect.StructOf(fields)
	return m.declare(t)
}

// make writes a plugin with functions for n types. Each Fi returns its argument; each Mi
// returns those of three types in the opposite order.
func (m *maker) plugin(n int) (types []made, source string) {
	m.source.WriteString("// Package random has functions for types that a seed has chosen.\npackage random\n\n" +
		"import (\n\t\"encoding/json\"\n\t\"math/big\"\n\t\"net/netip\"\n\t\"net/url\"\n\t\"time\"\n)\n\n" +
		"var (\n\t_ json.Number\n\t_ big.Int\n\t_ netip.Addr\n\t_ url.URL\n\t_ time.Time\n)\n\n" +
		"type Box[T any] struct {\n\tValue T\n\tMore []T\n\tLeast bool\n}\n\n")
	for i := range n {
		t := m.typ(1 + i%4)
		types = append(types, t)
		fmt.Fprintf(&m.source, "func F%d(v %s) %[2]s { return v }\n\n", i, t.text)
		if i%3 == 2 {
			fmt.Fprintf(&m.source, "func M%d(a %s, b %s, c %s) (%[4]s, %[3]s, %[2]s) { return c, b, a }\n\n", i, types[i-2].text, types[i-1].text, t.text)
		}
	}
	return types, m.source.String()
}

// value fills v at random. What a type can hold at most, least and in between is likely.
func (m *maker) value(v reflect.Value, key bool) {
	switch at := v.Addr().Interface().(type) {
	case *time.Time:
		zones := []*time.Location{time.UTC, time.Local, time.FixedZone("X", m.IntN(100_000)-50_000)}
		*at = time.Unix(m.Int64N(1<<40)-1<<39, m.Int64N(1e9)).In(zones[m.IntN(len(zones))])
		return
	case *big.Int:
		at.SetBit(big.NewInt(m.Int64()-m.Int64()), m.IntN(300), 1)
		return
	case *url.URL:
		*at = url.URL{Scheme: "https", Host: "example.com", Path: fmt.Sprintf("/%d ü", m.IntN(100)), RawQuery: "a=b"}
		return
	case *netip.Addr:
		*at = netip.AddrFrom4([4]byte{byte(m.IntN(256)), 1})
		return
	case *any:
		if m.IntN(4) > 0 {
			all := anys()
			*at = all[m.IntN(len(all))]
		}
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(m.IntN(2) > 0)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt([]int64{0, -1, math.MinInt64 >> (64 - v.Type().Bits()), math.MaxInt64 >> (64 - v.Type().Bits()), m.Int64() >> (64 - v.Type().Bits())}[m.IntN(5)])
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint([]uint64{0, 1, math.MaxUint64, m.Uint64()}[m.IntN(4)] >> (64 - v.Type().Bits()))
	case reflect.Float32:
		*(*uint32)(v.Addr().UnsafePointer()) = math.Float32bits(float32(m.float(key)))
		if !key && m.IntN(4) == 0 {
			*(*uint32)(v.Addr().UnsafePointer()) = m.Uint32()
		}
	case reflect.Float64:
		v.SetFloat(m.float(key))
	case reflect.Complex64, reflect.Complex128:
		v.SetComplex(complex(m.float(key), m.float(key)))
	case reflect.String:
		b := make([]byte, m.length())
		for i := range b {
			b[i] = byte(m.Uint32())
		}
		v.SetString(string(b))
	case reflect.Pointer:
		if m.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			m.value(v.Elem(), key)
		}
	case reflect.Slice:
		if m.IntN(5) > 0 {
			n := m.length()
			v.Set(reflect.MakeSlice(v.Type(), n, n))
			for i := range n {
				m.value(v.Index(i), key)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			m.value(v.Index(i), key)
		}
	case reflect.Map:
		if m.IntN(5) > 0 {
			v.Set(reflect.MakeMap(v.Type()))
			for range m.length() {
				k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
				m.value(k, true)
				m.value(e, key)
				v.SetMapIndex(k, e)
			}
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).Name != "_" {
				m.value(v.Field(i), key)
			}
		}
	}
}

func (m *maker) length() int {
	if m.IntN(200) == 0 {
		return m.IntN(2000)
	}
	return m.IntN(4)
}

// float is no NaN for a key, and no negative zero: a map has room for many of the
// former, and takes the latter for zero.
func (m *maker) float(key bool) float64 {
	if key {
		return float64(float32(m.IntN(1000)) / 8)
	}
	all := []float64{0, math.Copysign(0, -1), 1, math.Inf(1), math.Inf(-1), math.MaxFloat64, math.SmallestNonzeroFloat64, m.NormFloat64(), math.Float64frombits(m.Uint64())}
	return all[m.IntN(len(all))]
}

// Random values of random types are unchanged after they were passed and returned.
func TestRandomTypes(t *testing.T) {
	oneBridge(t, winplugin.CGO)
	m := &maker{Rand: rand.New(rand.NewPCG(5, 0))}
	n, rounds := 240, 40
	types, source := m.plugin(n)
	dir := filepath.Join(cacheDir, "source of random types", "random")
	write(t, filepath.Join(dir, "random.go"), source)
	artifact, err := winplugin.Build(context.Background(), dir, options()...)
	if err != nil {
		t.Fatal(err)
	}
	p := open(t, artifact.Path)
	if man := p.Manifest(); len(man.Skipped) > 0 || len(man.Functions) != n+n/3 {
		t.Fatalf("got %d functions, and skipped %+v, want %d and none", len(man.Functions), man.Skipped, n+n/3)
	}
	below := backend(t, artifact.Path, plugin.Options{})
	random := func(i int) reflect.Value {
		v := reflect.New(types[i].rt).Elem()
		m.value(v, false)
		return v
	}
	bind := func(name string, in, out []reflect.Type) reflect.Value {
		b, err := below.Bind(name, reflect.FuncOf(in, out, false))
		if err != nil {
			t.Fatalf("Bind to parameters %s: got error %v, want nil", in, err)
		}
		return b.Make()
	}
	for i, typ := range types {
		name := fmt.Sprintf("F%d", i)
		rts := []reflect.Type{typ.rt}
		f := bind(name, rts, rts)
		found, err := p.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		if ft := reflect.TypeOf(found); !typ.blank && ft != f.Type() {
			t.Errorf("Lookup of %s of type %s: got %s, want %s", name, typ.text, ft, f.Type())
		}
		for round := range rounds {
			v := random(i)
			want := show(v.Interface())
			if got := show(f.Call([]reflect.Value{v})[0].Interface()); got != want {
				t.Fatalf("%s by Bind, %s:\nwant %.1000s\n got %.1000s", name, typ.text, want, got)
			}
			if round >= rounds/4 {
				continue
			}
			r, err := p.Call(context.Background(), name, v.Interface())
			if err != nil {
				t.Fatalf("%s by Call, type %s: got error %v, want none", name, typ.text, err)
			}
			if got := show(copied(t, v.Interface(), r[0])); got != want {
				t.Fatalf("%s by Call, %s:\nwant %.1000s\n got %.1000s", name, typ.text, want, got)
			}
		}
		if i%3 == 2 {
			a, b, c := i-2, i-1, i
			f := bind(fmt.Sprintf("M%d", i), []reflect.Type{types[a].rt, types[b].rt, typ.rt}, []reflect.Type{typ.rt, types[b].rt, types[a].rt})
			for range rounds {
				in := []reflect.Value{random(a), random(b), random(c)}
				out := f.Call(in)
				for j := range in {
					if want, got := show(in[j].Interface()), show(out[2-j].Interface()); got != want {
						t.Fatalf("M%d, %s:\nwant %.1000s\n got %.1000s", i, types[i-2+j].text, want, got)
					}
				}
			}
		}
	}
	t.Logf("%d types, %d bytes of source", n, len(source))
}

package e2e

import (
	"encoding"
	"fmt"
	"math"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// exact compares values as what crosses must: numbers by their bits, times by instant
// and zone, and types that only their methods can take apart by what these say.
var exact = cmp.Options{
	cmp.FilterPath(func(p cmp.Path) bool {
		switch t := p.Last().Type(); t.Kind() {
		case reflect.Float32, reflect.Float64, reflect.Complex64, reflect.Complex128:
			return true
		case reflect.Struct:
			return marshaled(t)
		}
		return false
	}, cmp.Comparer(func(a, b any) bool { return show(a) == show(b) })),
	cmp.FilterPath(func(p cmp.Path) bool {
		field, ok := p.Last().(cmp.StructField)
		return ok && field.Name() == "_"
	}, cmp.Ignore()),
}

// same fails unless got equals what was sent: as cmp compares them, and in which pointers
// are equal. cmp would take minutes for values of many elements.
func same[T any](t testing.TB, what string, want, got T) {
	t.Helper()
	w, g := show(want), show(got)
	if w == g && len(w) > 10_000 {
		return
	}
	if diff := cmp.Diff(want, got, exact); diff != "" {
		t.Errorf("%s (-want +got):\n%.2000s", what, diff)
	} else if w != g {
		t.Errorf("%s:\nwant %.1000s\n got %.1000s", what, w, g)
	}
}

// alike is same for values of different types with one structure. Objects are copied.
func alike(t testing.TB, what string, want, got any) {
	t.Helper()
	if w, g := show(want), show(copied(t, want, got)); w != g {
		t.Errorf("%s:\nwant %.1000s\n got %.1000s", what, w, g)
	}
}

// show writes a value out whole: kinds and structure without the names of types, nil
// apart from empty, floats by their bits, pointers by number, so that one that is
// met again shows. Interfaces are looked through, as the host has an any where a type
// contains itself.
func show(v any) string {
	p := printer{seen: make(map[pointer]int)}
	p.print(reflect.ValueOf(v))
	return string(p.b)
}

type printer struct {
	b    []byte
	seen map[pointer]int
}

type pointer struct {
	at uintptr
	t  reflect.Type
}

func (p *printer) text(s ...string) {
	for _, s := range s {
		p.b = append(p.b, s...)
	}
}

func (p *printer) bits(n uint64) { p.b = strconv.AppendUint(append(p.b, '#'), n, 16) }

func (p *printer) print(v reflect.Value) {
	for v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	switch v.Kind() {
	case reflect.Invalid:
		p.text("nil")
		return
	case reflect.Pointer, reflect.Slice, reflect.Map:
		if v.IsNil() {
			p.text("nil")
			return
		}
	}
	if !v.CanAddr() {
		// What methods and a float's bits are taken from.
		at := reflect.New(v.Type()).Elem()
		at.Set(v)
		v = at
	}
	switch v.Kind() {
	case reflect.Float32:
		// By its memory: a conversion to float64 would quiet a signalling NaN.
		p.text("float32")
		p.bits(uint64(*(*uint32)(v.Addr().UnsafePointer())))
	case reflect.Float64:
		p.text("float64")
		p.bits(math.Float64bits(v.Float()))
	case reflect.Complex64, reflect.Complex128:
		p.text(v.Kind().String())
		p.bits(math.Float64bits(real(v.Complex())))
		p.bits(math.Float64bits(imag(v.Complex())))
	case reflect.String:
		p.b = strconv.AppendQuote(p.b, v.String())
	case reflect.Bool:
		p.b = strconv.AppendBool(p.b, v.Bool())
	case reflect.Pointer:
		p.pointer(v)
	case reflect.Slice, reflect.Array:
		p.text(v.Kind().String(), "[")
		for i := range v.Len() {
			p.print(v.Index(i))
			p.text(" ")
		}
		p.text("]")
	case reflect.Map:
		p.mapping(v)
	case reflect.Struct:
		p.structure(v)
	default:
		p.text(v.Kind().String(), ":")
		if v.CanInt() {
			p.b = strconv.AppendInt(p.b, v.Int(), 10)
		} else {
			p.b = strconv.AppendUint(p.b, v.Uint(), 10)
		}
	}
}

func (p *printer) pointer(v reflect.Value) {
	at := pointer{v.Pointer(), v.Type()}
	n, met := p.seen[at]
	met = met && v.Type().Elem().Size() > 0 // all pointers to nothing may be one
	if !met {
		n = len(p.seen)
		p.seen[at] = n
	}
	p.text("&", strconv.Itoa(n))
	if !met {
		p.text("=")
		p.print(v.Elem())
	}
}

func (p *printer) mapping(v reflect.Value) {
	entries := make([]string, 0, v.Len())
	for it := v.MapRange(); it.Next(); {
		// Numbers of pointers begin again in each entry: the order is nobody's promise.
		inner := printer{seen: make(map[pointer]int)}
		inner.print(it.Key())
		inner.text(":")
		inner.print(it.Value())
		entries = append(entries, string(inner.b))
	}
	slices.Sort(entries)
	p.text("map[", strings.Join(entries, " "), "]")
}

func (p *printer) structure(v reflect.Value) {
	if marshaled(v.Type()) {
		p.marshaled(v.Addr().Interface())
		return
	}
	p.text("{")
	for i := range v.NumField() {
		if name := v.Type().Field(i).Name; name != "_" {
			p.text(name, ":")
			p.print(v.Field(i))
			p.text(" ")
		}
	}
	p.text("}")
}

// marshaled reports whether a struct is encoded by its own methods.
func marshaled(t reflect.Type) bool {
	if t == reflect.TypeFor[url.URL]() {
		return true // it has a field that is no one's to look into
	}
	for i := range t.NumField() {
		if f := t.Field(i); !f.IsExported() && f.Name != "_" {
			return true
		}
	}
	return false
}

// marshaled writes such a struct as its methods say. The plugin's own types are strings on
// a host that does not name one.
func (p *printer) marshaled(at any) {
	var b []byte
	var err error
	switch at := at.(type) {
	case *time.Time:
		name, offset := at.Zone()
		b = fmt.Appendf(nil, "%d.%09d %s%+d %t %t", at.Unix(), at.Nanosecond(), name, offset, at.Location() == time.UTC, at.Location() == time.Local)
	case encoding.TextMarshaler:
		b, err = at.MarshalText()
	case encoding.BinaryMarshaler:
		b, err = at.MarshalBinary()
	default:
		err = fmt.Errorf("%T has no methods to show it", at)
	}
	if err != nil {
		panic(err)
	}
	p.b = strconv.AppendQuote(p.b, string(b))
}

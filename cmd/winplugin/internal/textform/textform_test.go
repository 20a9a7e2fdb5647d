package textform

import (
	"encoding/json"
	"errors"
	"math/big"
	"net/netip"
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
)

func TestParse(t *testing.T) {
	s := typemap.NewScope(typemaptest.Shop)
	day := time.Date(2024, 2, 29, 12, 0, 0, 5, time.UTC)
	for _, test := range []struct {
		typ, text string
		want      any
	}{
		{"int", "10", 10},
		{"uint8", "0x1F", uint8(31)},
		{"int", "1_000", 1000},
		{"int8", "300", wrong("300 overflows int8")},
		{"uint", "-1", wrong(`"-1" is not a number of type uint`)},
		{"int", "ten", wrong(`"ten" is not a number of type int`)},
		{"float64", "1e3", 1000.0},
		{"float32", "0.1", float32(0.1)},
		{"float64", "1e999", wrong("1e999 overflows float64")},
		{"complex64", "1+2i", complex64(1 + 2i)},
		{"bool", "true", true},
		{"bool", "ja", wrong(`"ja" is not a bool; write true or false`)},
		{"Celsius", "1.5", 1.5},
		{"string", "ünï", "ünï"},
		{"[]byte", "plain", []byte("plain")},
		{"[]byte", "base64:aGk=", []byte("hi")},
		{"[]byte", "base64:!", wrong(`"!" is not base64: illegal base64 data at input byte 0`)},
		{"[]byte", "", []byte{}},
		{"*int", "5", ptr(5)},
		{"*int", "null", (*int)(nil)},
		{"*string", "x", ptr("x")},
		{"time.Duration", "1m30s", 90 * time.Second},
		{"time.Duration", "5", 5 * time.Nanosecond},
		{"time.Duration", "soon", wrong(`"soon" is not a duration; write it as in 1m30s or 250ms`)},
		{"time.Time", "2024-02-29T12:00:00.000000005Z", day},
		{"*math/big.Int", "123456789012345678901234567890", func() any { n, _ := new(big.Int).SetString("123456789012345678901234567890", 10); return n }()},
		{"net/url.URL", "https://example.com/a", url.URL{Scheme: "https", Host: "example.com", Path: "/a"}},
		{"net/netip.Addr", "::1", netip.IPv6Loopback()},
		{"Secret", "text", "text"},
		{"Blob", "base64:AAE=", typemap.Binary("\x00\x01")},
		{"encoding/json.RawMessage", `{"a": 1}`, json.RawMessage(`{"a": 1}`)},
		{"any", "5", 5},
		{"any", "text", "text"},
		{"any", `{"a": [1, 2.5, 18446744073709551615, null]}`, map[string]any{"a": []any{1, 2.5, uint64(18446744073709551615), nil}}},
		{"any", "null", nil},
		{"[]int", "[1, 2]", []int{1, 2}},
		{"[]int", "null", []int(nil)},
		{"[]int", "[]", []int{}},
		{"[]int", "1, 2", wrong("a []int is given as JSON: byte 2: something follows the value")},
		{"[]int", "", wrong("a []int is given as JSON: there is nothing")},
		{"[]int", "[1", wrong("a []int is given as JSON: it ends too early")},
		{"[]int", "[1, x]", wrong("a []int is given as JSON: byte 5: invalid character 'x' looking for beginning of value")},
		{"[]int", `[1, "2"]`, wrong("[1]: cannot use string as int")},
		{"[]int8", "[1, 300]", wrong("[1]: 300 overflows int8")},
		{"[]int", "[1.5]", wrong(`[0]: "1.5" is not a number of type int`)},
		{"[]bool", "[1]", wrong("[0]: cannot use the number 1 as bool")},
		{"[]string", "[1]", wrong("[0]: cannot use the number 1 as string")},
		{"[2]int", "[1]", wrong("1 elements cannot be used as [2]int")},
		{"[]float64", `["NaN", "-Infinity", 1]`, nil},
		{"[][]byte", `["aGk=", null]`, [][]byte{[]byte("hi"), nil}},
		{"[][]byte", `["!"]`, wrong(`[0]: "!" is not base64: illegal base64 data at input byte 0`)},
		{"[]complex128", `["1+2i", 3]`, []complex128{1 + 2i, 3}},
		{"map[int]string", `{"1": "a"}`, map[int]string{1: "a"}},
		{"map[int8]string", `{"300": "a"}`, wrong(`["300"]: as a key: 300 overflows int8`)},
		{"map[Key]bool", `[[{"A": 1}, true]]`, map[struct {
			A int
			B string
		}]bool{{A: 1}: true}},
		{"map[Key]bool", `[1]`, wrong("[0]: a map is an object, or a list of lists [key, value]")},
		{"map[net/netip.Addr]int", `{"::1": 1}`, map[netip.Addr]int{netip.IPv6Loopback(): 1}},
		{"Key", `{"a": 1, "B": "x"}`, struct {
			A int
			B string
		}{1, "x"}},
		{"Key", `{"a": 1, "A": 2}`, wrong(`"A" and "a" are the same field A`)},
		{"Key", `{"C": 1}`, wrong("shop.Key has no field C; it has A, B")},
		{"Key", `5`, wrong("cannot use json.Number as struct { A int; B string }")},
		{"Tagged", `{"sku": "a", "Qty": 1}`, struct {
			SKU string `json:"sku,omitempty"`
			Qty int    `json:"-"`
		}{"a", 1}},
		{"Order", `{"Lines": [{}, {"Qty": 3000000000}]}`, wrong("Lines[1].Qty: 3000000000 overflows int32")},
		{"[]time.Time", `["2024-02-29T12:00:00.000000005Z"]`, []time.Time{day}},
		{"[]time.Duration", `["1s", 5]`, []time.Duration{time.Second, 5}},
	} {
		t.Run(test.typ+" "+test.text, func(t *testing.T) {
			got, err := Parse(makeType(t, s, test.typ), test.text)
			if w, ok := test.want.(wrong); ok || err != nil {
				var ce *typemap.ConvertError
				if err == nil || err.Error() != string(w) || !errors.As(err, &ce) {
					t.Errorf("%q as %s\n got %v, %v\nwant %s", test.text, test.typ, got, err, string(w))
				}
				return
			}
			opts := cmp.Options{cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })}
			if diff := cmp.Diff(test.want, got, opts); diff != "" && test.want != nil {
				t.Errorf("%q as %s (-want +got):\n%s", test.text, test.typ, diff)
			}
		})
	}
	if err, _ := Parse(makeType(t, s, "error"), "boom"); err.(error).Error() != "boom" {
		t.Errorf("Parse(\"boom\") of an error = %v, want boom", err)
	}
}

// wrong is the text of an error in a table.
type wrong string

func ptr[T any](v T) *T { return &v }

func makeType(t *testing.T, s *typemap.Scope, text string) *typemap.Type {
	t.Helper()
	ty, err := s.Type(typemaptest.Type(text))
	if err != nil {
		t.Fatal(err)
	}
	return ty
}

type failing struct{ x int }

func (failing) MarshalText() ([]byte, error) { panic("no") }

// What is printed reads back as the same value.
func TestFormat(t *testing.T) {
	s := typemap.NewScope(typemaptest.Shop)
	for _, test := range []struct{ typ, text string }{
		{"int", "-5"},
		{"bool", "true"},
		{"float32", "0.1"},
		{"float64", "NaN"},
		{"complex128", "(1+2i)"},
		{"string", "a\nb"},
		{"[]byte", "base64:AAE="},
		{"*int", "null"},
		{"*string", "text"},
		{"time.Duration", "1.5s"},
		{"time.Time", "2024-02-29T12:00:00.000000005+01:00"},
		{"*math/big.Int", "123456789012345678901234567890"},
		{"net/url.URL", "https://example.com/a?b=<c>"},
		{"Blob", "base64:AAE="},
		{"any", "5"},
		{"any", `{"a":[1,"x",null]}`},
		{"[]float64", `[1.5,"NaN","Infinity","-Infinity",1e+21]`},
		{"[]complex64", `["(1+2i)"]`},
		{"[][]byte", `["AAE=",null,""]`},
		{"map[int]string", `{"-1":"a","2":"<b>","10":"c"}`},
		{"map[bool]int", `{"false":0,"true":1}`},
		{"map[Key]bool", `[[{"A":1,"B":""},true],[{"A":2,"B":""},false]]`},
		{"map[string]*Line", `{"a":null,"b":{"SKU":"x","Qty":1,"Price":0.5}}`},
		{"Node", `{"Value":1,"Next":{"Value":2,"Next":null}}`},
		{"Tree", `{"Name":"a","Kids":[{"Name":"b","Kids":null,"Index":null}],"Index":{"c":null}}`},
		{"Nest", `[[],[[]],null]`},
		{"Tagged", `{"sku":"a","Qty":1}`},
		{"Event", `{"At":"2024-02-29T12:00:00Z","For":5,"Sum":"7","Link":"https://example.com","Secret":"s","Blob":"b","Data":[1],"Err":"boom"}`},
		{"Event", `{"At":"2024-02-29T12:00:00Z","For":5,"Sum":null,"Link":"","Secret":"","Blob":"","Data":null,"Err":null}`},
		{"[]encoding/json.RawMessage", `[{"a":1},null,1e5]`},
		{"[]encoding/json.Number", `[1e5,2]`},
		{"net/url.Values", `{"a":["b"]}`},
	} {
		t.Run(test.typ+" "+test.text, func(t *testing.T) {
			v, err := Parse(makeType(t, s, test.typ), test.text)
			if err != nil {
				t.Fatalf("%s %s: got error %v, want none", test.typ, test.text, err)
			}
			if got, err := Format(v); err != nil || got != test.text {
				t.Errorf("%s\n got %s, %v\nwant %s", test.typ, got, err, test.text)
			}
		})
	}
}

func TestFormatOthers(t *testing.T) {
	loop := []any{nil}
	loop[0] = loop
	for _, test := range []struct {
		in   any
		want string
	}{
		{nil, "null"},
		{time.March, "3"},
		{errors.New("boom"), "boom"},
		{[]any{errors.New("boom"), failing{}}, wrongPrefix + "a method of *textform.failing panicked: no"},
		{make(chan int), "chan int"},
		{struct{ a int }{1}, "struct { a int }"},
		{&uncopied{5}, "5 of these"},
		{(func())(nil), "null"},
		{struct {
			F func(int)
			O *uncopied
			N *uncopied
			L []<-chan int
		}{F: func(int) {}, O: &uncopied{1}, L: []<-chan int{nil, make(chan int)}}, `{"F":"func(int)","O":"1 of these","N":null,"L":[null,"<-chan int"]}`},
		{struct{ C complex128 }{1}, `{"C":"(1+0i)"}`},
		{loop, wrongPrefix + "the value nests too deep, or contains itself"},
		{(*big.Int)(nil), "null"},
		{[]string(nil), "null"},
		{reflect.ValueOf, "func(interface {}) reflect.Value"},
	} {
		t.Run(test.want, func(t *testing.T) {
			got, err := Format(test.in)
			if err != nil {
				got = wrongPrefix + err.Error()
			}
			if strings.ReplaceAll(got, "*textform", "textform") != strings.ReplaceAll(test.want, "*textform", "textform") {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

// A uncopied cannot be copied, and has a name.
type uncopied struct{ n int }

func (r *uncopied) String() string { return strconv.Itoa(r.n) + " of these" }

const wrongPrefix = "error: "

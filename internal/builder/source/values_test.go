package source

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestMethodsAndVariables(t *testing.T) {
	m, _, err := loadArchive(t, `
-- p.go --
package p

import ("errors"; "net/http"; "time")

// Default is used.
var Default = Order{}

var (
	// ErrEmpty is none.
	ErrEmpty = errors.New("empty")
	Client   *http.Client
	Feed     chan int
	hidden   int
)

type Base struct{ ID int }

// Key is promoted.
func (b Base) Key() int { return b.ID }

type Order struct { Base; When time.Time }

func (o Order) Total(more ...int) int { return 0 }
func (o *Order) Pay(by Card) error    { return nil }
func (o Order) secret()               {}

type Stamp struct { time.Time }
type Card string
type Later chan int
func (Later) Wait() {}
type Box[T any] struct { V T }
func (Box[T]) Open() {}
type Unused struct{ X int }
type Alias = Order
type Named interface{ Name() string }
`, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	promoted := 0
	for _, f := range m.Functions {
		if f.Receiver == "Stamp" {
			promoted++ // from time.Time
			continue
		}
		got = append(got, f.Receiver+": "+f.Signature()+" // "+f.Doc)
		if f.Type.Params().Len() != len(f.Params) {
			t.Errorf("%s: got the type %v, want one with %d parameters", f.Name, f.Type, len(f.Params))
		}
	}
	if diff := cmp.Diff([]string{
		"Base: Base.Key(b p.Base) int // Key is promoted.",
		"Later: Later.Wait(p.Later) // ",
		"Order: Order.Key(b p.Order) int // Key is promoted.",
		"Order: Order.Pay(o *p.Order, by p.Card) error // ",
		"Order: Order.Total(o p.Order, more ...int) int // ",
	}, got); diff != "" {
		t.Errorf("methods (-want +got):\n%s", diff)
	}
	if promoted < 40 {
		t.Errorf("Stamp has %d methods, want those of time.Time", promoted)
	}
	reasons := make(map[string]string)
	for _, v := range m.Variables {
		reasons[v.Name+" "+v.Type.String()+" // "+v.Doc], _, _ = strings.Cut(v.Reason, ",")
	}
	if diff := cmp.Diff(map[string]string{
		"Client *http.Client // ":             "",
		"Default p.Order // Default is used.": "",
		"ErrEmpty error // ErrEmpty is none.": "",
		"Feed chan int // ":                   "",
	}, reasons); diff != "" {
		t.Errorf("variables (-want +got):\n%s", diff)
	}
	for _, name := range []string{"p.Order", "p.Base", "p.Card", "time.Time", "p.Unused", "p.Stamp", "p.Later", "net/http.Client"} {
		if _, ok := m.Types[name]; !ok {
			t.Errorf("got no %s among the types, want it", name)
		}
	}
	// What a mentioned type mentions in turn is not brought in without end.
	if _, ok := m.Types["crypto/x509.Certificate"]; ok || len(m.Types) > 60 {
		t.Errorf("got %d types, want at most 60 and none that only mentioned types mention", len(m.Types))
	}
}

func TestMarshal(t *testing.T) {
	m, _, err := loadArchive(t, `
-- p.go --
package p

import ("math/big"; "net"; "net/netip"; "net/url"; "time")

type half struct{ x int }
func (half) MarshalText() ([]byte, error) { return nil, nil }
type odd struct{ x int }
func (odd) MarshalText() (string, error) { return "", nil }
func (*odd) UnmarshalText(b []byte) error { return nil }
type promoted struct{ big.Int; x int }
type over struct{ big.Int; x int }
func (over) MarshalText() ([]byte, error) { return nil, nil }
func (*over) UnmarshalText(b []byte) error { return nil }
type both struct{ x int }
func (both) MarshalText() ([]byte, error) { return nil, nil }
func (*both) UnmarshalText(b []byte) error { return nil }
func (both) MarshalBinary() ([]byte, error) { return nil, nil }
func (*both) UnmarshalBinary(b []byte) error { return nil }
type stamp time.Time

func F(url.URL, big.Int, netip.Addr, net.IP, time.Time, half, odd, promoted, over, both, stamp) {}
`, "", nil)
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, p := range m.Functions[0].Params {
		form, _ := m.Types.Form(&p.Type)
		if got[p.Type.String()] = m.Types.MarshalerKind(&p.Type); form == manifest.FormObject {
			got[p.Type.String()] = "object"
		}
	}
	if diff := cmp.Diff(map[string]string{
		"url.URL": "binary", "big.Int": "text", "netip.Addr": "binary", "net.IP": "", "time.Time": "time",
		"p.half": "object", "p.odd": "object", "p.promoted": "object", "p.over": "object", "p.both": "binary", "p.stamp": "object",
	}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

const borrowed = `
-- p.go --
package p

type V []float64

// Sum sums.
//
//winplugin:borrow v s
//winplugin:borrow w
func (v V) Sum(s string, w ...byte) float64 { return 0 }

func Max(v []int, n int) int { return 0 }
`

func TestBorrow(t *testing.T) {
	m, _, err := loadArchive(t, borrowed, "", func(c *Config) { c.Borrow = map[string][]string{"Max": {"v"}} })
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]bool)
	for _, f := range m.Functions {
		for _, p := range f.Params {
			got[f.Name+" "+p.Name] = p.Borrow
		}
	}
	if diff := cmp.Diff(map[string]bool{"Max v": true, "Max n": false, "V.Sum v": true, "V.Sum s": true, "V.Sum w": true}, got); diff != "" {
		t.Errorf("borrowed (-want +got):\n%s", diff)
	}
	if m.Functions[1].Doc != "Sum sums." {
		t.Errorf("got the doc %q, want Sum sums.", m.Functions[1].Doc)
	}

	_, _, err = loadArchive(t, borrowed+`
//winplugin:borrow x

//winplugin:loan y
func F(y []bool) {}

// G is.
//winplugin:borrow x y
func G(y []bool) {}
`, "", func(c *Config) { c.Borrow = map[string][]string{"Max": {"n"}, "Min": {"v"}} })
	var e *BuildError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a BuildError", err)
	}
	const only = "; only strings and slices of numbers can be borrowed"
	if diff := cmp.Diff([]Diagnostic{
		{"p.go", 1, 9, "option to borrow: package p has no exported function Min"},
		{"p.go", 11, 6, "option to borrow: parameter n of Max has type int" + only},
		{"p.go", 13, 1, "misplaced directive //winplugin:borrow: it belongs in the comment directly above a function"},
		{"p.go", 15, 1, "unknown directive //winplugin:loan"},
		{"p.go", 19, 1, "//winplugin:borrow: function G has no parameter x"},
		{"p.go", 19, 1, "//winplugin:borrow: parameter y of G has type []bool" + only},
	}, e.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
}

func TestDirectives(t *testing.T) {
	const archive = `
-- p.go --
package p

import "time"

//winplugin:instantiate Map[time.Month]
//winplugin:instantiate Map[time.Month]
func Map[T any](v []T) {}

// Fill fills.
//winplugin:inout p
func (b *Buffer) Fill(p []uint16, n int) {}

type Buffer struct{ n int }

func (b *Buffer) Read(p []byte) (n int, err error) { return 0, nil }
func (b *Buffer) Write(p []byte) (int, error)      { return 0, nil }

func New() *Buffer { return nil }

func Sort(list []int, at time.Month) {}
`
	m, _, err := loadArchive(t, archive, "", func(c *Config) {
		c.InOut = map[string][]string{"Sort": {"list"}, "Buffer.Fill": {"p"}}
	})
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, f := range append(m.Functions, m.Methods...) {
		got[f.Name] = ""
		for _, p := range f.Params {
			if p.InOut {
				got[f.Name] += p.Name + " in-out "
			}
			if p.Borrow {
				got[f.Name] += p.Name + " borrowed "
			}
		}
	}
	if diff := cmp.Diff(map[string]string{
		"Map[time.Month]": "", "New": "", "Sort": "list in-out ", "Fill": "p in-out ", "Read": "p in-out ", "Write": "p borrowed ",
	}, got); diff != "" {
		t.Errorf("parameters (-want +got):\n%s", diff)
	}

	_, _, err = loadArchive(t, archive+`
//winplugin:instantiate Map
//winplugin:instantiate Buffer[int]
//winplugin:instantiate time.Month[int]
//winplugin:instantiate Map[nothing]

//winplugin:inout s
func Text(s string) {}
`, "", func(c *Config) { c.InOut = map[string][]string{"Min": {"v"}} })
	var e *BuildError
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want a BuildError", err)
	}
	if diff := cmp.Diff([]Diagnostic{
		{"p.go", 1, 9, "option to write to: package p has no exported function Min"},
		{"p.go", 22, 1, `//winplugin:instantiate: "Map" is no instance of a generic function or type of this package, as Map[int, string] would be`},
		{"p.go", 23, 1, "//winplugin:instantiate: Buffer[int]: invalid operation: Buffer[int] (Buffer is not a generic type)"},
		{"p.go", 24, 1, `//winplugin:instantiate: "time.Month[int]" is no instance of a generic function or type of this package, as Map[int, string] would be`},
		{"p.go", 25, 1, "//winplugin:instantiate: Map[nothing]: undefined: nothing"},
		{"p.go", 27, 1, "//winplugin:inout: parameter s of Text has type string; only slices, maps, pointers, any, and structs and arrays that contain these can be written to"},
	}, e.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
}

// A directive that has no effect is a mistake.
func TestIneffectiveDirectives(t *testing.T) {
	tests := []struct {
		name, text, want string
	}{
		{"unexported function", "//winplugin:inout p\nfunc f(p []byte) {}", "unused directive //winplugin:inout: the host cannot call f; remove it"},
		{"no parameter", "//winplugin:borrow\nfunc G(p []byte) {}", "//winplugin:borrow names no parameter, as in //winplugin:borrow p"},
		{"space", "// winplugin:inout p\nfunc G(p []byte) {}", `misspelt directive "// winplugin:inout p": a directive begins with //winplugin:, without spaces`},
		{"capital letter", "//Winplugin:inout p\nfunc G(p []byte) {}", `misspelt directive "//Winplugin:inout p": a directive begins with //winplugin:, without spaces`},
		{"unknown word", "//winplugin:inot p\nfunc G(p []byte) {}", "unknown directive //winplugin:inot"},
		{"number", "//winplugin:inout p\nfunc G(p [2]int) {}", "//winplugin:inout: parameter p of G has type [2]int; only slices, maps, pointers, any, and structs and arrays that contain these can be written to"},
		{"struct of numbers", "//winplugin:inout p\nfunc G(p struct{ A int }) {}", "//winplugin:inout: parameter p of G has type struct{A int}; only slices, maps, pointers, any, and structs and arrays that contain these can be written to"},
		{"object", "//winplugin:inout p\nfunc G(p interface{ M() }) {}", "//winplugin:inout: parameter p of G has type interface{M()}, which is not copied: the function writes to the value itself without it"},
		{"struct with a slice", "//winplugin:inout p\nfunc G(p struct{ A []int }) {}", ""},
		{"prose", "// G is fast. See winplugin:inout.\nfunc G(p []byte) {}", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := loadArchive(t, "-- a.go --\npackage p\n\nfunc F() {}\n\n"+test.text+"\n", "", nil)
			var e *BuildError
			got := ""
			if errors.As(err, &e) && len(e.Diagnostics) == 1 {
				got = e.Diagnostics[0].Message
			}
			if got != test.want || (err == nil) != (test.want == "") {
				t.Errorf("diagnostic is %q, want %q (error %v)", got, test.want, err)
			}
		})
	}
}

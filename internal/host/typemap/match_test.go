package typemap

import (
	"errors"
	"math/big"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
)

func TestMatch(t *testing.T) {
	type (
		Line struct {
			SKU   string
			Qty   int32
			Price float64
		}
		Order struct {
			ID       int64
			Customer string
			Lines    []Line
			Tags     map[string]string
			Paid     bool
		}
		WideLine struct {
			SKU   string
			Qty   int
			Price float64
		}
		WideOrder struct {
			ID       int64
			Customer string
			Lines    []WideLine
			Tags     map[string]int
			Paid     bool
		}
		Swapped struct {
			Qty   int32
			SKU   string
			Price float64
		}
		Short struct {
			SKU string
			Qty int32
		}
		Long struct {
			SKU   string
			Qty   int32
			Price float64
			Note  string
		}
		Spelled struct {
			Sku   string
			Qty   int32
			Price float64
		}
		Hidden struct {
			SKU   string
			Qty   int32
			Price float64
			note  string
		}
		Node struct {
			Value int
			Next  *Node
		}
		BadNode struct {
			Value int
			Next  *Node
		}
		Celsius float64
		Point   struct{ X, _, Y int }
		Moved   struct{ X, Y, _ int }
		Money   struct{ cents int64 }
		Base    struct{ ID int64 }
		Derived struct {
			Base
			Name string
		}
	)
	_ = Hidden{note: ""}
	_ = Money{cents: 0}
	for _, test := range []struct {
		typ  string
		host reflect.Type
		want string
	}{
		{"int", reflect.TypeFor[int](), ""},
		{"int", reflect.TypeFor[time.Duration](), "plugin has int, host has time.Duration (int64)"},
		{"int32", reflect.TypeFor[int](), "plugin has int32, host has int"},
		{"Celsius", reflect.TypeFor[float64](), ""},
		{"Celsius", reflect.TypeFor[Celsius](), ""},
		{"Celsius", reflect.TypeFor[float32](), "plugin has shop.Celsius (float64), host has float32"},
		{"[]byte", reflect.TypeFor[[]byte](), ""},
		{"[]byte", reflect.TypeFor[string](), "plugin has []byte, host has string"},
		{"[]int32", reflect.TypeFor[[]int](), "plugin has []int32, host has []int"},
		{"[3]int", reflect.TypeFor[[4]int](), "plugin has [3]int, host has [4]int"},
		{"IDs", reflect.TypeFor[[]string](), "plugin has shop.IDs ([]int64), host has []string"},
		{"map[string][]int", reflect.TypeFor[map[string][]uint](), "plugin has map[string][]int, host has map[string][]uint"},
		{"error", reflect.TypeFor[error](), ""},
		{"error", reflect.TypeFor[any](), "plugin has error, host has any"},
		{"any", reflect.TypeFor[any](), ""},
		{"any", reflect.TypeFor[error](), "plugin has any, host has error"},
		{"any", reflect.TypeFor[int](), "plugin has any, host has int"},
		{"int", nil, "plugin has int, host has none"},
		{"Line", reflect.TypeFor[Line](), ""},
		{"Line", reflect.TypeFor[*Line](), "plugin has shop.Line, host has *typemap.Line"},
		{"*Line", reflect.TypeFor[*Line](), ""},
		{"*Line", reflect.TypeFor[*WideLine](), "Line.Qty: plugin has int32, host has int"},
		{"Order", reflect.TypeFor[Order](), ""},
		{"Order", reflect.TypeFor[WideOrder](), "Order.Lines[].Qty: plugin has int32, host has int; Order.Tags: plugin has map[string]string, host has map[string]int"},
		{"[]Order", reflect.TypeFor[[]WideOrder](), "Order.Lines[].Qty: plugin has int32, host has int; Order.Tags: plugin has map[string]string, host has map[string]int"},
		{"map[Line]int", reflect.TypeFor[map[Short]int](), "Line: host lacks field Price float64"},
		{"Line", reflect.TypeFor[Swapped](), "Line: fields in another order: plugin has SKU, Qty, Price; host has Qty, SKU, Price"},
		{"Line", reflect.TypeFor[Short](), "Line: host lacks field Price float64"},
		{"Line", reflect.TypeFor[Long](), "Line: plugin lacks field Note string"},
		{"Line", reflect.TypeFor[Spelled](), "Line: plugin has field SKU, host spells it Sku"},
		{"Line", reflect.TypeFor[Hidden](), "Line: host has unexported field note, which does not cross"},
		{"Line", reflect.TypeFor[time.Time](), "plugin has shop.Line, host has time.Time"},
		{"Point", reflect.TypeFor[Point](), ""},
		{"Point", reflect.TypeFor[Moved](), "Point: blank fields are at other places"},
		{"Node", reflect.TypeFor[Node](), ""},
		{"Node", reflect.TypeFor[BadNode](), ""},
		{"Derived", reflect.TypeFor[Derived](), ""},
		{"time.Time", reflect.TypeFor[time.Time](), ""},
		{"time.Time", reflect.TypeFor[string](), "plugin has time.Time, host has string"},
		{"math/big.Int", reflect.TypeFor[big.Int](), ""},
		{"*math/big.Int", reflect.TypeFor[*big.Int](), ""},
		{"math/big.Int", reflect.TypeFor[big.Rat](), "plugin has big.Int, host has big.Rat"},
		{"net/url.URL", reflect.TypeFor[url.URL](), ""},
		{"Secret", reflect.TypeFor[big.Int](), "plugin has shop.Secret, host has big.Int"},
		{"struct", reflect.TypeFor[struct{ A int8 }](), "struct.A: plugin has int, host has int8"},
	} {
		t.Run(test.typ, func(t *testing.T) {
			err := Match(typemaptest.Shop.Types, typemaptest.Type(test.typ), test.host)
			got := ""
			if err != nil {
				got = err.Error()
				var m *MismatchError
				if !errors.As(err, &m) || len(m.Differences) == 0 {
					t.Errorf("%s: got %T, want a *MismatchError", test.typ, err)
				}
			}
			if got != test.want {
				t.Errorf("Match(%s, %v)\n got %s\nwant %s", test.typ, test.host, got, test.want)
			}
		})
	}
}

func TestMatchShowsAFew(t *testing.T) {
	err := Match(typemaptest.Shop.Types, typemaptest.Type("Order"), reflect.TypeFor[struct{ A, B int }]())
	if !strings.HasSuffix(err.Error(), "; and 3 more") {
		t.Errorf("got error %v, want one that ends with 3 more", err)
	}
	var m *MismatchError
	if errors.As(err, &m); len(m.Differences) != 7 {
		t.Errorf("got %d differences, want 7", len(m.Differences))
	}
}

func TestShortName(t *testing.T) {
	got := map[string]string{}
	for _, name := range []string{"example.com/a.b/p.T", "T", "p.T", "example.com/p.Pair[int,example.com/q.U]", ""} {
		got[name] = shortName(name)
	}
	want := map[string]string{
		"example.com/a.b/p.T": "T", "T": "T", "p.T": "T", "": "",
		"example.com/p.Pair[int,example.com/q.U]": "Pair[int,example.com/q.U]",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("texts differ (-want +got):\n%s", diff)
	}
}

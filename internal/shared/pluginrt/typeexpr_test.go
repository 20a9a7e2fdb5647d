package pluginrt

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"
)

type (
	exprTree  struct{ next *exprTree }
	exprShape interface{ Area() float64 }
	exprPair  [2]int
)

func TestTypeNamed(t *testing.T) {
	s := newScope(&Library{Makes: []Type{TypeOf[exprTree]("Tree"), TypeOf[exprShape]("geo.Shape"), TypeOf[exprPair]("Pair[int,string]")}})
	for text, want := range map[string]reflect.Type{
		"Tree":                                  reflect.TypeFor[exprTree](),
		"*Tree":                                 reflect.TypeFor[*exprTree](),
		"[]*geo.Shape":                          reflect.TypeFor[[]*exprShape](),
		"[3]int8":                               reflect.TypeFor[[3]int8](),
		"map[string][]any":                      reflect.TypeFor[map[string][]any](),
		"map[Pair[int,string]]Pair[int,string]": reflect.TypeFor[map[exprPair]exprPair](),
		"func()":                                reflect.TypeFor[func()](),
		"func(*Tree,...string) error":           reflect.TypeFor[func(*exprTree, ...string) error](),
		"func(func(int) Tree, context.Context) (geo.Shape, error)": reflect.TypeFor[func(func(int) exprTree, context.Context) (exprShape, error)](),
		"map[string]func(int)": reflect.TypeFor[map[string]func(int)](),
		"time.Duration":        reflect.TypeFor[time.Duration](),
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := s.typeNamed(text); err != nil || got != want {
				t.Errorf("got %v, %v, want %v", got, err, want)
			}
		})
	}
	for text, want := range map[string]string{
		"":                                "no type",
		"Bush":                            "no type Bush",
		"[]Tree]":                         "too many",
		"[x]int":                          "no length",
		"[99999999]int":                   "no length",
		"map[[]int]string":                "compared",
		"func(a int)":                     "no type a",
		"func(int":                        "without names",
		strings.Repeat("*", 1000) + "int": "too deep",
	} {
		t.Run(text, func(t *testing.T) {
			if got, err := s.typeNamed(text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, error %v, want one with %q in it", got, err, want)
			}
		})
	}
}

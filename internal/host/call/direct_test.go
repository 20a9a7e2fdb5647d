package call

import (
	"reflect"
	"testing"
	"time"
)

type keeps struct{ At *keeps }

func (k *keeps) MarshalText() ([]byte, error) { k.At = k; return nil, nil }

func TestIsPlain(t *testing.T) {
	for _, test := range []struct {
		typ  reflect.Type
		want bool
	}{
		{reflect.TypeFor[int](), true},
		{reflect.TypeFor[struct {
			A string
			B [2]*keeps
			C map[string]any
		}](), true},
		{reflect.TypeFor[any](), false},
		{reflect.TypeFor[struct{ A [1]func() }](), false},
		{reflect.TypeFor[struct{ A chan int }](), false},
		{reflect.TypeFor[struct{ a int }](), false},
		{reflect.TypeFor[keeps](), false},
		{reflect.TypeFor[struct{ A [1]keeps }](), false},
		{reflect.TypeFor[time.Time](), false},
	} {
		t.Run(test.typ.String(), func(t *testing.T) {
			if got := isPlain(test.typ); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

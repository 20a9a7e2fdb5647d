package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Instances that are proposed obey the constraints, and options export instances.
func TestGenericInstances(t *testing.T) {
	const archive = `
-- p.go --
package p

import ("cmp"; "time")

type Shape interface { Area() float64 }
type Square struct { A float64 }
func (s *Square) Area() float64 { return s.A }

type Number interface { ~float32 | ~float64 }

func Map[K, V any](list []K, f func(K) V) (out []V)       { return nil }
func Max[T cmp.Ordered](a, b T) T                           { return a }
func Sum[T Number](list ...T) (s T)                         { return s }
func Sort[S ~[]E, E cmp.Ordered](s S)                       {}
func Keys[M ~map[K]V, K comparable, V any](m M) []K         { return nil }
func Largest[T interface{ *Square; Shape }](list []T) (t T) { return t }
func Never[T interface{ chan string; Shape }](T)            {}

type Stack[T any] struct { list []T }
func (s *Stack[T]) Push(v T) { s.list = append(s.list, v) }

var Start time.Time
`
	m, _, err := loadArchive(t, archive, "", func(cfg *Config) { cfg.Instantiate = []string{"Map[time.Duration, string]", "Stack[int]"} })
	if err != nil {
		t.Fatal(err)
	}
	got := make(map[string]string)
	for _, f := range m.Functions {
		if f.Generic {
			got[f.Name] = f.Example
		}
	}
	want := map[string]string{
		"Max": "Max[int]", "Sum": "Sum[float64]", "Sort": "Sort[[]int, int]", "Keys": "Keys[map[string]int, string, int]",
		"Largest": "Largest[*Square]", "Never": "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("proposed instances (-want +got):\n%s", diff)
	}
	names := strings.Join(signatures(m), "\n")
	for _, f := range m.Methods {
		names += "\n" + f.Receiver + "." + f.Name
	}
	for _, want := range []string{"Map[time.Duration,string](", "Stack[int].Push"} {
		if !strings.Contains(names, want) {
			t.Errorf("got\n%s\nwant %s in it", names, want)
		}
	}
	for name, want := range map[string]string{
		"Sum[int]":     "int does not satisfy Number",
		"Missing[int]": "undefined: Missing",
		"Square[int]":  "is not a generic type",
		"Max[big.Int]": "undefined: big",
	} {
		t.Run(name, func(t *testing.T) {
			_, _, err := loadArchive(t, archive, "", func(cfg *Config) { cfg.Instantiate = []string{name} })
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got error %v, want one that says %q", err, want)
			}
		})
	}
}

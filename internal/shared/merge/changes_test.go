package merge

import (
	"fmt"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
)

type settings struct {
	N    int
	Tags map[string]string
	Next *settings
	List []int
}

// Only what differs between the two copies is written. What this side has changed stays.
func TestChanges(t *testing.T) {
	for _, test := range []struct {
		name                 string
		to, base, from, want any
	}{
		{
			"entries", map[string]int{"same": 5, "own": 6, "gone": 3}, map[string]int{"same": 1, "gone": 3, "removed": 4}, map[string]int{"same": 1, "new": 2, "removed": 4},
			map[string]int{"same": 5, "own": 6, "new": 2},
		},
		{"a changed entry", map[string][]int{"a": {1, 8}}, map[string][]int{"a": {1, 2}}, map[string][]int{"a": {7, 2}}, map[string][]int{"a": {7, 8}}},
		{"an entry that is gone here", map[string]int{}, map[string]int{"a": 1}, map[string]int{"a": 2}, map[string]int{"a": 2}},
		{"elements", []int{1, 5, 3}, []int{1, 2, 3}, []int{4, 2, 3}, []int{4, 5, 3}},
		{
			"fields", &settings{N: 1, Tags: map[string]string{"own": "x"}, Next: &settings{N: 2}}, &settings{N: 0, Next: &settings{N: 2}, Tags: map[string]string{}},
			&settings{N: 0, Next: &settings{N: 3}, Tags: map[string]string{"new": "y"}},
			&settings{N: 1, Tags: map[string]string{"own": "x", "new": "y"}, Next: &settings{N: 3}},
		},
		{"a list of another length", &settings{List: []int{9}}, &settings{List: []int{1, 2}}, &settings{List: []int{1, 2, 3}}, &settings{List: []int{1, 2, 3}}},
		{"values of dynamic type", map[string]any{"m": 1, "own": 2}, map[string]any{"m": 1}, map[string]any{"m": "s"}, map[string]any{"m": "s", "own": 2}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := Merger{Restored: true}
			if err := m.Changes(reflect.ValueOf(test.to), reflect.ValueOf(test.base), reflect.ValueOf(test.from)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, test.to); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// A map within an interface is written to in its place.
func TestChangesInInterfaces(t *testing.T) {
	nested := map[string]any{"a": 1, "own": 2}
	to := map[string]any{"m": nested}
	m := Merger{Restored: true}
	err := m.Changes(reflect.ValueOf(to), reflect.ValueOf(map[string]any{"m": map[string]any{"a": 1}}), reflect.ValueOf(map[string]any{"m": map[string]any{"a": 1, "b": 3}}))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"a": 1, "own": 2, "b": 3}, nested); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Keys that are pointers differ between the two copies, so a changed map gets the other side's.
func TestChangesOfPointerKeys(t *testing.T) {
	keyed := func(n int, value string) map[*settings]string { return map[*settings]string{{N: n}: value} }
	for _, test := range []struct {
		name           string
		to, base, from any
		want           string
	}{
		{"pointers", keyed(1, "a"), keyed(1, "a"), keyed(2, "b"), "2=b"},
		{"interfaces", map[any]string{&settings{N: 1}: "a"}, map[any]string{&settings{N: 1}: "a"}, map[any]string{&settings{N: 2}: "b"}, "2=b"},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := Merger{Restored: true}
			if err := m.Changes(reflect.ValueOf(test.to), reflect.ValueOf(test.base), reflect.ValueOf(test.from)); err != nil {
				t.Fatal(err)
			}
			got := ""
			for it := reflect.ValueOf(test.to).MapRange(); it.Next(); {
				got += fmt.Sprint(it.Key().Interface().(*settings).N, "=", it.Value())
			}
			if got != test.want {
				t.Errorf("got the entries %s, want %s", got, test.want)
			}
		})
	}
}

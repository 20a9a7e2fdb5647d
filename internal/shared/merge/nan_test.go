package merge

import (
	"math"
	"reflect"
	"testing"
)

// Entries with a key NaN are neither doubled nor kept.
func TestNaNKeys(t *testing.T) {
	nan := math.NaN()
	for name, from := range map[string]map[float64]int{
		"changed": {nan: 2, 1: 3},
		"gone":    {1: 3},
	} {
		t.Run(name, func(t *testing.T) {
			to := map[float64]int{nan: 1, 1: 1, 2: 2}
			m := Merger{Restored: true, Identity: true}
			if err := m.Content(reflect.ValueOf(to), reflect.ValueOf(from)); err != nil {
				t.Fatal(err)
			}
			if len(to) != len(from) || to[1] != 3 {
				t.Errorf("got %v, want %v", to, from)
			}
		})
	}
}

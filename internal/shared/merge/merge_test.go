package merge

import (
	"maps"
	"math"
	"reflect"
	"sync"
	"testing"
)

type merged struct {
	N     float64
	Tags  map[string]float64
	Call  func() int
	Next  *merged
	Lines []*merged
}

// decoded returns a copy as decoding makes it: funcs of the host are the same.
func decoded(v *merged) *merged {
	c := *v
	c.Tags = maps.Clone(v.Tags)
	if v.Next != nil {
		c.Next = decoded(v.Next)
	}
	c.Lines = nil
	for _, l := range v.Lines {
		c.Lines = append(c.Lines, decoded(l))
	}
	return &c
}

func newMerged() *merged {
	return &merged{N: math.NaN(), Tags: map[string]float64{"a": 1, "nan": math.NaN()}, Call: func() int { return 1 }, Next: &merged{N: 2}, Lines: []*merged{{N: 3}}}
}

// What is the same already is not written: goroutines that share a value would write to its
// maps at once otherwise, which ends the process.
func TestMergeLeavesTheSameAlone(t *testing.T) {
	shared := newMerged()
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 1000 {
				m := Merger{Restored: true}
				_ = m.Content(reflect.ValueOf(shared), reflect.ValueOf(decoded(shared)))
			}
		})
	}
	wg.Wait()
}

// Changes arrive where the host's pointers point to, and in its maps.
func TestMergeInPlace(t *testing.T) {
	to := newMerged()
	tags, next, list := to.Tags, to.Next, []*merged{to, nil}
	from := decoded(to)
	from.N, from.Tags["b"], from.Next.N = 5, 6, 7
	delete(from.Tags, "a")
	m := Merger{Restored: true}
	_ = m.Content(reflect.ValueOf(list), reflect.ValueOf([]*merged{from, nil}))
	if list[0] != to || to.N != 5 || to.Next != next || next.N != 7 || len(tags) != 2 || tags["b"] != 6 {
		t.Errorf("got %v with %v and %v, want 5, 6 and 7 in the host's own memory", *to, tags, *next)
	}
}

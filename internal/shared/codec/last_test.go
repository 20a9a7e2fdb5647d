package codec

import (
	"reflect"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Values of one dynamic type in a row are as they are alone, whatever comes between them.
func TestManyOfOneType(t *testing.T) {
	type line = struct {
		Name string
		N    int32
	}
	type nested = struct {
		Any  any
		List []any
	}
	type large = struct {
		Name string
		Big  [3000]byte
	}
	type pointer = struct{ P *line }
	shared := &line{"shared", 1}
	var lines, mixed, larger []any
	for i := range 100 {
		lines = append(lines, line{"line", int32(i)})
		mixed = append(mixed, line{"mixed", int32(i)}, i, nil, "text", struct{}{})
		if i%3 == 0 {
			mixed = append(mixed, pointer{shared}, []string{"a"}, line{"again", 0})
		}
	}
	for i := range 20 {
		larger = append(larger, large{Name: "large", Big: [3000]byte{byte(i)}})
	}
	for name, list := range map[string][]any{
		"nil":      nil,
		"empty":    {},
		"lines":    lines,
		"mixed":    mixed,
		"large":    larger,
		"nested":   {nested{line{"a", 1}, lines}, nested{nested{}, []any{nested{}, line{"b", 2}}}, line{"c", 3}, nested{List: mixed}},
		"in a map": {map[string]any{"a": line{"a", 1}, "b": line{"b", 2}}, line{"c", 3}},
	} {
		t.Run(name, func(t *testing.T) {
			c := must(reflect.TypeFor[[]any]())
			var e wire.Encoder
			for range 2 { // the second value does not depend on the first
				from := e.Next()
				if err := Marshal(c, &e, reflect.ValueOf(&list).UnsafePointer()); err != nil {
					t.Fatal(err)
				}
				var got []any
				if err := Unmarshal(c, e.Bytes()[from:], nil, reflect.ValueOf(&got).UnsafePointer()); err != nil {
					t.Fatal(err)
				}
				runtime.GC()
				if diff := cmp.Diff(list, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			var alone wire.Encoder
			PutAny(&alone, list)
			got, err := UnmarshalAny(alone.Bytes(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(any(list), got); diff != "" {
				t.Errorf("as an any (-want +got):\n%s", diff)
			}
		})
	}
}

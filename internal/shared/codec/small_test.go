package codec

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
)

// Values that need no Encoder have the encoding that PutAny gives them, and nothing else is taken
// for one of them.
func TestSmall(t *testing.T) {
	type named int
	for _, test := range []struct {
		name  string
		value any
		small bool
	}{
		{"nil", nil, true},
		{"true", true, true},
		{"false", false, true},
		{"int", -5, true},
		{"int64", int64(math.MinInt64), true},
		{"uint64", uint64(math.MaxUint64), true},
		{"float64", math.Inf(-1), true},
		{"NaN", math.NaN(), true},
		{"empty string", "", true},
		{"string", "Grüße", true},
		{"longest string", strings.Repeat("x", MaxSmall-2), true},
		{"longer string", strings.Repeat("x", MaxSmall-1), false},
		{"long string", strings.Repeat("x", 1000), false},
		{"int8", int8(1), false},
		{"uint8", uint8(1), false},
		{"complex64", complex64(1), false},
		{"bytes", []byte("12345678"), false},
		{"strings", []string{"a"}, false},
		{"map", map[string]any{"a": 1}, false},
		{"error", error(nil), true},
		{"declared", named(1), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var e wire.Encoder
			if err := MarshalAny(&e, test.value); err != nil {
				t.Fatal(err)
			}
			b, ok := AppendSmall(nil, test.value)
			if ok != test.small {
				t.Errorf("appended: got %v, want %v", ok, test.small)
			}
			if ok && string(b) != string(e.Bytes()) {
				t.Errorf("encoding: got %x, want %x", b, e.Bytes())
			}
			if len(b) > MaxSmall {
				t.Errorf("length: got %d, want at most %d", len(b), MaxSmall)
			}
			got, ok := TakeSmall(e.Bytes())
			if ok != test.small {
				t.Fatalf("taken: got %v, want %v", ok, test.small)
			}
			if diff := cmp.Diff(test.value, got, cmpopts.EquateNaNs()); ok && diff != "" {
				t.Errorf("value (-want +got):\n%s", diff)
			}
		})
	}
	for name, message := range map[string][]byte{
		"empty":        {},
		"cut off":      {anyInt, 1, 2},
		"too long":     {anyInt, 1, 2, 3, 4, 5, 6, 7, 8, 9},
		"no bool":      {anyBool, 2},
		"short string": {anyString, 5, 'a'},
		"long string":  {anyString, 1, 'a', 'b'},
	} {
		t.Run(name, func(t *testing.T) {
			if v, ok := TakeSmall(message); ok {
				t.Errorf("%s: got %v, want none", name, v)
			}
		})
	}
}

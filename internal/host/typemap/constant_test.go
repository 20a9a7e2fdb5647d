package typemap

import (
	"reflect"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestConstant(t *testing.T) {
	for _, test := range []struct {
		name, typ string
		kind      manifest.Kind
		value     string
		want      any // nil: an error
	}{
		{"bool", "", manifest.Bool, "true", true},
		{"text", "p.Code", manifest.String, `"a\n"`, "a\n"},
		{"declared number", "p.Size", manifest.Int, "-2", -2},
		{"duration", "time.Duration", manifest.Int64, "1000", time.Microsecond},
		{"largest", "", manifest.Uint64, "18446744073709551615", uint64(1<<64 - 1)},
		{"fraction", "", manifest.Float64, "1/2", 0.5},
		{"narrow float", "", manifest.Float32, "3/2", float32(1.5)},
		{"complex", "", manifest.Complex128, "(1 + -2i)", 1 - 2i},
		{"too large", "", manifest.Int8, "200", nil},
		{"fraction of an integer", "", manifest.Int, "1/2", nil},
		{"no number", "", manifest.Int, "x", nil},
		{"no text", "", manifest.String, "x", nil},
		{"exponent", "", manifest.Float64, "1e999999999", nil},
		{"kind without constants", "", manifest.Slice, "1", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := Constant(&manifest.Constant{Name: "C", Type: manifest.Type{Kind: test.kind, Name: test.typ}, Value: test.value})
			if (err == nil) != (test.want != nil) || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %T %v, %v; want %T %v", got, got, err, test.want, test.want)
			}
		})
	}
}

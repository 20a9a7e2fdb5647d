package source

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestConstants(t *testing.T) {
	const archive = `
-- c/go.mod --
module example.org/c

go 1.22
-- c/c.go --
package c

import "time"

// F keeps the package a plugin.
func F() {}

type Size int

const (
	Small Size = iota + 1
	// Large is large.
	Large
	hidden Size = 9
)

type Code string

const Bad Code = "bad\n"

const (
	Zero    = 0
	Big     = 1 << 63
	Huge    = 1 << 200
	Beyond  = 1e5000
	Half    = 0.5
	Letter  = 'x'
	Wave    = 1 + 2i
	On      = true
	Wait    = 3 * time.Second
	Wide    int8 = -5
)
`
	m, _, err := loadArchive(t, archive, "c", nil)
	if err != nil {
		t.Fatal(err)
	}
	typ := func(k manifest.Kind, name string) manifest.Type { return manifest.Type{Kind: k, Name: name} }
	want := []manifest.Constant{
		{Name: "Bad", Type: typ(manifest.String, "example.org/c.Code"), Value: `"bad\n"`},
		{Name: "Small", Type: typ(manifest.Int, "example.org/c.Size"), Value: "1"},
		{Name: "Large", Doc: "Large is large.", Type: typ(manifest.Int, "example.org/c.Size"), Value: "2"},
		{Name: "Wait", Type: typ(manifest.Int64, "time.Duration"), Value: "3000000000"},
		{Name: "Zero", Type: typ(manifest.Int, ""), Value: "0"},
		{Name: "Big", Type: typ(manifest.Uint64, ""), Value: "9223372036854775808"},
		{Name: "Huge", Type: typ(manifest.Float64, ""), Value: "1606938044258990275541962092341162602522202993782792835301376"},
		{Name: "Half", Type: typ(manifest.Float64, ""), Value: "1/2"},
		{Name: "Letter", Type: typ(manifest.Int32, ""), Value: "120"},
		{Name: "Wave", Type: typ(manifest.Complex128, ""), Value: "(1 + 2i)"},
		{Name: "On", Type: typ(manifest.Bool, ""), Value: "true"},
		{Name: "Wide", Type: typ(manifest.Int8, ""), Value: "-5"},
	}
	got := m.Constants
	for i := range got {
		got[i].Position = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("constants (-want +got):\n%s", diff)
	}
}

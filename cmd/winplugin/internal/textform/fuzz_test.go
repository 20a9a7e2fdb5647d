package textform

import (
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/host/typemap"
	"github.com/RamanSharma100/go-winplugin/internal/host/typemap/typemaptest"
)

func FuzzParse(f *testing.F) {
	for i := range typemaptest.Types {
		for _, text := range []string{"5", "null", `[1,"a",{}]`, `{"A":1,"Next":{"Value":2}}`, "base64:AA==", "1e5", `[[{"A":1},[]]]`, "2024-02-29T12:00:00Z"} {
			f.Add(byte(i), text)
		}
	}
	s := typemap.NewScope(typemaptest.Shop)
	f.Fuzz(func(t *testing.T, to byte, text string) {
		ty, err := s.Type(typemaptest.Type(typemaptest.Types[int(to)%len(typemaptest.Types)]))
		if err != nil {
			t.Fatal(err)
		}
		v, err := Parse(ty, text)
		if err != nil {
			return
		}
		printed, err := Format(v)
		if err != nil {
			t.Skip(err) // time.Time has years that its text does not
		}
		again, err := Parse(ty, printed)
		if err != nil {
			t.Fatalf("Parse(%q) of %s, printed from %q, has error %v, want nil", printed, ty, text, err)
		}
		if back, err := Format(again); err != nil || back != printed {
			t.Errorf("%q as %s is printed as %q, and then as %q, %v, want the same text again", text, ty, printed, back, err)
		}
	})
}

package detect

import "testing"

// What the go command prints of GOFLAGS is not taken for a fault of the go command.
func TestGOFLAGSAreRecognized(t *testing.T) {
	for _, text := range []string{
		"go: parsing $GOFLAGS: unknown flag -nonsense",
		`go: invalid value "/tmp" for flag -C (from $GOFLAGS): -C flag must be first flag on command line`,
	} {
		t.Run(text, func(t *testing.T) {
			for _, s := range signs {
				if s.text.MatchString(text) {
					if s.trap != TrapGOFLAGS {
						t.Errorf("got %s, want %s", s.trap, TrapGOFLAGS)
					}
					return
				}
			}
			t.Error("got no sign that recognizes it, want one")
		})
	}
}

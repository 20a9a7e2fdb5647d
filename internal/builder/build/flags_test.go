package build

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCheckFlags(t *testing.T) {
	for _, flags := range [][]string{{"-o", "x"}, {"-buildmode=pie"}, {"--overlay=x"}, {"-tags=a", "-C=/"}} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			if checkFlags(flags) == nil {
				t.Errorf("checkFlags(%v): got no error, want one", flags)
			}
		})
	}
	if err := checkFlags([]string{"-tags", "a,b", "-race", "-ldflags=-o x"}); err != nil {
		t.Error(err)
	}
}

func TestSplitLinkerFlags(t *testing.T) {
	for _, flags := range [][]string{
		{"-tags=x", "-ldflags=-X main.v=1", "-v"},
		{"-tags=x", "-ldflags", "-X main.v=1", "-v"},
		{"-ldflags=lost", "-tags=x", "--ldflags=-X main.v=1", "-v"},
	} {
		t.Run(strings.Join(flags, " "), func(t *testing.T) {
			rest, ldflags := splitLinkerFlags(flags)
			if diff := cmp.Diff([]string{"-tags=x", "-v"}, rest); diff != "" || ldflags != "-X main.v=1" {
				t.Errorf("%q: got %q, want -X main.v=1; other flags differ (-want +got):\n%s", flags, ldflags, diff)
			}
		})
	}
}

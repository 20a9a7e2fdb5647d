package process

import (
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironment(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("Windows has other variables")
	}
	host := []string{"PATH=/bin", "SECRET=1", "AWS_KEY=2", "LC_ALL=C", "TZ=UTC", "B=3"}
	for _, test := range []struct {
		name    string
		entries []string
		want    []string
	}{
		{"usual", nil, []string{"PATH=/bin", "LC_ALL=C", "TZ=UTC"}},
		{"by name", []string{"B"}, []string{"PATH=/bin", "LC_ALL=C", "TZ=UTC", "B=3"}},
		{"by the beginning of a name", []string{"AWS_*"}, []string{"PATH=/bin", "AWS_KEY=2", "LC_ALL=C", "TZ=UTC"}},
		{"all", []string{"*"}, host},
		{"value", []string{"PATH=/usr/bin", "C=4=5"}, []string{"PATH=/bin", "LC_ALL=C", "TZ=UTC", "PATH=/usr/bin", "C=4=5"}},
		{"unknown", []string{"NONE"}, []string{"PATH=/bin", "LC_ALL=C", "TZ=UTC"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Environment(host, test.entries)); diff != "" {
				t.Errorf("environment (-want +got):\n%s", diff)
			}
		})
	}
	for _, bad := range []string{"", "=x", "A\x00B", "[", "A=x\x00"} {
		if err := CheckEnvironment([]string{"PATH", bad}); err == nil {
			t.Errorf("%q: got no error, want one", bad)
		}
	}
}

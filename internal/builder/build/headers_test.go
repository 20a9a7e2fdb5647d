package build

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
)

// Only packages with C are compiled again if a header changes. In the module cache the go
// command sees no added files.
func TestMarked(t *testing.T) {
	for _, test := range []struct {
		name         string
		cDirs, local []string
		want         []string
	}{
		{"C of the plugin", []string{"plugin"}, []string{"plugin"}, []string{"plugin", "plugin"}},
		{"C of another package", []string{"other"}, []string{"plugin", "other"}, []string{"plugin", "other"}},
		{"C in the module cache", []string{"plugin", "cached"}, []string{"plugin"}, nil},
		{"a plugin in the module cache", []string{"plugin"}, nil, []string{"plugin", "plugin"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := &compilation{model: &source.Model{Dir: "plugin", CDirs: test.cDirs, Inputs: source.Inputs{Dirs: test.local}}}
			if diff := cmp.Diff(test.want, c.marked()); diff != "" {
				t.Errorf("folders (-want +got):\n%s", diff)
			}
		})
	}
}

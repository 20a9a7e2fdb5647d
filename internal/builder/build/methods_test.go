package build

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A package is a plugin if methods are all that it exports: the host makes values of its types.
func TestPackageOfMethods(t *testing.T) {
	sameEverywhere(t)
	for _, test := range []struct {
		name, source string
		instantiate  []string
	}{
		{"struct", "package counter\n\n// Counter counts.\ntype Counter struct{ n int }\n\n// Add adds.\nfunc (c *Counter) Add(n int) int { c.n += n; return c.n }\n", nil},
		{"instance", "package queue\n\n// Queue is a queue.\ntype Queue[T any] struct{ list []T }\n\n// Add adds.\nfunc (q *Queue[T]) Add(v T) int { q.list = append(q.list, v); return len(q.list) }\n", []string{"Queue[string]"}},
	} {
		for _, kind := range []string{manifest.CGO, manifest.Pure} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				dir := filepath.Join(t.TempDir(), "plugin")
				write(t, filepath.Join(dir, "go.mod"), "module example.com/plugin\n\ngo 1.22\n")
				write(t, filepath.Join(dir, "plugin.go"), test.source)
				cfg := config(t, dir)
				cfg.Bridge, cfg.Instantiate = kind, test.instantiate
				a, err := Run(context.Background(), cfg)
				if err != nil {
					t.Fatalf("got error %v, want nil", err)
				}
				for _, m := range a.Manifest.Methods {
					if m.Name == "Add" {
						return
					}
				}
				t.Errorf("got methods %v, want Add among them", a.Manifest.Methods)
			})
		}
	}
}

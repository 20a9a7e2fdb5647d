package source

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Each further package has the shortest qualifier that no other one has.
func TestQualifiers(t *testing.T) {
	for _, test := range []struct {
		name  string
		paths [][2]string // import path and name
		want  []string
	}{
		{"names", [][2]string{{"x.org/a/yaml.v3", "yaml"}, {"x.org/b", "b"}}, []string{"yaml.", "b."}},
		{"clash", [][2]string{{"x.org/apps/v1", "v1"}, {"x.org/core/v1", "v1"}, {"x.org/v2", "v2"}}, []string{"apps/v1.", "core/v1.", "v2."}},
		{"long clash", [][2]string{{"x.org/a/z/v1", "v1"}, {"y.org/a/z/v1", "v1"}}, []string{"x.org/a/z/v1.", "y.org/a/z/v1."}},
		{"one path ends another", [][2]string{{"ext", "ext"}, {"x.org/ext", "ext"}}, []string{"ext.", "x.org/ext."}},
	} {
		t.Run(test.name, func(t *testing.T) {
			m := &Model{Name: "main", ImportPath: "x.org/main"}
			for _, p := range test.paths {
				m.Packages = append(m.Packages, &Model{ImportPath: p[0], Name: p[1]})
			}
			m.qualify()
			var got []string
			for _, p := range m.Packages {
				got = append(got, p.Qualifier)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("qualifiers (-want +got):\n%s", diff)
			}
		})
	}
}

// The hash of several packages changes with each of them.
func TestHashOfPackages(t *testing.T) {
	m := &Model{ImportPath: "x.org/a", SourceHash: "1"}
	if got := m.Hash(); got != "1" {
		t.Errorf("one package: got %s, want its own hash", got)
	}
	seen := map[string]string{}
	for _, hashes := range [][3]string{{"1", "2", "3"}, {"4", "2", "3"}, {"1", "4", "3"}, {"1", "2", "4"}, {"1", "3", "2"}} {
		t.Run(strings.Join(hashes[:], " "), func(t *testing.T) {
			m := &Model{ImportPath: "x.org/a", SourceHash: hashes[0], Packages: []*Model{
				{ImportPath: "x.org/b", SourceHash: hashes[1]}, {ImportPath: "x.org/c", SourceHash: hashes[2]},
			}}
			name := strings.Join(hashes[:], " ")
			if other, ok := seen[m.Hash()]; ok {
				t.Errorf("packages with the hashes %s: got the hash of %s, want another", name, other)
			}
			seen[m.Hash()] = name
		})
	}
}

package winplugin_test

import (
	"os"
	"os/exec"
	"strings"
	"testing"
)

// zones are the zones of CONTRIBUTING.md by the folders of their packages, from the first
// to the last. Packages in other folders are in zone 0, with the public API. The description
// of a plugin is data that all zones but the last share.
var zones = []struct {
	folder string
	zone   int
}{
	{"internal/builder/", 1}, {"internal/toolchain/", 2}, {"internal/host/", 3}, {"manifest/", 4}, {"internal/shared/", 5}, {"internal/sys/", 5},
}

func zoneOf(folder string) int {
	for _, z := range zones {
		if strings.HasPrefix(folder+"/", z.folder) {
			return z.zone
		}
	}
	return 0
}

// Imports lead from a zone to those below it, never back.
func TestZones(t *testing.T) {
	aboutSource(t)
	for _, goos := range []string{"linux", "windows"} {
		t.Run(goos, func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "go", "list", "-f", `{{$p := .ImportPath}}{{range .Imports}}{{$p}} {{.}}{{"\n"}}{{end}}`, "./...")
			cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH=amd64")
			out, err := cmd.Output()
			if err != nil {
				t.Fatal(err)
			}
			imports := 0
			for line := range strings.Lines(string(out)) {
				from, to, _ := strings.Cut(strings.TrimSpace(line), " ")
				_, from, inside := strings.Cut(from, "/go-winplugin")
				_, to, ours := strings.Cut(to, "/go-winplugin")
				if !inside || !ours {
					continue
				}
				imports++
				from, to = strings.TrimPrefix(from, "/"), strings.TrimPrefix(to, "/")
				if zoneOf(to) < zoneOf(from) {
					t.Errorf("%s imports %s: got zone %d to zone %d, want downward", from, to, zoneOf(from), zoneOf(to))
				}
			}
			if imports < 100 {
				t.Errorf("got %d imports, want 100 at least", imports)
			}
		})
	}
}

package bridge

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// stubFiles are the files of package pure with what depends on the processor alone.
var stubFiles = map[string][]string{
	"amd64": {"stubs.go", "stubs_amd64.s"},
	"arm64": {"stubs.go", "stubs_arm64.s"},
}

// programTargets are the systems whose plugins are programs.
var programTargets = []string{
	"darwin/amd64", "darwin/arm64", "freebsd/amd64", "freebsd/arm64", "linux/arm64",
	"netbsd/amd64", "netbsd/arm64", "openbsd/amd64", "openbsd/arm64",
}

// ProgramsEverywhere makes tests build programs for linux/amd64, too, which has libraries for that.
var ProgramsEverywhere atomic.Bool

// ProgramTargets lists the targets of the bridge manifest.Program.
func ProgramTargets() []string {
	if ProgramsEverywhere.Load() {
		return append(slices.Clip(programTargets), "linux/amd64")
	}
	return programTargets
}

// addProgram adds what only a program has: its manifest, which is complete before the build, and a main
// function that serves the host.
func (p *planned) addProgram(out *Output) error {
	m := p.model
	if target := p.manifest.GOOS + "/" + p.manifest.GOARCH; !slices.Contains(ProgramTargets(), target) {
		return fmt.Errorf("package %s: plugins for %s are no programs; build for %s, or choose another bridge", m.Name, target, strings.Join(ProgramTargets(), ", "))
	}
	encoded, err := p.manifest.Encode()
	if err != nil {
		return fmt.Errorf("package %s: %w", m.Name, err)
	}
	text := fmt.Sprintf(`%s

package %s

import (
	winplugin_lifeline %q
	winplugin_pluginrt %q
)

// winplugin_entries are not entered by anybody here, but for the stubs.
var winplugin_entries winplugin_pluginrt.Entries

// Winplugin_Main is the main function of the program.
func Winplugin_Main() {
	winplugin_setStubs(&winplugin_entries)
	winplugin_pluginrt.ServeProgram(&winplugin_library, &winplugin_entries, winplugin_lifeline.Wakes(), %s)
}
`, shared.Constraint, m.Name, shared.Module+shared.Lifeline, shared.Module+"pluginrt", quote(manifest.Mark(encoded)))
	return p.addMainFiles(out, stubFiles[p.manifest.GOARCH], map[string][]byte{"program.go": []byte(text)})
}

// quote returns a literal of Go in which rename finds nothing to change.
func quote(s string) string {
	quoted := strconv.Quote(s)
	return `"` + strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `\x22`) + `"`
}

package build

import (
	"fmt"
	"go/version"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// reserved are the flags of go build that the build itself decides.
var reserved = []string{"o", "C", "buildmode", "overlay", "n", "json", "toolexec", "modfile", "compiler"}

// bridgeFlags returns the flags beside the user's that analysis and compilation share, so that
// both use the same compiled packages. goflags is the user's GOFLAGS.
//
// No package is compiled with DWARF, which would be left out in the end: compiling and linking take
// less time. A user who wants it asks for it by -ldflags, and perhaps by -gcflags.
func bridgeFlags(kind, goflags string, user []string) []string {
	mode := "-buildmode=c-shared"
	switch {
	case kind == manifest.Pure, kind == manifest.Program && bridge.ProgramsEverywhere.Load(): // tests share the compiled packages
		mode = "-buildmode=pie"
	case kind == manifest.Program:
		mode = "-buildmode=exe"
	}
	flags := []string{mode, "-trimpath"}
	if !given(goflags, user, "ldflags", "gcflags") {
		flags = append(flags, "-gcflags=all="+withoutDWARF)
	}
	return flags
}

// withoutDWARF is a flag of the compiler.
const withoutDWARF = "-dwarf=false"

// given reports whether GOFLAGS or the user's flags have a flag of one of the names.
func given(goflags string, user []string, names ...string) bool {
	return slices.ContainsFunc(append(detect.SplitFlags(goflags), user...), func(flag string) bool {
		name, _, ok := cutFlag(flag)
		return ok && slices.Contains(names, name)
	})
}

// aliasFlags returns flags for a package whose go.mod names a Go version before 1.9. cmd/cgo
// declares C types as type aliases, which came with Go 1.9, in a file that has no version of its
// own. The package itself means the same in Go 1.9.
//
// Only the last -gcflags of a package applies. So there is none beside the user's.
func aliasFlags(kind string, m *source.Model, goflags string, user []string) []string {
	const aliases = "go1.9"
	if kind != manifest.CGO || m.Language == "" || version.Compare(m.Language, aliases) >= 0 || given(goflags, user, "gcflags") {
		return nil
	}
	flag := "-gcflags=" + m.ImportPath + "=-lang=" + aliases
	if !given(goflags, user, "ldflags") {
		flag += " " + withoutDWARF
	}
	return []string{flag}
}

// checkFlags refuses flags that the build sets itself.
func checkFlags(flags []string) error {
	for _, flag := range flags {
		if name, _, ok := cutFlag(flag); ok && slices.Contains(reserved, name) {
			return fmt.Errorf("flag %s cannot be given: the build of a plugin sets it; leave it out", flag)
		}
	}
	return nil
}

// cutFlag splits "-name=value" and "--name".
func cutFlag(flag string) (name, value string, ok bool) {
	rest, ok := strings.CutPrefix(flag, "-")
	if !ok {
		return "", "", false
	}
	name, value, _ = strings.Cut(strings.TrimPrefix(rest, "-"), "=")
	return name, value, true
}

// linkerFlags returns the linker's flags in GOFLAGS and those in flags, and the rest of
// flags. A flag on the command line would replace the one in GOFLAGS.
func linkerFlags(goflags string, flags []string) (rest []string, ldflags string, err error) {
	_, first := splitLinkerFlags(detect.SplitFlags(goflags))
	rest, last := splitLinkerFlags(flags)
	for _, value := range []string{first, last} {
		// "all=-w" applies to all packages.
		if pattern, own, ok := strings.Cut(value, "="); ok && !strings.HasPrefix(value, "-") {
			if pattern != "all" {
				return nil, "", fmt.Errorf("-ldflags=%s names packages, and a plugin is linked as one; leave %q out", value, pattern+"=")
			}
			value = own
		}
		for _, flag := range detect.SplitFlags(value) {
			if name, _, ok := cutFlag(flag); ok && name == "o" {
				return nil, "", fmt.Errorf("-ldflags=%s sets the library's file; use WithOutput, or -o on the command line, and leave %q out", value, "-o")
			}
		}
		ldflags = strings.TrimSpace(ldflags + " " + value)
	}
	return rest, ldflags, nil
}

// splitLinkerFlags separates -ldflags from the other flags. go build uses only the last
// -ldflags, and the user's flags must be added to those of the build.
func splitLinkerFlags(flags []string) (rest []string, ldflags string) {
	for i := 0; i < len(flags); i++ {
		name, value, ok := cutFlag(flags[i])
		if !ok || name != "ldflags" {
			rest = append(rest, flags[i])
			continue
		}
		if !strings.Contains(flags[i], "=") && i+1 < len(flags) {
			i++
			value = flags[i]
		}
		ldflags = value
	}
	return rest, ldflags
}

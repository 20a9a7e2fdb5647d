package source

import (
	"go/build"
	"go/parser"
	"go/token"
	"go/version"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// bareModule returns the module path for a folder without go.mod: the package's
// name, as long as that is a path that a module may have.
//
// A name that the standard library has too must not be used: the program that
// imports the plugin would get the standard library's package.
func (g *goCommand) bareModule() string {
	name := g.packageName()
	ascii := !strings.ContainsFunc(name, func(r rune) bool { return r >= 0x80 })
	switch {
	case name == "", !ascii, name == "main", name == "internal", name == "vendor", strings.HasPrefix(name, "_"):
		return "local/plugin"
	case isDir(filepath.Join(g.settings.GOROOT, "src", name)), slices.Contains(reserved, name):
		return "local/" + name
	}
	return name
}

// reserved are names that mean a set of packages to the go command.
var reserved = []string{"all", "cmd", "std", "tool", "work"}

// packageName reads the package clause of the first of the folder's files for the
// target.
func (g *goCommand) packageName() string {
	ctxt := g.buildContext()
	entries, err := os.ReadDir(g.cfg.Dir)
	if err != nil {
		return ""
	}
	for _, e := range entries {
		name := e.Name()
		if filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		if ok, err := ctxt.MatchFile(g.cfg.Dir, name); !ok || err != nil {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(g.cfg.Dir, name), nil, parser.PackageClauseOnly)
		if err == nil && f.Name.Name != "documentation" {
			return f.Name.Name
		}
	}
	return ""
}

// language is the version for a go.mod's go line: 1.26 for go1.26.8.
func (g *goCommand) language() string {
	return strings.TrimPrefix(Language(g.version()), "go")
}

var releasePattern = regexp.MustCompile(`\bgo1\.(\d+)`)

// Language returns the language version of a Go version: go1.26 for go1.26.8. It also
// understands the names of development versions, which go/version does not:
// "devel go1.27-abcdef".
func Language(v string) string {
	if lang := version.Lang(v); lang != "" {
		return lang
	}
	if m := releasePattern.FindString(v); m != "" {
		return m
	}
	return "go1.21"
}

// buildContext matches files as the go command does for the target with cgo on.
func (g *goCommand) buildContext() *build.Context {
	ctxt := build.Default
	ctxt.GOOS, ctxt.GOARCH = g.cfg.GOOS, g.cfg.GOARCH
	ctxt.CgoEnabled = true
	ctxt.BuildTags = g.tags()
	minor, _ := strconv.Atoi(strings.TrimPrefix(Language(g.version()), "go1."))
	ctxt.ReleaseTags = nil
	for i := range minor {
		ctxt.ReleaseTags = append(ctxt.ReleaseTags, "go1."+strconv.Itoa(i+1))
	}
	return &ctxt
}

// tags returns the build tags in the flags, or else in GOFLAGS: the last -tags
// wins.
func (g *goCommand) tags() []string {
	flags := append(strings.Fields(g.settings.GOFLAGS), g.cfg.Flags...)
	var tags []string
	for i, f := range flags {
		name, value, ok := strings.Cut(strings.TrimLeft(f, "-"), "=")
		if name != "tags" || !strings.HasPrefix(f, "-") {
			continue
		}
		if !ok && i+1 < len(flags) {
			value = flags[i+1]
		}
		tags = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	}
	return slices.Clip(tags)
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}

// Package modfetch finds the source of a package that is named by its import path, as
// "github.com/yuin/goldmark@v1.7.8".
//
// The go command finds the package, first in the host's own module, and downloads it with
// the user's settings for proxies and checksums. Files in the module cache are never
// written to and cannot be overlaid, so the module of the package is copied. The main
// module of the build then requires the copy in place of the original, and all other
// modules in the versions found. So language versions, internal packages and embedded
// files are those of any program that imports the package.
package modfetch

import (
	"path"
	"regexp"
	"strings"

	"golang.org/x/mod/module"
	"golang.org/x/mod/semver"
)

// A Query names a package by its import path.
type Query struct {
	Path    string
	Version string // as go get takes it, "v1.2.3" or "latest"; "" leaves it to the host's module
}

// String returns "path@version", or the path alone.
func (q Query) String() string {
	if q.Version == "" {
		return q.Path
	}
	return q.Path + "@" + q.Version
}

// Parse reads an import path, which may have "@version" at its end. ok is false if the text
// can only be the path of a file or a folder.
func Parse(arg string) (q Query, ok bool) {
	p, version, at := strings.Cut(arg, "@")
	if module.CheckImportPath(p) != nil || at && (version == "" || strings.ContainsAny(version, "/\\@ ")) {
		return Query{}, false
	}
	if !at {
		switch ext := path.Ext(p); {
		case ext == ".dll", ext == ".so", ext == ".dylib":
			return Query{}, false
		case ext == ".go" && !strings.Contains(p, "/"):
			return Query{}, false
		}
	}
	return Query{Path: p, Version: version}, true
}

// domain matches a domain with a top-level domain that can exist: two letters at least.
// The first element of "conf.d/plugin" is none.
var domain = regexp.MustCompile(`\.([A-Za-z]{2,}|xn--[A-Za-z0-9-]+)$`)

// Public reports whether the path may be that of a module to download: those begin
// with a domain. Only the host's module can provide others.
func (q Query) Public() bool {
	first, _, _ := strings.Cut(q.Path, "/")
	return domain.MatchString(first)
}

// Pinned reports whether the version is a complete one, and not a query such as "latest".
func (q Query) Pinned() bool {
	return semver.IsValid(q.Version) && semver.Canonical(q.Version)+semver.Build(q.Version) == q.Version
}

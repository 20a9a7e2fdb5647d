package bridge

import (
	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// known reports whether values of a type cross by a surrogate. If so, it records that the
// plugin needs the code for surrogates, which hold funcs.
func (g *goFile) known(t *manifest.Type) bool {
	if !g.manifest.Types.IsKnown(t) {
		return false
	}
	g.codecs.dynamic, g.codecs.any, g.codecs.known = true, true, true
	return true
}

// needs reports whether a plugin gets a copy of a shared package.
func (p *planned) needs(folder string) bool {
	switch {
	case folder == shared.Log:
		return p.logs()
	case folder == shared.Lifeline:
		return p.manifest.Bridge.Kind == manifest.Program
	case folder == shared.Nolibc:
		return false
	case folder == shared.Errors:
		return len(p.errorFiles()) > 0
	case shared.IsKnown(folder):
		return p.knows(folder)
	case shared.Serves(folder) != "":
		return p.values(folder)
	}
	return true
}

// logs reports whether a package of the plugin writes logs.
func (p *planned) logs() bool { return p.model.BuiltWith["log"] || p.model.BuiltWith["log/slog"] }

// errorFiles returns the files of the package of errors that the plugin gets: those for packages
// that it is built with. It is empty if there are none.
func (p *planned) errorFiles() map[string][]byte {
	files, err := shared.ErrorFiles(func(path string) bool { return p.model.BuiltWith[path] })
	if err != nil {
		panic(err) // the files are embedded
	}
	return files
}

// values reports whether a shared package sends values of a package that the plugin is built
// with.
func (p *planned) values(folder string) bool { return p.model.BuiltWith[shared.Serves(folder)] }

// knows reports whether the plugin mentions a known type that a shared package registers.
func (p *planned) knows(folder string) bool {
	for name, d := range p.manifest.Types {
		if !d.Known {
			continue
		}
		if of := shared.Known(name); of == folder || of == "knownhttp" && folder == "knownnet" { // which it imports
			return true
		}
	}
	return false
}

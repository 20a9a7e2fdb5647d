// Package bridge generates the code that makes a plugin's package a library: typed wrappers
// of its functions, the entries that the host calls, and copies of the runtime support.
//
// Nothing is written to disk here. The result is an overlay for the go command:
// files that appear in the plugin's folder and in GOROOT for the length of one build.
//
//	plugin/
//	  zz_winplugin_functions.go wrappers and codecs, in the plugin's own package
//	  zz_winplugin_cgo.go, .c   entries and exports in C, and the manifest in a section of its own
//	  zz_winplugin_main/main.go the program to link, unless the plugin is a program itself
//	GOROOT/src/
//	  zz_winplugin/…/           copies of the shared packages: wire, codec, pluginrt and others
//
// In GOROOT the shared packages have the same import paths for all plugins, whatever their modules,
// vendor folders and workspaces are, and they import the standard library alone. So the go command
// compiles them once, and takes them from its cache for every other plugin. Where it accepts no
// overlay in GOROOT, they are in the plugin's folder.
//
// The wrappers stand in the plugin's package because cgo works only in a folder
// that exists, because a program cannot be imported, and because only there they
// can name the package's unexported types.
package bridge

import (
	"fmt"
	"path"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/shared"
	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Version is the version of the contract between host and library.
const Version = abi.Version

// Names in the overlay. They sort last in a listing and are unlikely in a user's folder.
const (
	prefix      = "zz_winplugin"
	wrapperFile = prefix + "_functions.go"
	mainFolder  = prefix + "_main"
)

// Folders are those that the build adds to the plugin's folder, where they must not
// exist.
var Folders = []string{prefix, mainFolder}

// Reserved reports whether the plugin's folder must not have an entry of the name.
func Reserved(name string) bool { return strings.HasPrefix(strings.ToLower(name), prefix) }

// Options say what the library is built for. They go into the manifest.
type Options struct {
	Kind         string // of the bridge: manifest.CGO, manifest.Pure or manifest.Program
	Reason       string // why it is that one, for people
	GOOS, GOARCH string
	GoVersion    string   // of the toolchain that will build, as in "go1.26.8"
	Flags        []string // user's flags of go build
	InGOROOT     bool     // the shared packages are in GOROOT, not in the plugin's folder
}

// An Output is everything that the build adds to the plugin's folder and to GOROOT.
type Output struct {
	Overlay  map[string][]byte  // content by path, relative to the plugin's folder, with slashes
	Runtime  map[string][]byte  // the same, relative to GOROOT/src
	Target   string             // what to build, relative to the plugin's folder
	Manifest *manifest.Manifest // as embedded; the pure bridge's addresses come after the build
	Header   []byte             // declares the C exports; nil if there are none
	CPPFlag  string             // belongs into CGO_CPPFLAGS; "" as a rule
	Packages []PackageFiles     // what the build adds to further packages
}

// PackageFiles are the generated files of a further package, by name.
type PackageFiles struct {
	Dir, ImportPath string
	Files           map[string][]byte
}

// Generate makes the bridge of a plugin. Functions that cannot cross are listed
// in the manifest with the reason. The error names a declaration of the
// plugin that the bridge needs itself, or says that no function is left.
func Generate(m *source.Model, opt Options) (*Output, error) {
	p, err := plan(m, opt)
	if err != nil {
		return nil, err
	}
	wrappers, err := p.wrappers()
	if err != nil {
		return nil, err
	}
	out := &Output{Overlay: map[string][]byte{wrapperFile: wrappers}, Runtime: make(map[string][]byte), Target: ".", Manifest: p.manifest}
	if p.within == nil {
		if err := p.addImports(out, wrappers); err != nil {
			return nil, err
		}
	}
	to := out.Overlay
	if p.inGOROOT {
		to = out.Runtime
	}
	for _, name := range shared.Packages {
		if !p.needs(name) {
			continue
		}
		files, err := shared.Files(name)
		if err != nil {
			return nil, err
		}
		if name == shared.Errors {
			files = p.errorFiles()
		}
		for file, text := range files {
			to[path.Join(prefix, name, file)] = p.rename(text)
		}
	}
	switch p.manifest.Bridge.Kind {
	case manifest.Pure:
		err = p.addPure(out)
	case manifest.Program:
		err = p.addProgram(out)
	default:
		err = p.addCGO(out)
	}
	if err != nil {
		return nil, err
	}
	if m.Bare {
		out.Overlay["go.mod"] = m.GoModOverlay
	}
	return out, nil
}

// sharedPath is the import path of the copy of a shared package.
func (p *planned) sharedPath(name string) string {
	path := prefix + "/" + name
	if !p.inGOROOT {
		path = p.model.ImportPath + "/" + path
	}
	return path
}

// Has reports whether a file is generated. The path is relative to the plugin's folder, or ends as that of a
// file in GOROOT/src.
func (out *Output) Has(path string) bool {
	if out.Overlay[path] != nil {
		return true
	}
	at := strings.LastIndex(path, prefix+"/")
	return at >= 0 && out.Runtime[path[at:]] != nil
}

// addMain adds the program to link, which imports the plugin's package.
func (out *Output) addMain(importPath, name, body string) {
	out.Target = "./" + mainFolder
	initialize := ""
	if out.Overlay[mainFolder+"/"+wrapperFile] != nil {
		initialize = "\nfunc init() { plugin.Winplugin_Library(&winplugin_library) }\n"
	}
	out.Overlay[mainFolder+"/main.go"] = fmt.Appendf(nil, "package main\n\nimport %s %q\n\nfunc main() {%s}\n%s", name, importPath, body, initialize)
}

// Describe returns the manifest that Generate would embed, without making the rest.
func Describe(m *source.Model, opt Options) (*manifest.Manifest, error) {
	p, err := plan(m, opt)
	if err != nil {
		return nil, err
	}
	return p.manifest, nil
}

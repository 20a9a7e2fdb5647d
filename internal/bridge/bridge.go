// Package bridge writes what turns a plugin's package into a library: typed
// wrappers around its functions, the entries that the host calls, and the runtime
// support behind them.
//
// Nothing is written to disk here. The result is an overlay for the go command:
// files that appear in the plugin's folder for the length of one build.
//
//	plugin/
//	  zz_winplugin_functions.go wrappers and codecs, in the plugin's own package
//	  zz_winplugin_cgo.go, .c   entries and exports in C, and the manifest in a section of its own
//	  zz_winplugin/wire/        copy of package wire
//	  zz_winplugin/handle/      copy of package handle
//	  zz_winplugin/stream/      copy of package stream
//	  zz_winplugin/codec/       copy of package codec
//	  zz_winplugin/support/     copy of package support
//	  zz_winplugin/logging/     copy of package logging
//	  zz_winplugin_main/main.go the program to link, unless the plugin is a program itself
//
// The wrappers stand in the plugin's package because cgo works only in a folder
// that exists, because a program cannot be imported, and because only there they
// can name the package's unexported types.
package bridge

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"path"

	"github.com/RamanSharma100/go-winplugin/internal/bridge/logging"
	"github.com/RamanSharma100/go-winplugin/internal/bridge/pure"
	"github.com/RamanSharma100/go-winplugin/internal/bridge/support"
	"github.com/RamanSharma100/go-winplugin/internal/codec"
	"github.com/RamanSharma100/go-winplugin/internal/coroutine"
	"github.com/RamanSharma100/go-winplugin/internal/handle"
	"github.com/RamanSharma100/go-winplugin/internal/manifest"
	"github.com/RamanSharma100/go-winplugin/internal/source"
	"github.com/RamanSharma100/go-winplugin/internal/stream"
	"github.com/RamanSharma100/go-winplugin/internal/wire"
)

// Version is the version of the contract between host and library.
const Version = wire.Version

// Names in the overlay. They sort last in a listing and are unlikely in a user's folder.
const (
	prefix      = "zz_winplugin"
	wrapperFile = prefix + "_functions.go"
	mainFolder  = prefix + "_main"
)

// module is the import path prefix that the copies lose.
const module = "github.com/RamanSharma100/go-winplugin/internal/"

// copied are the packages that plugins get a copy of, and the folders for them.
// Generated files import them as winplugin_wire and so on. Logging is only for those
// that log.
var (
	copied  = []string{"wire", "handle", "stream", "codec", "coroutine", "support", "logging"}
	sources = map[string]fs.FS{"wire": wire.Source, "handle": handle.Source, "stream": stream.Source, "codec": codec.Source, "coroutine": coroutine.Source, "support": support.Source, "logging": logging.Source}
)

// generatorSource takes part in the fingerprint: what is changed there changes libraries.
//
//go:embed bridge.go callback.go cgo.go codec.go export.go generate.go name.go object.go plan.go pure.go routine.go value.go wrapper.go
var generatorSource embed.FS

// Options say what the library is built for. They go into the manifest.
type Options struct {
	Kind         string // of the bridge: manifest.CGO or manifest.Pure
	GOOS, GOARCH string
	GoVersion    string   // of the toolchain that will build, as in "go1.26.8"
	Flags        []string // user's flags of go build
}

// An Output is everything that the build adds to the plugin's folder.
type Output struct {
	Overlay  map[string][]byte  // content by path, relative to the plugin's folder, with slashes
	Target   string             // what to build, relative to the plugin's folder
	Manifest *manifest.Manifest // as embedded; the pure bridge's addresses come after the build
	Header   []byte             // declares the C exports; nil if there are none
}

// Generate makes the bridge of a plugin. Functions that cannot cross are listed
// in the manifest with the reason. The error says which name of the plugin's is
// in the way, or that no function is left.
func Generate(m *source.Model, opt Options) (*Output, error) {
	p, err := plan(m, opt)
	if err != nil {
		return nil, err
	}
	wrappers, err := p.wrappers()
	if err != nil {
		return nil, err
	}
	out := &Output{Overlay: map[string][]byte{wrapperFile: wrappers}, Target: ".", Manifest: p.manifest}
	for _, folder := range copied {
		if folder == "logging" && !m.Logs {
			continue
		}
		if err := copySource(out.Overlay, path.Join(prefix, folder), sources[folder], m.ImportPath); err != nil {
			return nil, err
		}
	}
	if p.manifest.Bridge.Kind == manifest.Pure {
		err = p.addPure(out)
	} else {
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

// addMain adds the program to link, which imports the plugin's package.
func (out *Output) addMain(importPath, name, body string) {
	out.Target = "./" + mainFolder
	out.Overlay[mainFolder+"/main.go"] = fmt.Appendf(nil, "package main\n\nimport %s %q\n\nfunc main() {%s}\n", name, importPath, body)
}

// Describe returns the manifest that Generate would embed, without making the rest.
func Describe(m *source.Model, opt Options) (*manifest.Manifest, error) {
	p, err := plan(m, opt)
	if err != nil {
		return nil, err
	}
	return p.manifest, nil
}

// Fingerprint changes whenever the same plugin would give another library.
func Fingerprint() string {
	h := sha256.New()
	fmt.Fprintf(h, "%d %d\n%s\n", Version, manifest.Format, cSource)
	for _, files := range []fs.FS{generatorSource, wire.Source, handle.Source, stream.Source, codec.Source, coroutine.Source, support.Source, logging.Source, pure.Source} {
		overlay := make(map[string][]byte)
		if err := copySource(overlay, "", files, ""); err != nil {
			panic("bridge: embedded source cannot be read: " + err.Error())
		}
		for _, name := range sortedKeys(overlay) {
			fmt.Fprintf(h, "%s %d\n%s", name, len(overlay[name]), overlay[name])
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// copySource adds the embedded files to the overlay, in a folder below the
// plugin's package, and makes them import each other there.
func copySource(overlay map[string][]byte, folder string, files fs.FS, importPath string) error {
	return fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		overlay[path.Join(folder, name)] = rename(b, importPath)
		return nil
	})
}

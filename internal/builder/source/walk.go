package source

import (
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// Limits of what is read, so that a file that is there by mistake gives an error and
// does not take all memory.
const (
	maxGoFile = 64 << 20
	maxFile   = 1 << 30 // of files in other languages and of embedded ones
)

// A walk looks at the files that the go command is going to open in the plugin's
// module. The go command waits for the writer of a named pipe, and reads a device to
// its end, which may not exist.
type walk struct {
	dir    string // the plugin's folder
	root   string // the module's folder, "" without a module
	module string // the module's path
	seen   map[string]bool
	diags  []Diagnostic
}

// checkFiles returns an error if the go command would open something other than a
// regular file of a reasonable size.
func checkFiles(cfg Config) error {
	w := &walk{dir: cfg.Dir, seen: make(map[string]bool)}
	for dir := range parents(cfg.Root) {
		w.file(filepath.Join(dir, "go.work"), maxGoFile)
		w.file(filepath.Join(dir, "go.work.sum"), maxGoFile)
		if w.root != "" {
			continue
		}
		w.file(filepath.Join(dir, "go.mod"), maxGoFile)
		w.file(filepath.Join(dir, "go.sum"), maxGoFile)
		w.file(filepath.Join(dir, "vendor", "modules.txt"), maxGoFile)
		if data, err := fsutil.ReadRegular(filepath.Join(dir, "go.mod"), maxGoFile); err == nil {
			w.root, w.module = dir, modfile.ModulePath(data)
		}
	}
	w.folder(cfg.Dir)
	if w.diags == nil {
		return nil
	}
	return &BuildError{Package: cfg.Dir, Diagnostics: SortDiagnostics(w.diags)}
}

// file checks a file, if it exists, and reports whether the go command may read it.
func (w *walk) file(path string, limit int64) bool {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return false // the go command passes over it, or says what is wrong with it
	}
	if err := fsutil.CheckRegular(path, info, limit); err != nil {
		w.diags = append(w.diags, Diagnostic{File: RelPath(w.dir, path), Message: strings.TrimPrefix(err.Error(), path+" ")})
		return false
	}
	return true
}

// folder checks the files of a package, and the packages of the module that it imports.
func (w *walk) folder(dir string) {
	if w.seen[dir] {
		return
	}
	w.seen[dir] = true
	entries, err := os.ReadDir(dir)
	if err != nil {
		return // the go command says so
	}
	for _, e := range entries {
		name := e.Name()
		path := filepath.Join(dir, name)
		switch test := strings.HasSuffix(name, "_test.go") && !ignoredName(name); {
		case !test && !IsSourceName(name):
		case filepath.Ext(name) != ".go":
			w.file(path, maxFile)
		case w.file(path, maxGoFile) && !test && w.root != "":
			w.imports(path)
		}
	}
}

func (w *walk) imports(name string) {
	data, err := fsutil.ReadRegular(name, maxGoFile)
	if err != nil {
		return
	}
	f, _ := parser.ParseFile(token.NewFileSet(), name, data, parser.ImportsOnly)
	if f == nil {
		return
	}
	for _, spec := range f.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			continue
		}
		if rel, ok := strings.CutPrefix(path.Clean(imported), w.module); ok && (rel == "" || rel[0] == '/') {
			w.folder(filepath.Join(w.root, filepath.FromSlash(rel)))
		}
	}
}

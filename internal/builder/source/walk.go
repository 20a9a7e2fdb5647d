package source

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// Limits of what is read, so that a file that is there by mistake gives an error and
// does not take all memory.
const (
	maxGoFile = 64 << 20
	maxFile   = 1 << 30 // of files in other languages and of embedded ones
)

// A walk checks the files that the go command is going to open: those of the plugin's module,
// of the workspace's modules, and of folders that replace other modules. The go command would
// wait for the writer of a named pipe, and read a device that may have no end.
type walk struct {
	dir     string // the plugin's folder
	modules []moduleFolder
	seen    map[string]bool // folders of packages, and go.mod files
	diags   []Diagnostic
}

// A moduleFolder holds the packages whose import paths begin with path.
type moduleFolder struct{ path, dir string }

// checkFiles returns an error if the go command would open something other than a
// regular file of a reasonable size.
func checkFiles(cfg Config) error {
	w := &walk{dir: cfg.Dir, seen: make(map[string]bool)}
	for dir := range Parents(cfg.Root) {
		if w.module(dir) {
			break
		}
	}
	w.workspace(goWork(cfg))
	w.folder(cfg.Dir)
	for _, name := range cfg.Packages {
		if filepath.IsAbs(name) {
			w.folder(name)
		} else {
			w.path(name)
		}
	}
	if w.diags == nil {
		return nil
	}
	return &BuildError{Package: cfg.Dir, Diagnostics: SortDiagnostics(w.diags)}
}

// goWork returns the path of the go.work file that the go command uses, or "".
func goWork(cfg Config) string {
	if value := detect.Setting(cfg.Env, "GOWORK"); value != "" {
		return value // a path or "off"
	}
	for dir := range Parents(cfg.Root) {
		path := filepath.Join(dir, "go.work")
		if info, err := os.Stat(path); err == nil && !info.IsDir() {
			return path
		}
	}
	return ""
}

// workspace adds the modules of a go.work file.
func (w *walk) workspace(path string) {
	if !filepath.IsAbs(path) || !w.file(path, maxGoFile) {
		return
	}
	dir := filepath.Dir(path)
	w.file(path+".sum", maxGoFile)
	w.vendor(dir)
	data, err := fsutil.ReadRegular(path, maxGoFile)
	if err != nil {
		return
	}
	file, err := modfile.ParseWork(path, data, anyVersion)
	if err != nil {
		return // the go command says what is wrong with it
	}
	for _, use := range file.Use {
		w.module(inFolder(dir, use.Path))
	}
	w.replace(dir, file.Replace)
}

// module adds the module in a folder, and reports whether there is one.
func (w *walk) module(dir string) bool {
	path := filepath.Join(dir, "go.mod")
	if w.seen[path] {
		return true
	}
	w.seen[path] = true
	regular := w.file(path, maxGoFile)
	w.file(filepath.Join(dir, "go.sum"), maxGoFile)
	w.vendor(dir)
	if !regular {
		return false
	}
	data, err := fsutil.ReadRegular(path, maxGoFile)
	if err != nil {
		return false
	}
	w.modules = append(w.modules, moduleFolder{modfile.ModulePath(data), dir})
	if file, err := modfile.Parse(path, data, anyVersion); err == nil {
		w.replace(dir, file.Replace)
	}
	return true
}

// vendor adds a folder that may hold the packages of any module.
func (w *walk) vendor(dir string) {
	dir = filepath.Join(dir, "vendor")
	if list := filepath.Join(dir, "modules.txt"); fsutil.IsRegular(list) {
		w.modules = append(w.modules, moduleFolder{"", dir})
	}
	w.file(filepath.Join(dir, "modules.txt"), maxGoFile)
}

// replace adds the folders that take the places of modules.
func (w *walk) replace(dir string, list []*modfile.Replace) {
	for _, r := range list {
		if r.New.Version == "" {
			to := inFolder(dir, r.New.Path)
			w.file(filepath.Join(to, "go.mod"), maxGoFile)
			w.modules = append(w.modules, moduleFolder{r.Old.Path, to})
		}
	}
}

// anyVersion lets versions pass that only the go command can resolve, such as branches.
func anyVersion(_, version string) (string, error) { return version, nil }

// inFolder returns a path that a file in dir names.
func inFolder(dir, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(dir, path)
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
	if to := linkTarget(path); !strings.EqualFold(filepath.Ext(to), filepath.Ext(path)) {
		w.diags = append(w.diags, Diagnostic{File: RelPath(w.dir, path), Message: "is a link to a file of another kind, which errors could quote; put a file in its place"})
		return false
	}
	return true
}

// linkTarget returns the file that a link leads to, and the path itself if it is no link.
func linkTarget(path string) string {
	if info, err := os.Lstat(path); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		return path
	}
	to, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	return to
}

// folder checks the files of a package, and the packages that it imports.
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
		case w.file(path, maxGoFile) && !test:
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
		if imported, err := strconv.Unquote(spec.Path.Value); err == nil {
			w.path(imported)
		}
	}
}

// path checks the packages of an import path.
func (w *walk) path(imported string) {
	for _, m := range w.modules {
		rel, ok := strings.CutPrefix(path.Clean(imported), m.path)
		if ok && (m.path == "" || rel == "" || rel[0] == '/') {
			w.folder(filepath.Join(m.dir, filepath.FromSlash(rel)))
		}
	}
}

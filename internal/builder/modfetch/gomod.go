package modfetch

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

const (
	// mainModule is the path of the main module, which exists only for the build.
	mainModule = "winplugin.invalid/main"

	// Folder is where that module has the copy.
	Folder = "module"
)

// describe writes the go.mod and go.sum of a module that builds the package with
// exactly what it is built with here. It names the modules whose packages are used
// and no others, so nothing else in the host's go.mod changes a build.
func (g *goCommand) describe(ctx context.Context, p *Package, all []*listed) error {
	var env struct{ GOMOD, GOWORK string }
	out, err := g.run(ctx, "env", "-json", "GOMOD", "GOWORK")
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, &env); err != nil {
		return fmt.Errorf("go env gave no JSON: %w", err)
	}
	main, err := g.mainModules(env.GOWORK)
	if err != nil {
		return err
	}
	used := make(map[string]*listedModule)
	for _, l := range all {
		if l.Module != nil {
			used[l.Module.Path] = l.Module
		}
	}
	f := new(modfile.File)
	err = errors.Join(f.AddModuleStmt(mainModule), f.AddGoStmt(languageIn(env.GOMOD, env.GOWORK)))
	sums := make(map[string]bool) // "path version"
	for _, path := range sortedKeys(used) {
		m := used[path]
		version := m.Version
		if version == "" {
			version = "v0.0.0" // a module of the host's workspace
		}
		f.AddNewRequire(path, version, path != p.Module)
		switch r := m.Replace; {
		case path == p.Module:
			err = errors.Join(err, f.AddReplace(path, version, "./"+Folder, ""))
		case m.local():
			err = errors.Join(err, f.AddReplace(path, version, filepath.ToSlash(m.Dir), ""))
		case r != nil:
			err = errors.Join(err, f.AddReplace(path, version, r.Path, r.Version))
			sums[r.Path+" "+r.Version] = true
		default:
			sums[path+" "+version] = true
		}
	}
	if err != nil {
		return fmt.Errorf("writing a go.mod for %s: %w", p.ImportPath, err)
	}
	f.Cleanup()
	if p.GoMod, err = f.Format(); err != nil {
		return fmt.Errorf("writing a go.mod for %s: %w", p.ImportPath, err)
	}
	var files []string
	for _, dir := range append(main, filepath.Dir(env.GOMOD)) {
		files = append(files, filepath.Join(dir, "go.sum"))
	}
	if main != nil {
		files = append(files, env.GOWORK+".sum")
	}
	own := p.Module + " " + p.Version
	if r := used[p.Module].Replace; r != nil {
		own = r.Path + " " + r.Version
	}
	if p.Sum, err = selectSums(files, map[string]bool{own: true}); err != nil {
		return err
	}
	p.GoSum, err = selectSums(files, sums)
	return err
}

// mainModules returns the folders of the modules in a workspace.
func (g *goCommand) mainModules(work string) ([]string, error) {
	if work == "" || work == "off" || g.isolated {
		return nil, nil
	}
	data, err := os.ReadFile(work)
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseWork(work, data, nil)
	if err != nil {
		return nil, err
	}
	var dirs []string
	for _, use := range f.Use {
		dir := filepath.FromSlash(use.Path)
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(filepath.Dir(work), dir)
		}
		dirs = append(dirs, dir)
	}
	return dirs, nil
}

// languageIn returns the Go version of the module, which decides over the defaults of
// GODEBUG, or that of its workspace, which is no older.
func languageIn(goMod, goWork string) string {
	const oldest = "1.17" // before, a go.mod did not name all that is used
	if data, err := os.ReadFile(goWork); err == nil {
		if f, err := modfile.ParseWork(goWork, data, nil); err == nil && f.Go != nil {
			return f.Go.Version
		}
	}
	data, err := os.ReadFile(goMod)
	if err != nil {
		return oldest
	}
	f, err := modfile.ParseLax(goMod, data, nil)
	if err != nil || f.Go == nil || older(f.Go.Version, oldest) {
		return oldest
	}
	return f.Go.Version
}

// selectSums returns the lines of go.sum files for the modules.
func selectSums(files []string, modules map[string]bool) ([]byte, error) {
	var lines []string
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			return nil, err
		}
		for line := range strings.Lines(string(data)) {
			fields := strings.Fields(line)
			if len(fields) == 3 && modules[fields[0]+" "+strings.TrimSuffix(fields[1], "/go.mod")] {
				lines = append(lines, strings.Join(fields, " ")+"\n")
			}
		}
	}
	slices.Sort(lines)
	return []byte(strings.Join(slices.Compact(lines), "")), nil
}

// goModFor returns the go.mod of a copy of the module, whose own may be missing.
func goModFor(m *Package) ([]byte, error) {
	data, err := os.ReadFile(filepath.Join(m.Root, "go.mod"))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Appendf(nil, "module %s\n", m.Module), nil
	}
	return bytes.Clone(data), err
}

// ReplacesByFolder reports whether a go.mod puts a folder in the place of a module.
func ReplacesByFolder(goMod []byte) bool {
	f, err := modfile.Parse("go.mod", goMod, nil)
	return err != nil || slices.ContainsFunc(f.Replace, func(r *modfile.Replace) bool { return r.New.Version == "" })
}

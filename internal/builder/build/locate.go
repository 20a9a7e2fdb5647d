package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// ImportPath reads the argument that names a plugin as an import path. ok is false if
// it does not have the form of one, or means something on the disk: it exists, or it
// has no version and its first element is a folder.
func ImportPath(arg string) (q modfetch.Query, ok bool) {
	if _, err := os.Lstat(arg); err == nil {
		return q, false
	}
	q, ok = modfetch.Parse(arg)
	if first, _, below := strings.Cut(q.Path, "/"); ok && below && q.Version == "" && isDir(first) {
		return modfetch.Query{}, false
	}
	return q, ok
}

// A missingError reports a plugin's name that is neither a folder nor a package.
type missingError struct{ name string }

func (e *missingError) Error() string {
	return fmt.Sprintf("%s does not exist; name a folder with a Go package, a library, or a package by its import path", e.name)
}

func (e *missingError) Unwrap() []error { return []error{source.ErrNoPackage, fs.ErrNotExist} }

// A location is where a package was found that an import path names.
type location struct {
	Format    int             `json:"format"`
	Query     string          `json:"query"` // for those who look into the cache
	Module    string          `json:"module"`
	Version   string          `json:"version"`
	Package   string          `json:"package"`
	Root      string          `json:"root"` // folder below modules
	Dir       string          `json:"dir"`  // within Root, with slashes
	Toolchain detect.Identity `json:"toolchain"`
}

// name is the plugin's name in messages before its import path is known.
func (b *builder) name() string {
	if b.query != nil {
		return b.query.String()
	}
	return b.Dir
}

// flags returns the user's flags, and those that a package of another module needs.
func (b *builder) flags() []string {
	if b.root == "" {
		return b.Flags
	}
	return append(slices.Clip(b.Flags), "-mod=readonly")
}

// locate finds the package if it is named by its import path. It starts no process if the
// location is recorded and cannot have changed. If mayInstall is set, a missing Go is
// installed.
func (b *builder) locate(ctx context.Context, mayInstall bool) error {
	if b.query == nil {
		return nil
	}
	if err := checkHostFiles(b.Dir); err != nil {
		return err
	}
	key := b.locationKey(*b.query, b.Dir)
	if p := b.cache.readLocation(key); p != nil && !p.Toolchain.Stale(detect.Identify(b.toolchainConfig(""))) && b.settle(p) {
		return nil
	}
	b.event(StageResolve, b.name(), "")
	found, p, err := b.search(ctx, mayInstall)
	missing := new(detect.Error)
	switch {
	case b.query.Version == "" && !b.query.Public() && (errors.Is(err, modfetch.ErrUnknown) || errors.As(err, &missing)):
		// Only the host's module could have had such a package, so a folder was meant.
		b.Log.Debug("no package of the host's module", "path", b.query.Path, "error", err)
		return &missingError{b.query.Path}
	case err != nil:
		return err
	case p == nil:
		b.Log.Info("plugin is a package in a folder", "package", found.ImportPath, "dir", found.Dir)
		b.Dir = found.Dir
		return nil
	}
	b.Log.Info("plugin is a package of a module", "package", found.ImportPath, "module", found.Module, "version", found.Version, "by_host", found.Host)
	if !b.settle(p) {
		return fmt.Errorf("plugin %s: its copy in the cache folder %s disappeared; try again", b.query, b.CacheDir)
	}
	keys := []string{b.locationKey(modfetch.Query{Path: b.query.Path, Version: p.Version}, "")}
	if found.Host {
		keys = []string{key}
	}
	for _, key := range keys {
		if err := b.cache.writeLocation(key, p); err != nil {
			b.Log.Warn("the package will be looked for again next time", "error", cacheError("storing where it was found", b.CacheDir, err))
		}
	}
	return nil
}

// settle makes the package at the location the one to build. It reports false if the package
// is no longer there.
func (b *builder) settle(p *location) bool {
	root := b.cache.path("modules", p.Root)
	dir := filepath.Join(root, filepath.FromSlash(p.Dir))
	if !isDir(dir) {
		return false
	}
	touch(filepath.Join(root, "go.mod"))
	b.Dir, b.pkg, b.root = dir, p.Package, root
	return true
}

// search asks the go command. The location is nil if the package is to be built where it lies.
func (b *builder) search(ctx context.Context, mayInstall bool) (*modfetch.Package, *location, error) {
	cfg := b.toolchainConfig("")
	cfg.Dir = b.Dir
	tools, err := b.find(ctx, cfg, mayInstall)
	if err != nil {
		return nil, nil, err
	}
	identity := detect.Identify(b.toolchainConfig(""))
	work, err := b.cache.newWorkspace()
	if err != nil {
		return nil, nil, err
	}
	defer work.close()
	temp, copied := filepath.Join(work.dir, "asking"), filepath.Join(work.dir, "copy")
	for _, dir := range []string{temp, copied} {
		if err := os.Mkdir(dir, 0o700); err != nil {
			return nil, nil, cacheError("making a workspace", b.CacheDir, err)
		}
	}
	found, err := modfetch.Find(ctx, modfetch.Config{
		Go: tools.Go, Env: tools.Env(), Flags: b.Flags, Dir: b.Dir, Temp: temp, Packages: b.queries(),
		Asking: func() { b.event(StageResolve, b.name(), "asking for it, and downloading what is missing") },
	}, *b.query)
	if err != nil || found.Root == "" {
		return found, nil, err
	}
	name := digest("module", recordFormat, found.Module, found.Version, string(found.Sum), string(found.GoMod), string(found.GoSum))
	rel, err := filepath.Rel(found.Root, found.Dir)
	if err != nil {
		return nil, nil, err
	}
	p := &location{
		Query: b.query.String(), Module: found.Module, Version: found.Version, Package: found.ImportPath,
		Root: name, Dir: filepath.ToSlash(filepath.Join(modfetch.Folder, rel)), Toolchain: identity,
	}
	to := b.cache.path("modules", name)
	if _, err := os.Stat(to); err == nil {
		return found, p, nil
	}
	if err := found.Copy(copied); err != nil {
		return nil, nil, cacheError("copying the module", b.CacheDir, err)
	}
	if err := os.MkdirAll(b.cache.path("modules"), 0o700); err != nil {
		return nil, nil, cacheError("storing the module", b.CacheDir, err)
	}
	if err := fsutil.Rename(copied, to); err != nil {
		if _, there := os.Stat(to); there != nil { // else another process was faster
			return nil, nil, cacheError("storing the module", b.CacheDir, err)
		}
	}
	return found, p, nil
}

// locationKey names the record of the package's location. It is "" if the location must be
// looked up each time: for "latest", and for packages of a host's module that uses folders,
// which may change. The host's module is that of dir.
func (b *builder) locationKey(q modfetch.Query, dir string) string {
	host := ""
	switch {
	case q.Pinned():
	case q.Version != "":
		return ""
	default:
		if host = hostState(dir); host == "" {
			return ""
		}
	}
	return digest("location", recordFormat, q.String(), b.Packages, host, b.GOOS, b.GOARCH, b.Flags, b.Go, environment(variables...), environment(choices...))
}

// checkHostFiles returns an error if something is no regular file from which the go command
// reads the modules that are used in dir. It would wait for a named pipe.
func checkHostFiles(dir string) error {
	for up := range source.Parents(dir) {
		for _, name := range []string{"go.mod", "go.sum", "go.work", "go.work.sum"} {
			path := filepath.Join(up, name)
			if info, err := os.Stat(path); err == nil && !info.IsDir() {
				if err := fsutil.CheckRegular(path, info, source.FileSize); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// hostState is a digest of the versions of modules that the module around dir uses. It is ""
// if these do not depend on its go.mod and go.sum alone.
func hostState(dir string) string {
	dir = above(dir, "go.mod")
	if dir == "" {
		return ""
	}
	if work := detect.Setting(nil, "GOWORK"); work != "off" && (work != "" || above(dir, "go.work") != "") {
		return ""
	}
	goMod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil || strings.Contains(string(goMod), "replace") && modfetch.ReplacesByFolder(goMod) {
		return ""
	}
	goSum, _ := os.ReadFile(filepath.Join(dir, "go.sum"))
	return digest("host", dir, string(goMod), string(goSum))
}

// above returns the first of dir and the folders above it that has an entry of that name, or "".
func above(dir, name string) string {
	for up := range source.Parents(dir) {
		if _, err := os.Lstat(filepath.Join(up, name)); err == nil {
			return up
		}
	}
	return ""
}

func (c cache) readLocation(key string) *location {
	if key == "" {
		return nil
	}
	path := c.locationPath(key)
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	p := new(location)
	if err := json.Unmarshal(data, p); err != nil || p.Format != recordFormat || !filepath.IsLocal(p.Root) || !filepath.IsLocal(filepath.FromSlash(p.Dir)) {
		c.log.Debug("record of a module is damaged or of another version", "path", path)
		return nil
	}
	touch(path)
	return p
}

func (c cache) writeLocation(key string, p *location) error {
	if key == "" {
		return nil
	}
	p.Format = recordFormat
	return writeJSON(c.locationPath(key), p)
}

func (c cache) locationPath(key string) string { return c.path("located", key+".json") }

package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A compilation is one run of go build in a workspace.
type compilation struct {
	work  *site
	tools *detect.Toolchain
	model *source.Model
	out   *bridge.Output
	flags []string // the user's
	name  string   // the library's file name
	c     *cBuild  // nil if there is no C code
	log   *headerLog

	plan   *buildPlan // how to build; nil: by the go command
	record bool       // the go command keeps what a plan is made of
	linked string     // SHA-256 of the linked program, if recorded
}

// run returns the path of the library in the workspace.
func (c *compilation) run(ctx context.Context) (library string, err error) {
	out, err := c.work.sub("out")
	if err != nil {
		return "", err
	}
	if c.plan != nil {
		library = filepath.Join(out, c.name)
		return library, c.runPlan(ctx, library)
	}
	overlay, err := c.writeOverlay()
	if err != nil {
		return "", cacheError("writing the generated code", c.work.dir, err)
	}
	// A DLL holds the name that it was linked under, and a C program that is linked
	// with it looks for that name. So it is the package's, not the one in the cache.
	linked := filepath.Join(out, linkName(c.name))
	library = filepath.Join(out, c.name)
	args, err := c.args(overlay, linked)
	if err != nil {
		return "", fmt.Errorf("building plugin %s: %w", c.model.ImportPath, err)
	}
	cmd := command.Command{Path: c.tools.Go, Args: args, Dir: c.model.Root, Env: c.env()}
	if _, err := cmd.Run(ctx); err != nil {
		failed := new(command.Error)
		if !errors.As(err, &failed) { // the end of ctx
			return "", fmt.Errorf("building plugin %s: %w", c.model.ImportPath, err)
		}
		return "", explain(c.tools, c.failure(c.withoutWork(failed.Output()), failed.Err))
	}
	if gone := c.tools.Vanished(linked); gone != nil {
		return "", gone
	}
	if err := fsutil.Rename(linked, library); err != nil {
		return "", cacheError("naming the library", c.work.dir, err)
	}
	if c.record {
		if c.linked, _, err = fsutil.Hash(library, source.FileSize); err != nil {
			return "", err
		}
	}
	return library, nil
}

// args makes the output depend on the sources alone: no paths, no build id, no
// state of a version control system. Symbol table and DWARF are left out, Go's
// stack traces need neither.
func (c *compilation) args(overlay, library string) ([]string, error) {
	flags, ldflags, err := linkerFlags(c.tools.GOFLAGS, c.flags)
	if err != nil {
		return nil, err
	}
	args := []string{"build", "-overlay=" + overlay, "-buildvcs=false"}
	args = append(args, bridgeFlags(c.out.Manifest.Bridge.Kind, c.tools.GOFLAGS, c.flags)...)
	args = append(args, flags...)
	args = append(args, aliasFlags(c.out.Manifest.Bridge.Kind, c.model, c.tools.GOFLAGS, c.flags)...)
	args = append(args, c.assemblyFlags()...)
	if c.record {
		args = append(args, c.recordFlags()...)
	}
	return append(args, "-ldflags="+strings.TrimSpace("-s -w -buildid= "+ldflags), "-o", library, c.target()), nil
}

// assemblyFlags makes the go command assemble again if a file has changed that the assembly
// includes: the name of a macro changes with it.
func (c *compilation) assemblyFlags() []string {
	var flags []string
	for _, pkg := range slices.Sorted(maps.Keys(c.model.Assembly)) {
		var sums []string
		for _, path := range c.model.Assembly[pkg] {
			sums = append(sums, c.model.Copies[path].Sum)
		}
		flags = append(flags, "-asmflags="+pkg+"=-D=WINPLUGIN_"+digest(sums)[:16])
	}
	return flags
}

// target is the package to build, as the go command takes it where it runs.
func (c *compilation) target() string {
	if c.model.Root != c.model.Dir {
		return path.Join(c.model.ImportPath, c.out.Target)
	}
	return c.out.Target
}

func (c *compilation) env() []string {
	env := slices.Concat(c.tools.Env(), c.model.Env, c.work.env())
	allow := bridge.AllowedCPPFLAGS
	if user := c.tools.AllowedCPPFLAGS; user != "" {
		allow += "|" + user
	}
	cppflags := []string{c.tools.CPPFLAGS, c.out.CPPFlag}
	if c.c != nil {
		if c.marked() == nil {
			cppflags = append(cppflags, "-D"+c.c.Macro)
		}
		env = append(env, c.log.env()...)
	}
	return append(env, "CGO_CPPFLAGS_ALLOW="+allow, "CGO_CPPFLAGS="+strings.TrimSpace(strings.Join(cppflags, " ")))
}

// writeOverlay writes the generated files and the list that maps them, and the copies
// of the plugin's own files, into the plugin's folder. It returns the list's path.
func (c *compilation) writeOverlay() (string, error) {
	replace := maps.Clone(c.model.Overlay)
	add := func(to, dir string, files map[string][]byte) error {
		for name := range files {
			name = filepath.FromSlash(name)
			replace[filepath.Join(dir, name)] = filepath.Join(to, name)
		}
		return writeFiles(to, files)
	}
	if err := add(c.overlayDir(), c.model.Dir, c.out.Overlay); err != nil {
		return "", err
	}
	if err := add(c.runtimeDir(), filepath.Join(c.tools.GOROOT, "src"), c.out.Runtime); err != nil {
		return "", err
	}
	for i, p := range c.out.Packages {
		if err := add(filepath.Join(c.work.dir, fmt.Sprintf("overlay%d", i+1)), p.Dir, p.Files); err != nil {
			return "", err
		}
	}
	if err := c.writeMarker(replace); err != nil {
		return "", err
	}
	path := filepath.Join(c.work.dir, "overlay.json")
	return path, source.WriteOverlay(path, replace)
}

func (c *compilation) overlayDir() string { return filepath.Join(c.work.dir, "overlay") }

func (c *compilation) runtimeDir() string { return filepath.Join(c.work.dir, "runtime") }

// failure turns what go build printed into an error with the user's positions.
func (c *compilation) failure(output string, err error) error {
	p := outputParser{cwd: c.model.Root, dir: c.model.Dir, overlay: c.overlayDir(), module: c.model.ModulePath, root: filepath.Dir(c.model.GoMod)}
	if c.model.Bare {
		p.module, p.root = c.model.ImportPath, c.model.Dir
	}
	output = p.text(source.Restore(output, c.model.Overlay, c.model.Root))
	e := &source.BuildError{
		Package:     c.model.ImportPath,
		Diagnostics: p.parse(output),
		Output:      output,
		Err:         fmt.Errorf("go build: %w", err),
	}
	if c.generatedOnly(e.Diagnostics) {
		e.Err = errors.Join(e.Err, errors.New("the code generated for the plugin does not compile, which is a fault of winplugin: please report it with this output"))
	}
	return e
}

// generatedOnly reports whether all complaints are about generated files.
func (c *compilation) generatedOnly(list []source.Diagnostic) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(d source.Diagnostic) bool { return !c.out.Has(filepath.ToSlash(d.File)) })
}

package build

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

var errNoPlan = errors.New("there is no plan")

// buildByPlan makes the library by the plan of an earlier build. It returns an error if there is
// no plan that fits, or the plan fails in any way; the go command then builds, and finds
// the errors of the plugin.
func (b *builder) buildByPlan(ctx context.Context, key string) (*Artifact, error) {
	p := b.cache.readPlan(key)
	if p == nil {
		return nil, errNoPlan
	}
	tools := detect.Known(b.toolchainConfig(""), p.Toolchain)
	if b.Bridge == "" && b.tries() {
		if err := b.tryPure(ctx, tools, false, false); err != nil {
			return nil, err
		}
		if b.trial == nil {
			return nil, errors.New("the pure bridge is to be tried first")
		}
	}
	updated, err := p.check(b)
	if err != nil {
		return nil, err
	}
	if updated {
		_ = b.cache.writePlan(key, p) // if this fails, files are read again the next time
	}
	work, err := b.newSite(true)
	if err != nil {
		return nil, err
	}
	defer work.close()
	// If the go command builds in the end, it goes through these stages again.
	progress := b.Progress
	defer func() { b.Progress = progress }()
	var held []Event
	b.Progress = func(e Event) { held = append(held, e) }
	m, err := b.analyze(ctx, tools, manifest.Pure, work, p.Listing)
	if err != nil {
		return nil, err
	}
	r := &record{Dir: b.Dir, Package: m.ImportPath, Toolchain: p.Identity}
	if r.Inputs, err = p.inputs(m); err != nil {
		return nil, err
	}
	b.event(StageGenerate, m.ImportPath, "")
	out, err := bridge.Generate(m, b.bridgeOptions(tools, manifest.Pure))
	if err != nil {
		return nil, err
	}
	if digests, err := generated(out); err != nil {
		return nil, err
	} else if !maps.Equal(digests, p.Bridge) || out.Target != p.Target {
		return nil, errors.New("other code is generated")
	}
	b.Progress = progress
	for _, e := range held {
		progress(e)
	}
	a, err := b.compile(ctx, &compilation{work: work, tools: tools, model: m, out: out, flags: b.flags(), plan: p}, r)
	if err != nil {
		return nil, err
	}
	b.storeRecord(key, r)
	return a, nil
}

// runPlan runs the steps of the plan in the site. library is where the linked program goes.
func (c *compilation) runPlan(ctx context.Context, library string) error {
	p := c.plan
	replace, err := c.newPaths(library)
	if err != nil {
		return err
	}
	files := make(map[string][]byte)
	for name, content := range c.out.Overlay {
		path := filepath.Join(p.Site, "overlay", filepath.FromSlash(name))
		if slices.ContainsFunc(p.Steps, func(s planStep) bool { return slices.Contains(s.Args, path) }) {
			files[name] = content
		}
	}
	if err := writeFiles(c.overlayDir(), files); err != nil {
		return err
	}
	env := slices.Concat(c.tools.Env(), c.model.Env, c.work.env(), p.Listing.Variables(),
		[]string{"GOROOT=", "GOROOT_FINAL=$GOROOT"}) // as the go command sets them for -trimpath
	for _, step := range p.Steps {
		if err := c.runStep(ctx, step, replace, env); err != nil {
			return err
		}
	}
	return nil
}

func (c *compilation) runStep(ctx context.Context, step planStep, replace func(string) (string, error), env []string) error {
	output, err := replace(step.Output)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(output), 0o700); err != nil {
		return err
	}
	for path, content := range step.Files {
		if path, err = replace(path); err != nil {
			return err
		}
		text, err := replace(string(content))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return err
		}
	}
	args := make([]string, len(step.Args)-1)
	size := 0
	for i, arg := range step.Args[1:] {
		if args[i], err = replace(arg); err != nil {
			return err
		}
		size += len(args[i]) + 3
	}
	if size > argsLimit {
		if args, err = c.argsFile(args); err != nil {
			return err
		}
	}
	if _, err := (command.Command{Path: step.Args[0], Args: args, Dir: c.model.Root, Env: env}).Run(ctx); err != nil {
		return err
	}
	if len(step.Tail) == 0 {
		return nil
	}
	archive, err := os.OpenFile(output, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return err
	}
	_, err = archive.Write(step.Tail)
	if closed := archive.Close(); err == nil {
		err = closed
	}
	return err
}

// argsLimit is the size of arguments above which they are passed in a file. Windows allows
// 32767 characters.
const argsLimit = 24 << 10

// argsFile writes arguments to a file as Go's tools read it.
func (c *compilation) argsFile(args []string) ([]string, error) {
	var b strings.Builder
	for _, arg := range args {
		b.WriteString(strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(arg) + "\n")
	}
	path := filepath.Join(c.work.dir, "args")
	return []string{"@" + path}, os.WriteFile(path, []byte(b.String()), 0o600)
}

// newPaths returns a function that replaces the paths of the recorded build in a text by
// those of this one. It fails if a path of that build is left.
func (c *compilation) newPaths(library string) (func(string) (string, error), error) {
	p := c.plan
	pairs := []string{p.Steps[len(p.Steps)-1].Output, library}
	for original, before := range p.Copies {
		if now, ok := c.model.Copies[original]; ok {
			pairs = append(pairs, before, now.Path)
		}
	}
	pairs = append(pairs, p.Temp, c.work.temp, p.Site, c.work.dir) // Temp may be in Site
	var all, gone []string
	for i := 0; i < len(pairs); i += 2 {
		all = append(all, pairs[i], pairs[i+1])
		before, now := escaped(pairs[i]), escaped(pairs[i+1])
		if before != pairs[i] {
			all = append(all, before, now)
		}
	}
	for _, dir := range []string{p.Site, p.Temp} {
		if !strings.HasPrefix(dir, p.Site+string(filepath.Separator)) {
			gone = append(gone, filepath.Base(dir)) // made at random
		}
	}
	replacer := strings.NewReplacer(all...)
	erase := make([]string, 0, len(all))
	for i := 0; i < len(all); i += 2 {
		erase = append(erase, all[i], "")
	}
	eraser := strings.NewReplacer(erase...)
	return func(text string) (string, error) {
		for _, name := range gone {
			if strings.Contains(eraser.Replace(text), name) {
				return "", fmt.Errorf("a path of the recorded build is unknown in %.200s", text)
			}
		}
		return replacer.Replace(text), nil
	}, nil
}

// escaped is a path as it is in JSON.
func escaped(path string) string {
	data, err := json.Marshal(path)
	if err != nil {
		return path
	}
	return string(data[1 : len(data)-1])
}

package build

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// recordable reports whether the build is to be recorded. The first build of a folder is not,
// because most folders are never edited.
func (b *builder) recordable(c *compilation, last *record) bool {
	return last != nil && c.c == nil && c.out.Manifest.Bridge.Kind == manifest.Pure && plannable(c.tools.GoVersion) &&
		b.query == nil && c.model.Listing != nil && len(c.model.OtherFiles) == 0 && c.work.env() != nil
}

// recordFlags make go build keep its files and write its commands, as it runs them.
func (c *compilation) recordFlags() []string {
	return []string{"-work", "-debug-actiongraph=" + c.actionsFile()}
}

// withoutWork removes what the flag -work prints.
func (c *compilation) withoutWork(output string) string {
	if first, rest, _ := strings.Cut(output, "\n"); c.record && strings.HasPrefix(first, "WORK=") {
		return rest
	}
	return output
}

func (c *compilation) actionsFile() string { return filepath.Join(c.work.dir, "actions.json") }

// keepPlan makes a plan of the build that was recorded, and keeps it if it gives the same
// program once more.
func (b *builder) keepPlan(ctx context.Context, key string, c *compilation, r *record) error {
	p, err := b.newPlan(c, r)
	if err != nil {
		return err
	}
	again := *c
	if again.work, err = b.newSite(true); err != nil {
		return err
	}
	defer again.work.close()
	again.plan = p
	library, err := again.run(ctx)
	if err != nil {
		return err
	}
	sum, _, err := fsutil.Hash(library, source.FileSize)
	if err != nil {
		return err
	}
	if sum != c.linked {
		return errors.New("the commands give another program when they run again")
	}
	return b.cache.writePlan(key, p)
}

func (b *builder) newPlan(c *compilation, r *record) (*buildPlan, error) {
	p := &buildPlan{
		Format: planFormat, Time: time.Now(), Identity: r.Toolchain, Environment: goEnvironment(c.tools), Toolchain: *c.tools,
		Listing: c.model.Listing, Inputs: r.Inputs, Target: c.out.Target, Needs: make(map[string]*input),
		Site: c.work.dir, Temp: c.work.temp, Copies: make(map[string]string),
	}
	for path, copied := range c.model.Copies {
		p.Copies[path] = copied.Path
	}
	for _, f := range c.model.Files {
		p.Own = append(p.Own, f.Path)
	}
	var err error
	if p.Bridge, err = generated(c.out); err != nil {
		return nil, err
	}
	if p.Steps, err = c.steps(); err != nil {
		return nil, err
	}
	for _, file := range p.Listing.Exports {
		if err := p.need(file); err != nil {
			return nil, err
		}
	}
	return p, p.needPackages()
}

// needPackages adds the tools, and the compiled packages that the steps read and do not
// make.
func (p *buildPlan) needPackages() error {
	made := make(map[string]bool)
	for _, step := range p.Steps {
		tool, err := fsutil.Look(step.Args[0])
		if err != nil {
			return err
		}
		p.Needs[step.Args[0]] = &input{State: tool} // hashing it would take longer than the build
		for _, content := range step.Files {
			for line := range strings.Lines(string(content)) {
				rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "packagefile ")
				_, file, _ := strings.Cut(rest, "=")
				if !ok || made[file] {
					continue
				}
				if p.holdsPath(file) {
					return fmt.Errorf("it compiled %s too", rest)
				}
				if err := p.need(file); err != nil {
					return err
				}
			}
		}
		made[step.Output] = true
	}
	return nil
}

// cacheFile matches files of the go command's build cache, which it names after their content.
var cacheFile = regexp.MustCompile(`^([0-9a-f]{64})-d$`)

func (p *buildPlan) need(file string) error {
	if p.Needs[file] != nil {
		return nil
	}
	now := time.Now()
	state, err := fsutil.Look(file)
	sum := ""
	if name := cacheFile.FindStringSubmatch(filepath.Base(file)); name != nil {
		sum = name[1]
	} else {
		sum, state, err = fsutil.Hash(file, source.FileSize)
	}
	p.Needs[file] = &input{sum, state.Settled(now)}
	return err
}

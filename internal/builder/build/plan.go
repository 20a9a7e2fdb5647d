package build

import (
	"errors"
	"fmt"
	"go/version"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/builder/source"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// A buildPlan is how go build made the library of a plugin's folder: the commands of the
// compiler and the linker, and what they read. If only the contents of the package's Go files
// change, running these commands again gives the library that go build would make, without
// the time that the go command takes to find that out.
//
// Paths in the plan are those of the build that was recorded, in a site that is gone.
type buildPlan struct {
	Format      int              `json:"format"`
	Time        time.Time        `json:"time"`
	Identity    detect.Identity  `json:"identity"`
	Environment string           `json:"environment"` // digest of goEnvironment
	Toolchain   detect.Toolchain `json:"toolchain"`

	Listing *source.Listing   `json:"listing"`
	Inputs  *snapshot         `json:"inputs"`
	Own     []string          `json:"own"`    // those of Inputs.Files whose contents may change
	Needs   map[string]*input `json:"needs"`  // compiler, linker, compiled packages
	Bridge  map[string]string `json:"bridge"` // digests of the generated files; see generated
	Target  string            `json:"target"`

	Site   string            `json:"site"`
	Temp   string            `json:"temp"`
	Copies map[string]string `json:"copies"` // Model.Copies
	Steps  []planStep        `json:"steps"`  // of the plugin's package, of the main package if that is another one, of the linker
}

// A planStep is a run of the compiler or the linker.
type planStep struct {
	Args   []string          `json:"args"`
	Files  map[string][]byte `json:"files"` // what the command reads and the go command has written
	Output string            `json:"output"`
	Tail   []byte            `json:"tail,omitempty"` // follows what the compiler writes: the assembled files
}

const (
	// planFormat is the version of plans.
	planFormat = 2

	// planAge is the age from which on a plan is recorded again. The go command removes what
	// it has not used for days, and does not know that a plan uses it.
	planAge = 24 * time.Hour

	planLimit = 64 << 20
)

// plannable reports whether builds of a Go version can be recorded.
func plannable(goVersion string) bool {
	lang := version.Lang(goVersion)
	return lang != "" && version.Compare(lang, "go1.22") >= 0 && version.Compare(lang, "go1.26") <= 0
}

// goEnvironment is a digest of what may change the work of the go command and of compilers.
func goEnvironment(tools *detect.Toolchain) string {
	var list []string
	for _, entry := range tools.Env() {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_") || slices.Contains(variables, name) {
			list = append(list, entry)
		}
	}
	slices.Sort(list)
	return digest(list)
}

// generated returns digests of the generated files, by name. Of Go files in the plugin's package,
// which are compiled each time, only the header counts.
func generated(out *bridge.Output) (map[string]string, error) {
	digests := make(map[string]string, len(out.Overlay)+len(out.Runtime))
	for name, content := range out.Runtime {
		digests[name] = hashString(string(content))
	}
	for name, content := range out.Overlay {
		if path.Ext(name) != ".go" || path.Dir(name) != "." {
			digests[name] = hashString(string(content))
			continue
		}
		var err error
		if digests[name], err = source.Header(content); err != nil {
			return nil, err
		}
	}
	return digests, nil
}

// check returns why the plan cannot be used for what the builder builds now, or nil.
// It reports whether states of files were updated.
func (p *buildPlan) check(b *builder) (updated bool, err error) {
	tools := detect.Known(b.toolchainConfig(""), p.Toolchain)
	switch age := time.Since(p.Time); {
	case age < 0 || age > planAge:
		return false, errors.New("it is too old")
	case b.query != nil || len(b.Packages) > 0:
		return false, errors.New("it is for a folder")
	case p.Identity != detect.Identify(b.toolchainConfig("")):
		return false, errors.New("the toolchain changed")
	case p.Environment != goEnvironment(tools):
		return false, errors.New("the environment changed")
	}
	if kind, _ := b.choice(); kind != manifest.Pure {
		return false, errors.New("another bridge is chosen")
	}
	if err := p.Inputs.checkNames(); err != nil {
		return false, err
	}
	others := maps.Clone(p.Inputs.Files)
	for _, own := range p.Own {
		delete(others, own)
	}
	maps.Copy(others, p.Needs)
	return checkFiles(others)
}

// inputs returns the inputs of a build of the files that m was made from.
func (p *buildPlan) inputs(m *source.Model) (*snapshot, error) {
	s := *p.Inputs
	s.Files = maps.Clone(s.Files)
	now := time.Now()
	for path, c := range m.Copies {
		switch before := s.Files[path]; {
		case slices.Contains(p.Own, path):
			s.Files[path] = &input{c.Sum, c.State.Settled(now)}
		case before == nil || before.Sum != c.Sum:
			return nil, fmt.Errorf("%w: %s", errChanged, path)
		}
	}
	return &s, nil
}

// holdsPath reports whether path is in a folder of the recorded build.
func (p *buildPlan) holdsPath(path string) bool {
	for _, dir := range []string{p.Site, p.Temp} {
		if rel, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(rel) {
			return true
		}
	}
	return false
}

// notePlan notes whether a plan was used or recorded.
func (b *builder) notePlan(did string, err error) {
	b.Log.Debug("build plan", "dir", b.Dir, "step", did, "error", err)
	if b.onPlan != nil {
		b.onPlan(did, err)
	}
}

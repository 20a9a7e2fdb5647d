package build

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// attempts is how often a build is tried if files are added or removed meanwhile.
const attempts = 3

// Run returns the library of the plugin in cfg.Dir, built now or before.
//
// Errors: a *[detect.Error] if something to build with is missing, a
// *[source.BuildError] or another error of package source if the source is at
// fault, a *policy.Error if the source may not be built. If ctx ends, the error
// wraps its cause and the compiler and its children are gone.
func Run(ctx context.Context, cfg Config) (*Artifact, error) {
	b, err := newBuilder(cfg)
	if err != nil {
		return nil, err
	}
	if err := context.Cause(ctx); err != nil {
		return nil, fmt.Errorf("building %s: %w", b.Dir, err)
	}
	if b.LowPriority {
		ctx = command.WithLowPriority(ctx)
	}
	b.cache.sweep()
	if err := b.locate(ctx, true); err != nil {
		return nil, err
	}
	key := b.indexKey()
	if a := b.lookup(key); a != nil {
		return a, nil
	}

	// One build at a time for each plugin. The others find its result.
	lock, err := b.lock(ctx, key)
	if err != nil {
		return nil, err
	}
	defer lock.Unlock()
	if a := b.lookup(key); a != nil {
		return a, nil
	}
	for i := 1; ; i++ {
		a, err := b.build(ctx, key)
		if !errors.Is(err, errChanged) || i == attempts {
			return a, err
		}
		b.Log.Info("plugin changed while it was built, starting again", "dir", b.Dir, "reason", err)
	}
}

func (b *builder) lock(ctx context.Context, key string) (*fsutil.Lock, error) {
	dir := b.cache.path("locks")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, cacheError("locking the plugin", b.CacheDir, err)
	}
	path := b.cache.path("locks", key+lockSuffix)
	lock, err := fsutil.WaitLock(ctx, path, func() { b.event(StageWait, b.name(), "another build of the same plugin is running") })
	switch {
	case err == nil:
		return lock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for another build of the plugin: %w", err)
	}
	return nil, cacheError("locking the plugin", b.CacheDir, err)
}

// lookup returns the artifact of the record if everything that it was made from
// is unchanged, else nil. It starts no process and needs no writable cache.
func (b *builder) lookup(key string) *Artifact {
	r := b.cache.readRecord(key)
	if r == nil {
		return nil
	}
	miss := func(reason string, err error) *Artifact {
		b.Log.Debug("cached library is not used", "dir", b.Dir, "reason", reason, "error", err)
		return nil
	}
	if r.C != nil && r.C.Silent {
		return miss("the C compiler does not report what it reads", nil)
	}
	if r.Toolchain.Stale(detect.Identify(b.toolchainConfig(r.CC))) {
		return miss("the toolchain changed", nil)
	}
	read, err := r.Inputs.check()
	if err != nil {
		return miss("the sources changed", err)
	}
	a, fresh, err := b.cache.artifact(r.Artifact, r.Outputs, !b.NoManifest)
	if err != nil {
		return miss("the library is missing or damaged", err)
	}
	if read || fresh != nil {
		if fresh != nil {
			r.Outputs = fresh
		}
		_ = b.cache.writeRecord(key, r) // if this fails, files are read again the next time
	}
	a.Cached = true
	b.Inputs(newInputs(r.Inputs))
	touch(b.cache.recordPath(key))
	touch(b.cache.path("artifacts", r.Artifact, artifactFile))
	b.event(StageCached, r.Package, a.Path)
	return a
}

// build analyses and compiles. The caller holds the lock of the record's key.
func (b *builder) build(ctx context.Context, key string) (*Artifact, error) {
	a, err := b.buildByPlan(ctx, key)
	b.notePlan("use", err)
	if err == nil {
		return a, nil
	}
	return b.buildByGo(ctx, key)
}

// buildByGo is build without a plan.
func (b *builder) buildByGo(ctx context.Context, key string) (*Artifact, error) {
	tools, kind, err := b.findToolchain(ctx, true)
	if err != nil {
		return nil, err
	}
	identity := detect.Identify(b.toolchainConfig(tools.CC))
	work, err := b.newSite(true)
	if err != nil {
		return nil, err
	}
	defer work.close()
	m, err := b.analyze(ctx, tools, kind, work, nil)
	if b.turnsToCGO(err) {
		return b.buildByGo(ctx, key)
	}
	if err != nil {
		return nil, err
	}
	inputs := newSnapshot(m)
	b.event(StageGenerate, m.ImportPath, "")
	out, err := bridge.Generate(m, b.bridgeOptions(tools, kind))
	if err != nil {
		return nil, err
	}
	r := &record{Dir: b.Dir, Package: m.ImportPath, Inputs: inputs, Toolchain: identity, CC: tools.CC}
	last := b.cache.readRecord(key)
	r.C = b.cBuild(m, inputs, last)
	c := &compilation{work: work, tools: tools, model: m, out: out, flags: b.flags(), c: r.C}
	c.record = b.recordable(c, last)
	a, err := b.compile(ctx, c, r)
	if err != nil {
		return nil, err
	}
	b.storeRecord(key, r)
	if c.linked != "" {
		b.notePlan("record", b.keepPlan(ctx, key, c, r))
	}
	return a, nil
}

func (b *builder) storeRecord(key string, r *record) {
	b.Inputs(newInputs(r.Inputs)) // with the files of C code, which are known now
	if err := b.cache.writeRecord(key, r); err != nil {
		b.Log.Warn("plugin will be analysed again next time", "error", cacheError("storing what the library was built from", b.CacheDir, err))
	}
}

// compile returns the artifact for the generated code, compiled now or for another
// plugin folder with the same content, and adds it to the record.
func (b *builder) compile(ctx context.Context, c *compilation, r *record) (*Artifact, error) {
	sum, err := c.tools.Digest()
	if err != nil {
		return nil, err
	}
	key := b.artifactKey(r.Inputs, c.model, c.out, c.c, sum)

	// Two records can lead to one artifact. The lock of a record is always taken
	// before that of an artifact, so there is no deadlock.
	lock, err := b.lock(ctx, key)
	if err != nil {
		return nil, err
	}
	defer lock.Unlock()
	if a, name := b.cache.find(key); a != nil {
		a.Cached = true
		touch(b.cache.path("artifacts", name, artifactFile))
		b.event(StageCached, c.model.ImportPath, a.Path)
		r.Artifact = name
		return a, nil
	}

	c.name = libraryName(c.model.Name, key, b.GOOS)
	if c.c != nil {
		dir, err := c.work.spaceless(b)
		if err != nil {
			return nil, err
		}
		c.log = newHeaderLog(dir)
	}
	before := r.Inputs.dirStates()
	b.event(StageCompile, c.model.ImportPath, c.name)
	library, err := c.run(ctx)
	if ctx.Err() == nil {
		// The compiler has seen the files that were analysed, and any that were
		// added meanwhile.
		if changed := r.Inputs.checkNames(); changed != nil {
			return nil, changed
		}
		// The assembler has read these again.
		for _, included := range c.model.Assembly {
			for _, path := range included {
				if _, changed := r.Inputs.Files[path].check(path); changed != nil {
					return nil, changed
				}
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if !maps.Equal(before, r.Inputs.dirStates()) {
		// A file may have existed for a moment only, as with some editors, and could
		// have been compiled in: no other folder gets this library.
		key = digest(key, c.model.Dir)
		private, err := b.lock(ctx, key)
		if err != nil {
			return nil, err
		}
		defer private.Unlock()
	}
	if c.log != nil {
		if err := c.c.add(c.log, r.Inputs, c.model.CDirs, c.work); err != nil {
			return nil, err
		}
		if c.c.Silent {
			b.Log.Warn("plugin will be compiled again each time: the C compiler does not report the headers that it reads; use GCC or Clang itself, and a folder for temporary files without spaces in its path", "compiler", c.tools.CC)
		}
	}
	if c.out.Manifest.Bridge.Kind == manifest.Pure {
		if err := finish(library, c.out.Manifest); err != nil {
			return nil, err
		}
	}
	b.event(StageStore, c.model.ImportPath, c.name)
	a, name, err := b.cache.put(c.work.workspace, key, library, c.out.Header, c.out.Manifest)
	if err != nil {
		return nil, err
	}
	r.Artifact = name
	b.cache.trim(c.work.workspace)
	return a, nil
}

package build

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

const trialPlugin = `// Package trial shows whether libraries of the pure bridge work on a machine.
package trial

import (
	"runtime"
	"sync/atomic"
)

// Double returns 2n.
func Double(n int) int { return 2 * n }

// Deep returns n if the stack can grow, and its memory be collected, within n calls.
func Deep(n int) int {
	var room [64]int
	if n == 0 {
		runtime.GC()
		return 0
	}
	room[n%64] = Deep(n-1) + 1
	return room[n%64]
}

var missing *int

// Fault returns 1 if a nil dereference can be recovered.
func Fault(n int) (recovered int) {
	defer func() {
		if recover() != nil {
			recovered = 1
		}
	}()
	*missing = n
	return 0
}

// Collect collects garbage while a goroutine loops without a call, and returns 1.
func Collect(n int) int {
	var stop atomic.Bool
	go func() {
		for !stop.Load() {
		}
	}()
	blocks := make([][]byte, 64)
	for i := range blocks {
		blocks[i] = make([]byte, 4096)
	}
	runtime.GC()
	stop.Store(true)
	return len(blocks) / 64
}
`

// buildTrialLibrary builds a library by the pure bridge, in a cache of its own.
func (b *builder) buildTrialLibrary(ctx context.Context, tools *detect.Toolchain, work *site) (string, error) {
	dir, err := work.sub("trial")
	if err != nil {
		return "", err
	}
	if err := writeFiles(dir, map[string][]byte{"go.mod": []byte("module example.com/trial\n\ngo 1.22\n"), "trial.go": []byte(trialPlugin)}); err != nil {
		return "", err
	}
	cfg := Config{Dir: dir, GOOS: b.GOOS, GOARCH: b.GOARCH, Bridge: manifest.Pure, Go: tools.Go, NoNetwork: true, CacheDir: filepath.Join(work.dir, "cache"), Log: b.Log}
	cfg.Policy.Off = true
	a, err := Run(ctx, cfg)
	if err != nil {
		return "", err
	}
	return a.Path, nil
}

// loaderPackages are the program that loads the library and what it imports of this
// module.
var loaderPackages = []string{
	"internal/builder/build/trialhost", "internal/host/backend", "internal/host/inproc", "internal/host/native", "internal/host/nesting", "internal/host/tlswords",
	"internal/shared/abi", "internal/shared/environ", "internal/shared/handle", "internal/shared/memory", "internal/shared/nolibc", "internal/shared/stream", "internal/shared/wire", "internal/sys/fsutil", "manifest",
}

// module is the path of this module.
const module = "github.com/RamanSharma100/go-winplugin"

// buildTrialHost builds the program that loads the library. The module golang.org/x/sys
// is the copy that comes with Go. It lacks a go.mod, which an overlay adds, or a copy of the folder where
// GOROOT takes none.
func (b *builder) buildTrialHost(ctx context.Context, tools *detect.Toolchain, work *site) (string, error) {
	dir, err := work.sub("trialhost")
	if err != nil {
		return "", err
	}
	sys := filepath.Join(tools.GOROOT, "src", "cmd", "vendor", "golang.org", "x", "sys")
	if _, err := os.Stat(sys); err != nil {
		return "", err
	}
	const sysModule = "module golang.org/x/sys\n\ngo 1.22\n"
	replaced := make(map[string]string)
	files := make(map[string][]byte)
	if tools.InModuleCache() {
		in := sys
		sys = filepath.Join(dir, "sys")
		if err := os.CopyFS(sys, os.DirFS(in)); err != nil {
			return "", err
		}
		files["sys/go.mod"] = []byte(sysModule)
	} else {
		files["sys.go.mod"] = []byte(sysModule)
		replaced[filepath.Join(sys, "go.mod")] = filepath.Join(dir, "sys.go.mod")
	}
	files["go.mod"] = fmt.Appendf(nil, "module %s\n\ngo 1.22\n\nrequire golang.org/x/sys v0.0.0\n\nreplace golang.org/x/sys => %q\n", module, filepath.ToSlash(sys))
	for _, pkg := range loaderPackages {
		entries, err := fs.ReadDir(b.LoaderSource, pkg)
		if err != nil {
			return "", err
		}
		for _, e := range entries {
			name := e.Name()
			if strings.HasSuffix(name, "_test.go") || !slices.Contains([]string{".go", ".s", ".h"}, filepath.Ext(name)) {
				continue
			}
			if files[pkg+"/"+name], err = fs.ReadFile(b.LoaderSource, pkg+"/"+name); err != nil {
				return "", err
			}
		}
	}
	if err := writeFiles(dir, files); err != nil {
		return "", err
	}
	overlay, program := filepath.Join(dir, "overlay.json"), filepath.Join(dir, "trialhost.exe")
	if err := writeJSON(overlay, map[string]map[string]string{"Replace": replaced}); err != nil {
		return "", err
	}
	env := slices.Concat(tools.Env(), work.env(), []string{"GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off", "GOSUMDB=off", "GOTOOLCHAIN=local"})
	// No libc is needed, and none is asked for: the program works wherever Linux does.
	_, err = command.Command{Path: tools.Go, Dir: dir, Env: env, Args: []string{
		"build", "-overlay=" + overlay, "-trimpath", "-buildvcs=false", "-tags=winplugin_static", "-ldflags=-s -w", "-o", program, "./" + loaderPackages[0],
	}}.Run(ctx)
	return program, err
}

// Package e2e tests the whole pipeline with real toolchains, real libraries and
// real processes. The same tests run on Linux and on Windows.
package e2e

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/host/native"
)

// cacheDir is where this run of the tests builds. The name has what paths have in
// real life.
var cacheDir string

const cachePrefix = "winplugin e2e ü"

// children are programs that a test runs in a process of its own, because they use up a
// resource or crash. The name is in the variable childName.
var children = map[string]func() error{}

const childName = "WINPLUGIN_TEST_CHILD"

// bridge is the one that this run of the tests builds with.
var bridge = winplugin.Bridge(os.Getenv(bridgeName))

const bridgeName = "WINPLUGIN_TEST_BRIDGE"

// isolationName is a variable of the environment: process runs plugins in processes of their own.
const isolationName = "WINPLUGIN_TEST_ISOLATION"

func TestMain(m *testing.M) {
	os.Setenv("WINPLUGIN_NO_INSTALL", "1") // no test reaches outside of the machine
	if run, ok := children[os.Getenv(childName)]; ok {
		cacheDir = os.Getenv("WINPLUGIN_TEST_CACHE")
		if err := run(); err != nil {
			fmt.Println("FAIL:", err)
			os.Exit(1)
		}
		fmt.Println("child is done")
		os.Exit(0)
	}
	both := runtime.GOOS == "windows" || runtime.GOOS == "linux" && runtime.GOARCH == "amd64"
	if !both || bridge != winplugin.Auto {
		os.Exit(runTests(m))
	}
	flag.Parse()
	together := flag.Lookup("test.bench").Value.String() == "" && os.Getenv(oneAfterAnother) == ""
	os.Exit(runBridges(together))
}

// oneAfterAnother is a variable of the environment that names runs, see testRun: these alone are made, in
// one process after the other. So tools/test.sh divides them among two Wines.
const oneAfterAnother = "WINPLUGIN_TEST_LANE"

// runBridges runs the tests once with each of the bridges that the system has. Builds wait for
// other processes much of the time, so two processes run side by side unless it is about speed.
func runBridges(together bool) int {
	lanes := 1
	if together {
		lanes = 2
	}
	var (
		group  errgroup.Group
		mu     sync.Mutex
		failed []error
	)
	group.SetLimit(lanes)
	for _, r := range testRuns() {
		if !strings.HasPrefix(r.name, os.Getenv(oneAfterAnother)) {
			continue
		}
		group.Go(func() error {
			var out bytes.Buffer
			var w io.Writer = &out
			if !together {
				w = os.Stdout
			}
			err := rerun(r.bridge, w, r.args...)
			mu.Lock()
			defer mu.Unlock()
			fmt.Print(out.String())
			failed = append(failed, err)
			return nil
		})
	}
	_ = group.Wait()
	if err := errors.Join(failed...); err != nil {
		fmt.Println(err)
		return 1
	}
	return 0
}

// A testRun is a run of tests in a process of its own, with one bridge and further arguments. Its name
// begins with that of the bridge.
type testRun struct {
	name   string
	bridge winplugin.Bridge
	args   []string
}

// testPattern is the pattern of the tests to run, empty if none are named.
func testPattern() string { return flag.Lookup("test.run").Value.String() }

// testRuns returns the runs. Each bridge gets processes of its own: together the libraries would be
// too many. Those of the cgo bridge stay in the process, and there is no room for those of all
// tests in one: Windows has about 50 places. So each half of the tests gets a process, unless some
// are named. The halves of the pure bridge take the longest, and about the same time: they begin.
func testRuns() []testRun {
	cgo, pure := forCGO(), forPure()
	if testPattern() != "" {
		return []testRun{{"cgo", winplugin.CGO, cgo}, {"pure", winplugin.Pure, pure}}
	}
	runs := []testRun{
		{"pure 1", winplugin.Pure, slices.Concat(pure, []string{halves + "^A-P]"})},
		{"pure 2", winplugin.Pure, slices.Concat(pure, []string{halves + "A-P]"})},
	}
	if raceDetector {
		return append(runs, testRun{"cgo", winplugin.CGO, cgo})
	}
	return append(runs,
		testRun{"cgo 1", winplugin.CGO, slices.Concat(cgo, []string{halves + "A-N]"})},
		testRun{"cgo 2", winplugin.CGO, slices.Concat(cgo, []string{halves + "^A-N]"})})
}

// halves begins the pattern of half of the tests.
const halves = "-test.run=^Test["

// forCGO returns the arguments that the run of the cgo bridge gets in addition. Under the race
// detector it is those tests in which goroutines share memory, unless tests are named: the steps
// of tools/test.sh run all of them by this bridge without the detector.
func forCGO() []string {
	if testPattern() != "" {
		return nil
	}
	if !raceDetector {
		// Libraries of this bridge stay in the process, and there is no room for those of all tests
		// that build again and again.
		return []string{"-test.skip=^Test(Watch|OpenDir)"}
	}
	return []string{"-test.run=^Test(Batch|Bind|Call|Close|Concurrent|FuncsAtOnce|Host|Kept|Many|Max|Objects|Open|Preemption|Retired|Shutdown|Soak|Streams|Threads|Variables)"}
}

// forPure returns the arguments that the run of the pure bridge gets in addition. Under the race
// detector it leaves out tests of other processes, which the detector does not see: the other
// steps of tools/test.sh run them, and the tests of their packages run with the detector.
func forPure() []string {
	if !raceDetector || testPattern() != "" {
		return nil
	}
	return []string{"-test.skip=^TestIsolat"}
}

// rebuilds is called by tests of reloading, watching and building that build again and again. It skips them
// under the race detector, and by the cgo bridge in Wine, where each build takes seconds, unless
// tests are named. Such a test shares no artifacts with another run.
func rebuilds(t *testing.T) {
	t.Helper()
	named := testPattern() != "" && !strings.HasPrefix("-test.run="+testPattern(), halves)
	slow := runtime.GOOS == "windows" && bridge == winplugin.CGO && testing.Short()
	if !named && (raceDetector || slow) {
		t.Skip("builds take too long here; another step of tools/test.sh runs this test")
	}
	t.Setenv(artifactsName, "") // what another run has built is not built
}

// rerun runs the tests in a process of their own, with one bridge and further arguments.
func rerun(b winplugin.Bridge, out io.Writer, more ...string) error {
	fmt.Fprintln(out, "bridge:", b)
	self, err := os.Executable()
	if err != nil {
		return err
	}
	var args []string
	for _, arg := range os.Args[1:] {
		// This process's own: go test reads it afterwards.
		if !strings.HasPrefix(arg, "-test.testlogfile") {
			args = append(args, arg)
		}
	}
	cmd := exec.Command(self, append(args, more...)...)
	cmd.Env = append(os.Environ(), bridgeName+"="+string(b))
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("bridge %s: %w", b, err)
	}
	return nil
}

func runTests(m *testing.M) int {
	// On Windows a loaded library cannot be deleted: what earlier runs had to
	// leave goes now.
	if old, err := filepath.Glob(filepath.Join(os.TempDir(), cachePrefix+"*")); err == nil {
		for _, dir := range old {
			if info, err := os.Stat(dir); err == nil && time.Since(info.ModTime()) > time.Hour {
				os.RemoveAll(dir)
			}
		}
	}
	if cacheDir = os.Getenv("WINPLUGIN_TEST_CACHE"); cacheDir != "" {
		return m.Run() // within another test
	}
	var err error
	if cacheDir, err = os.MkdirTemp("", cachePrefix); err != nil {
		fmt.Println(err)
		return 1
	}
	defer os.RemoveAll(cacheDir)
	return m.Run()
}

// artifactsName is a variable of the environment that names a folder for what the tests build, in place
// of one that ends with this run. The steps of tools/test.sh on Linux share one: the second finds what
// the first has built.
const artifactsName = "WINPLUGIN_TEST_ARTIFACTS"

// options are what every build of the tests has.
func options(more ...winplugin.Option) []winplugin.Option {
	opts := []winplugin.Option{winplugin.WithCacheDir(cmp.Or(os.Getenv(artifactsName), cacheDir)), winplugin.WithBridge(bridge)}
	if path := os.Getenv("WINPLUGIN_TEST_GO"); path != "" {
		opts = append(opts, winplugin.WithToolchain(winplugin.Toolchain{Go: path}))
	}
	return append(append(opts, isolation()...), more...)
}

// isolation returns the option that the environment asks for.
func isolation() []winplugin.Option {
	if os.Getenv(isolationName) == "process" {
		return []winplugin.Option{winplugin.WithIsolation(winplugin.Process), winplugin.WithEnvironment("HUNGRY_*")}
	}
	return nil
}

// copyPlugin copies a folder of testdata to a place whose path has a space and
// letters beyond ASCII, and which is in no module.
func copyPlugin(t testing.TB, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "мой плагин ü", name)
	if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", name))); err != nil {
		t.Fatal(err)
	}
	return dir
}

// wants are the options without which a folder of testdata cannot be built.
var wants = map[string][]winplugin.Option{
	"blocker": {winplugin.WithoutPolicy()},
	"caller":  {winplugin.WithoutPolicy()},
	"environ": {winplugin.WithoutPolicy()},
	"faults":  {winplugin.WithoutPolicy()},
	"types":   {winplugin.WithAllowedImports("unsafe")},
}

// builds are the libraries of testdata that this run has built, by name.
var builds sync.Map // string → func() (string, error)

// built returns the library of a folder of testdata, or evolved, built once in a run, or before
// it: see prebuilt.
func built(t testing.TB, name string) string {
	t.Helper()
	once, _ := builds.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		if path := prebuilt(name); path != "" {
			return path, nil
		}
		// Not in t.TempDir, which goes with the first test that asks.
		dir := filepath.Join(cacheDir, "source of the "+name+os.Getenv(isolationName)+string(bridge), name)
		if err := copySource(dir, name); err != nil {
			return "", err
		}
		a, err := winplugin.Build(context.Background(), dir, options(wanted(name)...)...)
		if err != nil {
			return "", err
		}
		return a.Path, nil
	}))
	path, err := once.(func() (string, error))()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// kitchen returns the library of testdata/kitchen.
func kitchen(t testing.TB) string { t.Helper(); return built(t, "kitchen") }

// openMarket opens the library of testdata/market.
func openMarket(t testing.TB) *winplugin.Plugin { t.Helper(); return open(t, built(t, "market")) }

func extension() string {
	if runtime.GOOS == "windows" {
		return ".dll"
	}
	return ".so"
}

// openKitchen opens the kitchen's library. All tests that open it by its own path
// share one loaded library.
func openKitchen(t testing.TB, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	return open(t, kitchen(t), opts...)
}

// openCopy opens a copy of the kitchen's library: a runtime of its own.
func openCopy(t testing.TB, name string, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	return open(t, copyOf(t, "kitchen", name), opts...)
}

func open(t testing.TB, path string, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	p, err := winplugin.Open(path, options(opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return p
}

// copyOf returns a copy of the library of a folder of testdata: a runtime of its own,
// with variables that no other test sets.
func copyOf(t testing.TB, folder, name string) string {
	t.Helper()
	path, err := copyLibrary(built(t, folder), name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var copies atomic.Int64

// copyLibrary copies a library within the cache, where it may stay until the
// process has ended. The name is a new one each time: a library that is loaded
// must not be written to.
func copyLibrary(path, name string) (string, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	to := filepath.Join(cacheDir, fmt.Sprintf("%s_%d%s", name, copies.Add(1), extension()))
	return to, os.WriteFile(to, b, 0o700)
}

// library returns the loaded library behind a plugin.
func library(t testing.TB, p *winplugin.Plugin) *native.Library {
	t.Helper()
	file, err := native.OpenFile(p.Path(), false, false)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	l, err := file.Load(context.Background(), native.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// call calls a function that must not fail.
func call(t testing.TB, p *winplugin.Plugin, function string, args ...any) []any {
	t.Helper()
	results, err := p.Call(context.Background(), function, args...)
	if err != nil {
		t.Fatalf("%s: got error %v, want nil", function, err)
	}
	return results
}

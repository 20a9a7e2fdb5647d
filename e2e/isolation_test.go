//go:build linux || (windows && amd64)

package e2e

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

const ownProcess = isolationName + "=process"

// conforming are the tests that must hold for a plugin in a process of its own too.
const conforming = "^Test(Values|FloatBits|Types|TypesChange|MemoryIsNotShared|DynamicValues|Bind|Variables|Lookup|Shapes|Batch|BatchTypes|BatchFailures|" +
	"Errors|Error.*OfTheStandardLibrary.*|ErrorResults|ErrorResultPassedBack|ErrorComesBack|CallFailures|Panics|Close|Nested.*|" +
	"Object.*|Streams.*|Channel.*|Contexts.*|Host(Values|Pointers|PointersInElements|Methods)|Pointers.*|InOut.*|FuncsComeBack|Kept.*|WritesToReturnedValues|Writes(To(Slices|Arguments)|NothingUnchanged)|" +
	"ForwardedMethods.*|AsInterfaces|AnyAllocates|Constants|TimeZones|Requests|Handlers(SetHeadersOfObjects|Abort)?|Drivers|FileSystems|Connections|Loggers|Images|Hijack|" +
	"MaxCalls|MaxCallbacks|MaxResult|ManyChannels|Packages|Proxies.*|ShutdownAtClose|" +
	"Reload(WhileCalling|CallsInFlight|NestedCalls|Deadline|KeepsObjects|EndsObjects|State|Limit|File))$"

// conformingInWine are those of them that run in Wine, where a process takes long to start and a
// build takes longer.
const conformingInWine = "^Test(Values|WritesToSlices|Shapes|Bind|Variables|Lookup|BatchFailures|Errors|ErrorsOfTheStandardLibrary|ErrorComesBack|Panics|Close|" +
	"ObjectsContextMethods|ObjectsPanicsThrough|ObjectsPull|ContextsEndInOrder|Host(Values|Pointers|Methods)|" +
	"KeptPointerInCallback|ForwardedMethods|Requests|Loggers|MaxCalls|MaxCallbacks|MaxResult)$"

// otherwise are those parts of them that another process has otherwise: docs/isolation.md.
const otherwise = "TestShutdownAtClose/OnceAtTheLastClose|" + // each Open has a process
	"TestProxiesAreDecodedAndPrinted" // it reaches what an interface does not have

// isolates reports whether plugins of the bridge run in a process of their own.
func isolates() bool { return bridge == winplugin.Pure || bridge == winplugin.Program }

// TestIsolation runs tests with plugins in processes of their own.
func TestIsolation(t *testing.T) {
	if bridge != winplugin.Pure || raceDetector || os.Getenv(isolationName) != "" {
		t.Skip("this runs with the pure bridge")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
	defer cancel()
	tests := conforming
	if inWine() {
		tests = conformingInWine
	}
	cmd := exec.CommandContext(ctx, self, "-test.run="+tests, "-test.skip="+otherwise, "-test.count=1", "-test.short")
	cmd.Env = append(os.Environ(), ownProcess, "WINPLUGIN_TEST_CACHE="+cacheDir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("got error %v, want nil\n%.20000s", err, out)
	}
}

// The ends of a plugin, Kill and WithRestart are as for a plugin in the host's process. In Wine a
// process takes long to start, and longer to print the stacks of many goroutines.
func TestIsolatedEnds(t *testing.T) {
	names, way := []string{"ends", "ends together", "ends in init", "kill", "reach", "kill after close", "restart waits", "restart stops", "restart while calling", "restart and old objects", "restart and close"}, ""
	if runtime.GOOS == "windows" {
		names = slices.DeleteFunc(names, func(name string) bool { return name == "kill after close" }) // by signals
	}
	if bridge == winplugin.Program { // these load the library in the host's process, too
		names = slices.DeleteFunc(names, func(name string) bool { return name == "ends in init" || name == "reach" || name == "kill after close" })
	}
	if inWine() {
		names, way = []string{"ends", "kill", "reach", "restart waits"}, "nil in a goroutine"
	}
	for _, name := range names {
		t.Run(name, func(t *testing.T) { survivalChild(t, name, ownProcess, "WAY="+way) })
	}
}

// A library of the cgo bridge is refused, and the error says what to do.
func TestIsolationNeedsPureBridge(t *testing.T) {
	if bridge != winplugin.CGO {
		t.Skip("this runs with the cgo bridge")
	}
	_, err := winplugin.Open(kitchen(t), options(winplugin.WithIsolation(winplugin.Process))...)
	var refused *winplugin.LoadError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "build it with the pure bridge") {
		t.Errorf("got %v, want a LoadError that names the pure bridge", err)
	}
}

func init() {
	children["isolated host"] = func() error {
		p, err := openMortal()
		if err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Add", 1, 2); err != nil {
			return err
		}
		os.Stdout.WriteString("ready\n")
		_, err = p.Call(context.Background(), "Wait", 0)
		return err
	}
}

// A host that is killed leaves no process behind, also if the plugin's is stopped or hangs before
// it takes calls.
func TestIsolatedHostKilled(t *testing.T) {
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, library string
		stopped       bool
		env           string
	}{
		{"in a call", "mortal", false, ""},
		{"stopped", "mortal", true, ""},
		{"in an init function", "hungry", false, "HUNGRY_FOR_TIME=1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(self)
			cmd.Env = append(os.Environ(), ownProcess, childName+"=isolated host", "WINPLUGIN_TEST_CACHE="+cacheDir, "WINPLUGIN_TEST_MORTAL="+built(t, test.library), test.env)
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			defer func() { _ = cmd.Wait() }()
			defer func() { _ = cmd.Process.Kill() }()
			ready := make([]byte, len("ready\n"))
			if _, err := out.Read(ready); err != nil || string(ready) != "ready\n" {
				t.Fatalf("got %q, error %v, want ready", ready, err)
			}
			below := descendants(t, cmd.Process.Pid)
			if len(below) != 1 {
				t.Fatalf("got %d processes below the host, want 1", len(below))
			}
			if test.stopped {
				stop(t, below[0])
			}
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			for began := time.Now(); runs(below[0]); time.Sleep(time.Millisecond) {
				if time.Since(began) > patience {
					t.Fatalf("process %d is still there", below[0])
				}
			}
		})
	}
}

// Processes that end, in each way, leave nothing in the host. In Wine, where each takes long, they are
// as many as show a handle or a thread that each would leave.
func TestIsolatedLeavesNothing(t *testing.T) {
	rounds := 60
	if *soakTime > time.Minute {
		rounds = 200
	}
	if inWine() {
		if testing.Short() {
			t.Skip("processes take long to start in Wine")
		}
		rounds = 24
	}
	survivalChild(t, "end again", ownProcess, "WINPLUGIN_TEST_ROUNDS="+strconv.Itoa(rounds))
}

func init() { wants["hungry"] = []winplugin.Option{winplugin.WithoutPolicy()} }

// openHungry opens testdata/hungry in a process of its own.
func openHungry(t *testing.T, opts ...winplugin.Option) *winplugin.Plugin {
	t.Helper()
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	return open(t, built(t, "hungry"), append(opts, winplugin.WithIsolation(winplugin.Process))...)
}

// A plugin that exceeds a limit ends or gets an error, and the host goes on.
func TestIsolatedLimits(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		skipInWine(t)
		p := openHungry(t, winplugin.WithLimits(winplugin.Limits{Memory: 512 << 20}))
		eat := bound[func(int) (int, error)](t, p, "Eat")
		if n, err := eat(50); n != 50 || err != nil {
			t.Fatalf("got %d, %v, want 50 within the limit", n, err)
		}
		_, err := eat(1000)
		var crash *winplugin.CrashError
		if !errors.As(err, &crash) || !strings.Contains(crash.Reason, "out of memory") {
			t.Errorf("got %v, want a CrashError of no memory", err)
		}
	})
	t.Run("memory of all", func(t *testing.T) {
		skipInWine(t)
		p, err := winplugin.Open(built(t, "hungry"), options(winplugin.WithIsolation(winplugin.Process), winplugin.WithLimits(winplugin.Limits{TotalMemory: 512 << 20}))...)
		if err != nil {
			if isolates() && !strings.Contains(err.Error(), "leave Limits.TotalMemory out") {
				t.Errorf("got %v, want an error that says what to do", err)
			}
			t.Skip("there is no such limit here: ", err)
		}
		defer p.Close()
		var crash *winplugin.CrashError
		if _, err := bound[func(int) (int, error)](t, p, "Eat")(1000); !errors.As(err, &crash) || !strings.Contains(crash.Reason, "memory") {
			t.Errorf("got %v, want a CrashError of no memory", err)
		}
	})
	t.Run("processor time", func(t *testing.T) {
		skipInWine(t)
		p := openHungry(t, winplugin.WithLimits(winplugin.Limits{CPU: time.Second}))
		_, err := p.Call(context.Background(), "Spin")
		var crash *winplugin.CrashError
		if !errors.As(err, &crash) || crash.ExitCode != outOfTime {
			t.Errorf("got %v, want a CrashError of a process that was killed", err)
		}
	})
	t.Run("files", func(t *testing.T) {
		if runtime.GOOS == "windows" && bridge == winplugin.Pure {
			_, err := winplugin.Open(built(t, "hungry"), options(winplugin.WithIsolation(winplugin.Process), winplugin.WithLimits(winplugin.Limits{Files: 40}))...)
			if err == nil || !strings.Contains(err.Error(), "leave Limits.Files out") {
				t.Errorf("got %v, want an error that says what to do", err)
			}
			return
		}
		p := openHungry(t, winplugin.WithLimits(winplugin.Limits{Files: 40}))
		n, err := bound[func(int) (int, error)](t, p, "Open")(100)
		if n == 0 || n >= 40 || err == nil || !strings.Contains(err.Error(), "too many open files") {
			t.Errorf("got %d files, %v, want less than 40 and an error", n, err)
		}
	})
	t.Run("in the host's process", func(t *testing.T) {
		_, err := winplugin.Open(kitchen(t), winplugin.WithLimits(winplugin.Limits{Files: 40}))
		if err == nil || !strings.Contains(err.Error(), "WithIsolation") {
			t.Errorf("got %v, want an error that names WithIsolation", err)
		}
	})
}

// A call in an endless loop is killed when its context has ended.
func TestIsolatedKillAfter(t *testing.T) {
	p := openHungry(t, winplugin.WithKillAfter(time.Millisecond))
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	spin := bound[func(context.Context) error](t, p, "Spin")
	var crash *winplugin.CrashError
	if err := spin(ctx); !errors.As(err, &crash) || crash.Err == nil {
		t.Errorf("got %v, want a CrashError with its cause", err)
	}
}

// What a plugin writes goes where the host wants it.
func TestIsolatedOutput(t *testing.T) {
	var stdout, stderr bytes.Buffer
	p := openHungry(t, winplugin.WithProcessOutput(&stdout, &stderr))
	if _, err := p.Call(context.Background(), "Print", "grüße"); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if got, want := stdout.String(), "grüße\n"; got != want {
		t.Errorf("standard output: got %q, want %q", got, want)
	}
	if got, want := stderr.String(), "err: grüße\n"; got != want {
		t.Errorf("standard error: got %q, want %q", got, want)
	}
}

// Each line that a plugin writes is a record, with the plugin's name.
func TestIsolatedProcessLog(t *testing.T) {
	var log bytes.Buffer
	p := openHungry(t, winplugin.WithProcessLog(slog.NewTextHandler(&log, nil)))
	if _, err := p.Call(context.Background(), "Print", "one\n[WARN] two"); err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"level=INFO msg=one plugin=hungry stream=stdout\n",
		"level=WARN msg=\"[WARN] two\" plugin=hungry stream=stdout\n",
		"level=INFO msg=\"err: one\" plugin=hungry stream=stderr\n",
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("got %s, want it to have %s", &log, want)
		}
	}
}

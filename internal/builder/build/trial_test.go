package build

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// trialBuilder returns a builder for this machine that tries the pure bridge, and the
// tools that it builds with.
func trialBuilder(t *testing.T, loader fs.FS) (*builder, *detect.Toolchain) {
	t.Helper()
	if target := runtime.GOOS + "/" + runtime.GOARCH; target != "linux/amd64" && target != "windows/amd64" {
		t.Skip("the pure bridge is not tried on " + target)
	}
	b, err := newBuilder(Config{Dir: t.TempDir(), CacheDir: testCache(t).dir, LoaderSource: loader, trialLimit: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	tools, err := b.find(t.Context(), b.toolchainConfig(""), false)
	if err != nil {
		t.Fatal(err)
	}
	return b, tools
}

func TestPureBridgeIsTriedOnce(t *testing.T) {
	b, tools := trialBuilder(t, os.DirFS("../../.."))
	tries := 0
	b.Progress = func(e Event) {
		if e.Stage == StageTry {
			tries++
		}
	}
	for _, start := range []bool{true, true, false} {
		if err := b.tryPure(t.Context(), tools, start, false); err != nil {
			t.Fatal(err)
		}
		if b.trial == nil || b.trial.Failed != "" || b.trial.Skipped != "" {
			t.Fatalf("the trial's result is %+v, want that it works", b.trial)
		}
	}
	if tries != 1 {
		t.Errorf("it was tried %d times, want once", tries)
	}
	if kind, reason := b.choice(); kind != manifest.Pure {
		t.Errorf("the bridge is %s (%s), want %s", kind, reason, manifest.Pure)
	}
}

// A program that dies, hangs or goes wrong ends no host, but the use of the pure bridge.
func TestPureBridgeThatFails(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the same on every system, and slow in Wine")
	}
	for _, test := range []struct{ name, main, want string }{
		{"dies", `println("fault"); var p *int; *p = 1`, "fault"},
		{"hangs", `time.Sleep(time.Hour)`, "did not end within"},
		{"goes wrong", `os.Stdout.WriteString("no room for it\n"); os.Exit(1)`, "no room for it"},
		{"prints nonsense", `os.Stdout.WriteString("what?")`, "what?"},
	} {
		t.Run(test.name, func(t *testing.T) {
			loader := fstest.MapFS{}
			for _, pkg := range loaderPackages {
				loader[pkg+"/part.go"] = &fstest.MapFile{Data: []byte("package part\n")}
			}
			loader[loaderPackages[0]+"/part.go"].Data = []byte("package main\n\nimport (\n\t\"os\"\n\t\"time\"\n)\n\nvar _, _ = os.Exit, time.Sleep\n\nfunc main() { " + test.main + " }\n")
			b, tools := trialBuilder(t, loader)
			b.trialLimit = time.Second
			if err := b.tryPure(t.Context(), tools, true, false); err != nil {
				t.Fatal(err)
			}
			if b.trial == nil || !strings.Contains(b.trial.Failed, test.want) {
				t.Fatalf("the trial's result is %+v, want a failure with %q", b.trial, test.want)
			}
			kind, reason := b.choice()
			if kind != manifest.CGO || !strings.Contains(reason, test.want) {
				t.Errorf("the bridge is %s (%s), want %s and the failure", kind, reason, manifest.CGO)
			}
		})
	}
}

// Where neither the pure bridge nor a C compiler works, the error speaks of both.
func TestPureBridgeThatFailsWithoutCompiler(t *testing.T) {
	b, tools := trialBuilder(t, os.DirFS("../../.."))
	_, record := b.trialRecord(tools)
	if err := writeJSON(record, &pureTrial{Failed: "it crashed", Time: time.Now()}); err != nil {
		t.Fatal(err)
	}
	t.Setenv("CC_FOR_"+b.GOOS+"_"+b.GOARCH, filepath.Join(t.TempDir(), "none"))
	_, _, err := b.findToolchain(t.Context(), true)
	if err == nil || !strings.Contains(err.Error(), "C compiler") || !strings.Contains(err.Error(), "it crashed") {
		t.Errorf("got %v, want an error about the C compiler and the crash", err)
	}
}

func TestPureBridgeIsNotTriedForOtherSystems(t *testing.T) {
	b, tools := trialBuilder(t, os.DirFS("../../.."))
	b.GOOS = map[bool]string{true: "linux", false: "windows"}[b.GOOS == "windows"]
	if err := b.tryPure(t.Context(), tools, true, false); err != nil || b.trial != nil {
		t.Errorf("got %+v, %v, want no trial", b.trial, err)
	}
	if kind, _ := b.choice(); kind != manifest.Pure {
		t.Errorf("the bridge is %s, want %s", kind, manifest.Pure)
	}
}

// A failure may have been one of the moment, and is not for ever.
func TestFailureOfPureBridgeExpires(t *testing.T) {
	b, tools := trialBuilder(t, os.DirFS("../../.."))
	_, record := b.trialRecord(tools)
	for age, want := range map[time.Duration]bool{time.Hour: true, 2 * trialAgain: false} {
		t.Run(age.String(), func(t *testing.T) {
			if err := writeJSON(record, &pureTrial{Failed: "it crashed", Time: time.Now().Add(-age)}); err != nil {
				t.Fatal(err)
			}
			if got := readTrial(record) != nil; got != want {
				t.Errorf("the record of a failure %v ago is taken: %t, want %t", age, got, want)
			}
		})
	}
}

// A build that is cancelled during the trial keeps no result.
func TestCancelledTrial(t *testing.T) {
	b, tools := trialBuilder(t, os.DirFS("../../.."))
	ctx, cancel := context.WithCancel(t.Context())
	b.Progress = func(e Event) {
		if e.Stage == StageTry {
			cancel()
		}
	}
	if err := b.tryPure(ctx, tools, true, false); err == nil {
		t.Error("a cancelled trial: got no error, want one")
	}
	if _, record := b.trialRecord(tools); readTrial(record) != nil {
		t.Error("a cancelled trial: got a record, want none")
	}
}

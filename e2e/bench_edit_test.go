//go:build linux && amd64 && cgo

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// newContents returns a number for contents that no earlier run has compiled. Those are in the go command's
// cache: then no plan is recorded, and less is measured of a build.
func newContents() int { return int(time.Now().Unix()) }

// BenchmarkEdit measures the time from a change of one line to the first call by the pure
// bridge, in alternation with go build -buildmode=c-shared of the same function. It is the same
// whatever b.N is.
func BenchmarkEdit(b *testing.B) {
	const rounds = 7
	dir, hand := b.TempDir(), handWrittenSource(b)
	source, err := os.ReadFile(filepath.Join(hand, "cshared.go"))
	if err != nil {
		b.Fatal(err)
	}
	write(b, filepath.Join(dir, "go.mod"), "module edited\n\ngo 1.22\n")
	n := newContents()
	edit := func() time.Duration {
		n++
		start := time.Now()
		write(b, filepath.Join(dir, "edited.go"), fmt.Sprintf("package edited\n\nfunc Add(a, b int) int { return a + b + %d }\n", n))
		p, err := winplugin.Open(dir, options(winplugin.WithBridge(winplugin.Pure))...)
		if err != nil {
			b.Fatal(err)
		}
		if got := call(b, p, "Add", 1, 2)[0]; got != 3+n {
			b.Fatalf("got %v, want %d", got, 3+n)
		}
		took := time.Since(start)
		if err := p.Close(); err != nil {
			b.Fatal(err)
		}
		return took
	}
	byHand := func() time.Duration {
		n++
		start := time.Now()
		write(b, filepath.Join(hand, "cshared.go"), fmt.Sprintf("%s\nvar edited = %d\n", source, n))
		cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", filepath.Join(hand, "hand.so"), ".")
		cmd.Dir, cmd.Env = hand, append(os.Environ(), "CGO_ENABLED=1", "GOWORK=off")
		if text, err := cmd.CombinedOutput(); err != nil {
			b.Fatalf("go build: got error %v, want nil\n%s", err, text)
		}
		return time.Since(start)
	}
	alternate(b, rounds, time.Millisecond, []*figure{
		{name: "go build -buildmode=c-shared", run: byHand},
		{name: "edit to first call, pure bridge", run: edit},
	})
	b.ReportMetric(0, "ns/op")
}

// BenchmarkWatchEdit measures the time from a save of one changed line to the first call of the new
// version, in a plugin that is watched, in alternation with go build -buildmode=c-shared of the same
// package: once one that imports nothing, and once one that imports net/http. It is the same whatever
// b.N is.
func BenchmarkWatchEdit(b *testing.B) {
	const rounds = 7
	for _, test := range []struct{ name, imports string }{{"small", ""}, {"http", "import \"net/http\"\n\nvar Client http.Client\n\n"}} {
		b.Run(test.name, func(b *testing.B) {
			dir := filepath.Join(b.TempDir(), "edited")
			write(b, filepath.Join(dir, "go.mod"), "module edited\n\ngo 1.22\n")
			n := newContents()
			save := func(pkg, name string) {
				n++
				write(b, filepath.Join(dir, pkg, "edited.go"), fmt.Sprintf("package %s\n\n%sfunc Add(a, b int) int { return a + b + %d }\n", name, test.imports, n))
			}
			save("plugin", "edited")
			var mu sync.Mutex
			took := make(map[winplugin.ReloadStage][]float64)
			p := open(b, filepath.Join(dir, "plugin"), winplugin.WithBridge(winplugin.Pure), winplugin.WithWatch(winplugin.WatchPolicy{}),
				winplugin.WithReload(winplugin.ReloadPolicy{MaxResident: -1, OnEvent: func(e winplugin.ReloadEvent) {
					mu.Lock()
					defer mu.Unlock()
					took[e.Stage] = append(took[e.Stage], float64(e.Took)/1e6)
				}}))
			add := bound[func(a, b int) int](b, p, "Add")
			edit := func() time.Duration {
				start := time.Now()
				save("plugin", "edited")
				for add(1, 2) != 3+n {
					time.Sleep(time.Millisecond)
				}
				return time.Since(start)
			}
			write(b, filepath.Join(dir, "hand", "main.go"), "package main\n\nimport \"C\"\n\nfunc main() {}\n\n//export AddC\nfunc AddC(a, b int) int { return Add(a, b) }\n")
			byHand := func() time.Duration {
				start := time.Now()
				save("hand", "main")
				cmd := exec.Command("go", "build", "-buildmode=c-shared", "-o", filepath.Join(dir, "hand.so"), "./hand")
				cmd.Dir, cmd.Env = dir, append(os.Environ(), "CGO_ENABLED=1", "GOWORK=off")
				if text, err := cmd.CombinedOutput(); err != nil {
					b.Fatalf("go build: got error %v, want nil\n%s", err, text)
				}
				return time.Since(start)
			}
			for range 2 {
				edit() // the first edit records the plan
			}
			figures := []*figure{
				{name: "go build -buildmode=c-shared", run: byHand},
				{name: "save to first call, watched", run: edit},
			}
			alternate(b, rounds, time.Millisecond, figures)
			hand, watched := median(figures[0].times), median(figures[1].times)
			b.ReportMetric(hand/1e6, "ms-c-shared")
			b.ReportMetric(watched/1e6, "ms-watched")
			b.ReportMetric(watched/hand, "x-c-shared")
			mu.Lock()
			defer mu.Unlock()
			b.ReportMetric(median(took[winplugin.ReloadChecked]), "ms-load")
			b.ReportMetric(median(took[winplugin.ReloadSwitched]), "ms-switch")
			b.ReportMetric(0, "ns/op")
		})
	}
}

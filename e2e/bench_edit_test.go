//go:build linux && amd64 && cgo

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

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
	n := 0
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

package e2e

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// webserver returns the library of testdata/webserver.
func webserver(t *testing.T) string {
	t.Helper()
	if dir := os.Getenv("WINPLUGIN_TEST_PREBUILT"); dir != "" {
		return filepath.Join(dir, "webserver"+extension())
	}
	if runtime.GOOS == "windows" {
		t.Skip("building net/http takes a minute in Wine: the library comes prebuilt there, see tools/test.sh")
	}
	a, err := winplugin.Build(context.Background(), copyPlugin(t, "webserver"), options(winplugin.WithoutPolicy())...)
	if err != nil {
		t.Fatal(err)
	}
	return a.Path
}

// A plugin may serve and fetch, and use timers and goroutines, from several
// threads of the host at once.
func TestWebServer(t *testing.T) {
	p := open(t, webserver(t))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				if r := call(t, p, "Web", 10); r[0] != 10*1000 {
					t.Errorf("Web: got %v bytes, want %d", r[0], 10*1000)
				}
				if r := call(t, p, "Ticks", 10); r[0] != 10 {
					t.Errorf("got %v ticks, want 10", r[0])
				}
			}
		})
	}
	wg.Wait()
}

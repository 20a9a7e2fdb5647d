//go:build unix

package build

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/builder/modfetch"
	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// Nothing waits for a named pipe in the place of a file that says which modules the host uses.
func TestImportPathBesideNamedPipe(t *testing.T) {
	for _, name := range []string{"go.mod", "go.sum", "go.work", "../go.work", "../go.mod"} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "host")
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := syscall.Mkfifo(filepath.Join(dir, name), 0o600); err != nil {
				t.Fatal(err)
			}
			b := &builder{Config: Config{Dir: dir}, cache: testCache(t), query: &modfetch.Query{Path: "example.com/plugin"}}
			err := b.locate(context.Background(), false)
			if refused := new(fsutil.NotRegularError); !errors.As(err, &refused) {
				t.Errorf("got %v, want a NotRegularError", err)
			}
		})
	}
}

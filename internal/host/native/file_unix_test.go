//go:build unix

package native

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Opening a named pipe would wait for a writer, and reading a device might never end.
func TestOpenFileRefusesIrregular(t *testing.T) {
	dir := t.TempDir()
	pipe, link, device := filepath.Join(dir, "pipe.so"), filepath.Join(dir, "link.so"), filepath.Join(dir, "device.so")
	if err := errors.Join(syscall.Mkfifo(pipe, 0o600), os.Symlink("pipe.so", link), os.Symlink("/dev/zero", device)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, link, device} {
		for _, stored := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s/stored=%t", filepath.Base(path), stored), func(t *testing.T) {
				_, err := OpenFile(path, stored, false)
				var load *manifest.LoadError
				if !errors.As(err, &load) || load.Reason != manifest.LoadUnreadable || !strings.Contains(err.Error(), "not a regular file") {
					t.Errorf("got %v, want a LoadError that says that it is not a regular file", err)
				}
			})
		}
	}
}

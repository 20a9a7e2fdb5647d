package install

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/fetch"
)

// A disk that is full while fetching, and one that is full while unpacking.
func TestDiskFull(t *testing.T) {
	for name, size := range map[string]string{"fetching": "size=512k", "unpacking": "size=1536k"} {
		t.Run(name, func(t *testing.T) {
			mount := t.TempDir()
			if err := unix.Mount("tmpfs", mount, "tmpfs", 0, size); err != nil {
				t.Skip("a small disk cannot be made: ", err)
			}
			t.Cleanup(func() {
				if err := unix.Unmount(mount, 0); err != nil {
					t.Error(err)
				}
			})
			s := serve(t, map[string][]byte{"child.zip": childArchive()})
			dir := filepath.Join(mount, "cache")
			_, err := Install(t.Context(), Config{Dir: dir, Mirror: s.URL}, childPin())
			if !fsutil.Full(err) || name == "fetching" && !reason(fetch.DiskFull)(err) {
				t.Errorf("got error %v, want that of a full disk", err)
			}
			holds(t, dir, childPin().name()+lockSuffix)
			if err := os.WriteFile(filepath.Join(dir, "x"), make([]byte, 300<<10), 0o600); err != nil {
				t.Errorf("writing afterwards: got error %v, want nil", err)
			}
		})
	}
}

//go:build unix

package detect

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

func TestSharedPlaceMustBePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mingw64")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := (Place{Dir: dir, Shared: true}).trusted(); !errors.As(err, new(*fsutil.NotPrivateError)) {
		t.Errorf("error is %v, want a *fsutil.NotPrivateError", err)
	}
	if err := (Place{Dir: dir}).trusted(); err != nil {
		t.Errorf("a place that the user chose: got error %v, want nil", err)
	}
}

//go:build unix

package manifest

import (
	"errors"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// To open a named pipe would wait for whoever writes to it.
func TestReadNamedPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "p.so")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := ReadFile(path)
	var load *LoadError
	if !errors.As(err, &load) || load.Reason != LoadUnreadable || !strings.Contains(err.Error(), "not a regular file") {
		t.Errorf("error is %v, want a *LoadError that says that it is not a regular file", err)
	}
}

//go:build unix

package detect

import (
	"path/filepath"
	"syscall"
	"testing"
)

// Nothing waits for a named pipe in the place of the file that go env -w writes.
func TestSettingsInNamedPipe(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "env")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	env := []string{"GOENV=" + pipe}
	if got := Setting(env, "GOFLAGS"); got != "" {
		t.Errorf("got GOFLAGS=%q, want none", got)
	}
	if got, want := settings(env, ""), ""; got != want {
		t.Errorf("got the hash %q, want %q", got, want)
	}
}

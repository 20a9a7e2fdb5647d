package build

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

func TestCommandOutput(t *testing.T) {
	cmd := child(t, "speak", "a", "b c")
	out, err := command{path: cmd.Path, args: cmd.Args[1:], dir: t.TempDir(), env: cmd.Env}.run(context.Background())
	exit := new(exec.ExitError)
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Errorf("error is %v, want exit status 3", err)
	}
	for _, want := range []string{"a b c", "and an error"} {
		if !strings.Contains(string(out), want) {
			t.Errorf("output %q lacks %q", out, want)
		}
	}
	_, err = command{path: filepath.Join(t.TempDir(), "none")}.run(context.Background())
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, exec.ErrNotFound) { // the latter on Windows
		t.Errorf("missing program: %v", err)
	}
}

func TestHead(t *testing.T) {
	h := &head{limit: 5}
	for _, s := range []string{"abc", "def", "ghi"} {
		if n, err := h.Write([]byte(s)); n != 3 || err != nil {
			t.Errorf("write: %d, %v", n, err)
		}
	}
	if got := string(h.bytes()); got != "abcde" {
		t.Errorf("kept %q", got)
	}
}

// The grandchild holds a lock and the output pipe. Both are free after the
// command has been cancelled.
func TestCancelKillsGrandchildren(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "grandchild.lock")
	cmd := child(t, "parent", lock)
	ctx, cancel := context.WithCancelCause(context.Background())
	reason := errors.New("no longer wanted")
	result := make(chan error, 1)
	go func() {
		_, err := command{path: cmd.Path, args: cmd.Args[1:], dir: t.TempDir(), env: cmd.Env}.run(ctx)
		result <- err
	}()
	eventually(t, "the grandchild runs", func() bool { return exists(lock + ".held") })
	if _, err := fsutil.TryLock(lock); !errors.Is(err, fsutil.ErrLocked) {
		t.Fatalf("the grandchild has no lock: %v", err)
	}
	cancel(reason)
	if err := <-result; !errors.Is(err, reason) {
		t.Errorf("error is %v, want the cause", err)
	}
	wait, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	got, err := fsutil.WaitLock(wait, lock, func() {})
	if err != nil {
		t.Fatalf("the grandchild lives on: %v", err)
	}
	got.Unlock()
}

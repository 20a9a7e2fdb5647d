package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A failingWriter takes nothing.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, errors.New("there is no room") }

// gone waits until a process has ended.
func gone(t *testing.T, pid int) {
	t.Helper()
	for began := time.Now(); runs(pid); time.Sleep(time.Millisecond) {
		if time.Since(began) > patience {
			t.Fatalf("process %d is still there", pid)
		}
	}
}

// A writer that fails does not end the plugin.
func TestIsolatedOutputFails(t *testing.T) {
	p := openHostile(t, winplugin.WithProcessOutput(failingWriter{}, failingWriter{}))
	for range 3 {
		if _, err := p.Call(context.Background(), "Flood", 100); err != nil {
			t.Fatalf("got %v, want nil", err)
		}
	}
}

// Processes that the plugin has started end with it. Without a control group one that has left its
// process group does not, and it does not keep the host from noticing the end.
func TestIsolatedChildren(t *testing.T) {
	t.Run("as this host may", endChildren)
	t.Run("without control groups", func(t *testing.T) {
		if !isolates() {
			t.Skip("plugins of this bridge run in no process of their own")
		}
		self, err := os.Executable()
		if err != nil {
			t.Fatal(err)
		}
		fixtures := t.TempDir()
		dir := filepath.Join(fixtures, runtime.GOOS+"-"+string(bridge))
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(built(t, "hostile"), filepath.Join(dir, "hostile"+extension())); err != nil {
			t.Fatal(err)
		}
		// In a name space of its own the child does not see where control groups are mounted.
		const unmount = "umount -a -l -t cgroup2"
		if exec.Command("unshare", "--mount", "sh", "-c", unmount).Run() != nil {
			t.Skip("this user may not unmount control groups")
		}
		cmd := exec.Command("unshare", "--mount", "sh", "-c", unmount+` && exec "$0" -test.run='^TestIsolatedChildren$/^as_this_host_may$' -test.v`, self)
		cmd.Env = append(os.Environ(), "WINPLUGIN_TEST_CACHE="+cacheDir, "WINPLUGIN_TEST_FIXTURES="+fixtures)
		out, err := cmd.CombinedOutput()
		if err != nil || !strings.Contains(string(out), "contained: false") {
			t.Errorf("got %v, want a test that passes without a control group\n%s", err, out)
		}
	})
}

func endChildren(t *testing.T) {
	p := openHostile(t)
	stats, _ := p.ProcessStats()
	t.Logf("contained: %t", stats.Contained)
	started, err := p.Call(context.Background(), "Children", 3)
	if err != nil {
		t.Fatal(err)
	}
	left, err := p.Call(context.Background(), "Leave", "1000")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Kill(left[0].(int), syscall.SIGKILL) }()
	if err := p.Kill(errKilled); err != nil {
		t.Fatal(err)
	}
	within(t, "close", func() {
		if err := p.Close(); err != nil {
			t.Errorf("Close: got %v, want nil: Shutdown is not called", err)
		}
	})
	for _, pid := range started[0].([]int) {
		gone(t, pid)
	}
	if stats.Contained {
		gone(t, left[0].(int))
	} else if !runs(left[0].(int)) {
		t.Error("the process that has left the group has ended")
	}
}

// Kill ends a process that Close did not wait for.
func TestIsolatedKillAfterClose(t *testing.T) {
	for name, prepare := range map[string]func(p *winplugin.Plugin) error{
		"stopped": func(p *winplugin.Plugin) error {
			_, err := p.Call(context.Background(), "StopSoon")
			return err
		},
		"Shutdown hangs": func(p *winplugin.Plugin) error {
			hang, err := winplugin.Var[bool](p, "Hang")
			if err != nil {
				return err
			}
			return hang.Set(true)
		},
	} {
		t.Run(name, func(t *testing.T) {
			if !isolates() {
				t.Skip("plugins of this bridge run in no process of their own")
			}
			p, err := winplugin.Open(built(t, "hostile"), options(winplugin.WithIsolation(winplugin.Process))...)
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Call(context.Background(), "Pid")
			if err != nil {
				t.Fatal(err)
			}
			if err := prepare(p); err != nil {
				t.Fatal(err)
			}
			pid := r[0].(int)
			for name == "stopped" && !stopped(t, pid) {
				time.Sleep(time.Millisecond)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
			defer cancel()
			var late *winplugin.RetiredError
			if err := p.CloseContext(ctx); !errors.As(err, &late) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("Close: got %v, want a RetiredError of the deadline", err)
			}
			if err := p.Kill(errKilled); err != nil {
				t.Errorf("Kill: got %v, want nil", err)
			}
			within(t, "close", func() { _ = p.Close() })
			if err := p.Kill(errKilled); !errors.Is(err, winplugin.ErrClosed) {
				t.Errorf("Kill after the end: got %v, want ErrClosed", err)
			}
			gone(t, pid)
		})
	}
}

// stopped reports whether a process is stopped.
func stopped(t *testing.T, pid int) bool {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return strings.HasPrefix(rest, "T")
}

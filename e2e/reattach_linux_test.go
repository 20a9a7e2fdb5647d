package e2e

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A byHand is a plugin's process that a test starts, as somebody does who debugs it.
type byHand struct {
	*exec.Cmd
	dir string // of the socket

	mu     sync.Mutex
	stderr bytes.Buffer
}

func (p *byHand) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.Write(b)
}

func (p *byHand) said() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.stderr.String()
}

// startByHand starts the library of testdata/hostile, behind the words of a command.
func startByHand(t *testing.T, command ...string) *byHand {
	t.Helper()
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	command = append(command, built(t, "hostile"))
	p := &byHand{Cmd: exec.Command(command[0], command[1:]...), dir: filepath.Join(t.TempDir(), "of a plugin")}
	p.start(t)
	return p
}

func (p *byHand) start(t *testing.T) {
	t.Helper()
	p.Env = append(os.Environ(), "WINPLUGIN_REATTACH="+p.dir)
	p.Stderr = p
	p.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = syscall.Kill(-p.Process.Pid, syscall.SIGKILL)
		_ = p.Wait()
		if t.Failed() {
			t.Logf("the plugin's process said:\n%s", p.said())
		}
	})
}

// awaitEnd waits until the process has ended by itself.
func (p *byHand) awaitEnd(t *testing.T) {
	t.Helper()
	within(t, "end of the plugin's process", func() {
		if err := p.Wait(); err != nil {
			t.Errorf("the process: got %v, want that it ends by itself", err)
		}
	})
}

// open opens the plugin in the process.
func (p *byHand) open(t *testing.T, library string) (*winplugin.Plugin, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return winplugin.OpenContext(ctx, library, winplugin.WithIsolation(winplugin.Process), winplugin.WithReattach(p.dir))
}

// A host uses a plugin that somebody has started. Its end does not end the host's own process, and the host
// does not end it.
func TestReattach(t *testing.T) {
	commands := map[string][]string{"by hand": nil}
	if gdb, err := exec.LookPath("gdb"); err == nil && os.Getenv("WINPLUGIN_TEST_QEMU") == "" {
		commands["by gdb"] = []string{gdb, "-nx", "-batch", "-ex", "run", "--args"}
	}
	for name, command := range commands {
		t.Run(name, func(t *testing.T) {
			process := startByHand(t, command...)
			p, err := process.open(t, built(t, "hostile"))
			if err != nil {
				t.Fatal(err)
			}
			if got := bound[func(int, func(int) int) int](t, p, "Call")(5, func(n int) int { return n }); got != 10 {
				t.Errorf("got %d of calls in both directions, want 10", got)
			}
			big := bytes.Repeat([]byte("x"), 3<<20)
			if got := bound[func([]byte) []byte](t, p, "Echo")(big); !bytes.Equal(got, big) {
				t.Errorf("got other bytes than were sent")
			}
			pid, err := bound[func() (int, error)](t, p, "Pid")()
			if err != nil || command == nil && pid != process.Process.Pid {
				t.Errorf("got process %d, %v, want %d", pid, err, process.Process.Pid)
			}
			if stats, ok := p.ProcessStats(); !ok || stats.Pid != pid || stats.Threads == 0 || stats.Memory == 0 {
				t.Errorf("got %+v, %t, want those of process %d", stats, ok, pid)
			}
			if _, err := os.Stat(filepath.Join(process.dir, "socket")); !errors.Is(err, os.ErrNotExist) {
				t.Errorf("the socket: got %v, want that it does not exist any more", err)
			}
			if err := p.Close(); err != nil {
				t.Error(err)
			}
			process.awaitEnd(t)
			for _, want := range []string{"waits in " + process.dir + " for a host", "a host has opened the plugin", "the host has closed the plugin"} {
				if !strings.Contains(process.said(), want) {
					t.Errorf("got %q on its standard error, want %q in it", process.said(), want)
				}
			}
		})
	}
}

// What a shell or a debugger leaves open in the process is not the pipe of a host, whose end would end it.
func TestReattachDescriptors(t *testing.T) {
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	null, err := os.Open(os.DevNull)
	if err != nil {
		t.Fatal(err)
	}
	defer null.Close()
	process := &byHand{Cmd: exec.Command(built(t, "hostile")), dir: filepath.Join(t.TempDir(), "of a plugin")}
	process.ExtraFiles = []*os.File{null, null, null}
	process.start(t)
	p, err := process.open(t, built(t, "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	if got := bound[func(int, int) int](t, p, "Add")(1, 2); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	process.awaitEnd(t)
}

// A host that opens another build gets an error, and the process goes on waiting.
func TestReattachOtherBuild(t *testing.T) {
	process := startByHand(t)
	_, err := process.open(t, built(t, "hungry"))
	var load *winplugin.LoadError
	if !errors.As(err, &load) || !strings.Contains(err.Error(), "start the library that is opened") {
		t.Errorf("got %v, want a LoadError that says what to start", err)
	}
	p, err := process.open(t, built(t, "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if got := bound[func(int, int) int](t, p, "Add")(1, 2); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
}

// A host waits for the process as long as its context lets it, and trusts no folder of others.
func TestReattachWaits(t *testing.T) {
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	library := built(t, "hostile")
	public := filepath.Join(t.TempDir(), "public")
	if err := errors.Join(os.Mkdir(public, 0o700), os.Chmod(public, 0o777)); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(t.TempDir(), "missing")
	for _, test := range []struct{ name, dir, want string }{
		{"for nobody", missing, "no plugin waits in " + missing + ": start the library with WINPLUGIN_REATTACH=" + missing},
		{"in a folder of others", public, "other users may write to it"},
	} {
		t.Run(test.name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
			defer cancel()
			_, err := winplugin.OpenContext(ctx, library, winplugin.WithIsolation(winplugin.Process), winplugin.WithReattach(test.dir))
			var load *winplugin.LoadError
			if !errors.As(err, &load) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want a LoadError with %q", err, test.want)
			}
		})
	}
}

// The process waits in no folder that is not its user's alone, and where no other one does.
func TestReattachFolder(t *testing.T) {
	process := startByHand(t)
	for !strings.Contains(process.said(), "waits in") {
		time.Sleep(time.Millisecond)
	}
	public := t.TempDir()
	if err := os.Chmod(public, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct{ name, dir, want string }{
		{"of others", public, "it must be a folder of this user alone"},
		{"of another plugin", process.dir, "another plugin waits there"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(built(t, "hostile"))
			cmd.Env = append(os.Environ(), "WINPLUGIN_REATTACH="+test.dir)
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), test.want) {
				t.Errorf("got %v and %s, want an error with %q", err, out, test.want)
			}
		})
	}
	// One that was killed leaves its socket, which the next one replaces.
	_ = process.Process.Kill()
	_ = process.Wait()
	next := exec.Command(built(t, "hostile"))
	next.Env = process.Env
	if err := next.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = next.Process.Kill(); _ = next.Wait() }()
	p, err := process.open(t, built(t, "hostile"))
	if err != nil {
		t.Fatal(err)
	}
	_ = p.Close()
}

// Kill and the end of the process end its calls. Kill and Close send it no signal.
func TestReattachEnds(t *testing.T) {
	for _, test := range []struct {
		name string
		end  func(p *winplugin.Plugin, process *byHand) error // returns what calls fail with
	}{
		{"the process ends", func(p *winplugin.Plugin, process *byHand) error {
			_, err := p.Call(context.Background(), "ScribbleAndExit", 0, 0, byte(0))
			return err
		}},
		{"it is killed by another one", func(p *winplugin.Plugin, process *byHand) error {
			go func() { _ = process.Process.Kill() }()
			return p.Ping(context.Background())
		}},
		{"Kill while it is stopped", func(p *winplugin.Plugin, process *byHand) error {
			if err := process.Process.Signal(syscall.SIGSTOP); err != nil {
				return err
			}
			if err := p.Kill(errKilled); err != nil {
				return err
			}
			_, err := p.Call(context.Background(), "Add", 1, 2)
			return err
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			process := startByHand(t)
			p, err := process.open(t, built(t, "hostile"))
			if err != nil {
				t.Fatal(err)
			}
			within(t, "call", func() {
				for err == nil {
					err = test.end(p, process)
				}
			})
			var crash *winplugin.CrashError
			if !errors.As(err, &crash) || crash.ExitCode != -1 {
				t.Errorf("got %v, want a CrashError of a process whose exit code is not known", err)
			}
			within(t, "close", func() { _ = p.Close() })
		})
	}
	t.Run("Close while it is stopped", func(t *testing.T) {
		process := startByHand(t)
		p, err := process.open(t, built(t, "hostile"))
		if err != nil {
			t.Fatal(err)
		}
		// Its Shutdown would wait, so it stops in that.
		if _, err := p.Call(context.Background(), "StopSoon"); err != nil {
			t.Fatal(err)
		}
		for !stopped(t, process.Process.Pid) {
			time.Sleep(time.Millisecond)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := p.CloseContext(ctx); err == nil {
			t.Error("got nil, want an error: Shutdown has not ended")
		}
		_ = p.Kill(errKilled)
		if !runs(process.Process.Pid) {
			t.Error("the process has ended, want that nobody but itself ends it")
		}
		if err := process.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		process.awaitEnd(t)
	})
}

func init() {
	children["reattached host"] = func() error {
		p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_MORTAL"), winplugin.WithIsolation(winplugin.Process), winplugin.WithReattach(os.Getenv("WINPLUGIN_TEST_FOLDER")))
		if err != nil {
			return err
		}
		if _, err := p.Call(context.Background(), "Add", 1, 2); err != nil {
			return err
		}
		os.Stdout.WriteString("ready\n")
		select {}
	}
}

// The process ends when its host was killed.
func TestReattachHostKilled(t *testing.T) {
	process := startByHand(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childName+"=reattached host", "WINPLUGIN_TEST_CACHE="+cacheDir, "WINPLUGIN_TEST_MORTAL="+built(t, "hostile"), "WINPLUGIN_TEST_FOLDER="+process.dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ready := make([]byte, len("ready\n"))
	if _, err := io.ReadFull(out, ready); err != nil {
		t.Fatalf("got %q, error %v, want ready", ready, err)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	process.awaitEnd(t)
}

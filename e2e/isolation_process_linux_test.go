package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// A plugin has few variables of the host, and those that the host passes. Changes stay on their side.
func TestIsolatedEnvironment(t *testing.T) {
	t.Setenv("WINPLUGIN_TEST_SECRET", "1")
	t.Setenv("WINPLUGIN_TEST_PASSED", "2")
	t.Setenv("LC_ALL", "C")
	p := openHostile(t, winplugin.WithEnvironment("WINPLUGIN_TEST_P*", "OWN=3=4"))
	environ := bound[func() []string](t, p, "Environ")
	for _, test := range []struct {
		variable string
		want     bool
	}{
		{"WINPLUGIN_TEST_SECRET=1", false},
		{"WINPLUGIN_TEST_PASSED=2", true},
		{"LC_ALL=C", true},
		{"OWN=3=4", true},
		{"PATH=" + os.Getenv("PATH"), true},
	} {
		if got := slices.Contains(environ(), test.variable); got != test.want {
			t.Errorf("%s: got %t, want %t", test.variable, got, test.want)
		}
	}
	if err := bound[func(string, string) error](t, p, "Setenv")("WINPLUGIN_TEST_PASSED", "of the plugin"); err != nil {
		t.Fatal(err)
	}
	t.Setenv("WINPLUGIN_TEST_SECRET", "of the host")
	if got := strings.Join(environ(), "\n"); strings.Contains(got, "of the host") || !strings.Contains(got, "of the plugin") {
		t.Errorf("got %s, want the plugin's own change alone", got)
	}
	if got, want := os.Getenv("WINPLUGIN_TEST_PASSED"), "2"; got != want {
		t.Errorf("the host's: got %q, want %q", got, want)
	}
}

// A plugin works in a folder of its own, which ends with it, or in one that the host gives it.
func TestIsolatedFolder(t *testing.T) {
	p := openHostile(t)
	own, err := bound[func() (string, error)](t, p, "Folder")()
	if err != nil {
		t.Fatal(err)
	}
	if here, _ := os.Getwd(); own == here {
		t.Errorf("got the host's folder %s, want another one", own)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(own); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the folder after the end: got %v, want that it does not exist", err)
	}
	dir := t.TempDir()
	p = openHostile(t, winplugin.WithFolder(dir))
	if got, err := bound[func() (string, error)](t, p, "Folder")(); got != dir || err != nil {
		t.Errorf("got %s, %v, want %s", got, err, dir)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "file")); err != nil {
		t.Errorf("a file in the host's folder: got %v, want that it stays", err)
	}
}

// The process cannot get more rights, and the host still can.
func TestIsolatedPrivileges(t *testing.T) {
	p := openHostile(t)
	status, err := bound[func() (string, error)](t, p, "Status")()
	if err != nil || !strings.Contains(status, "NoNewPrivs:\t1") {
		t.Errorf("got %s, %v, want NoNewPrivs 1", status, err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	threads, err := filepath.Glob("/proc/self/task/*/status")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range threads {
		if strings.Contains(path, "/"+strconv.Itoa(os.Getpid())+"/") {
			continue // Go's first thread waits for ever where others would end
		}
		for began := time.Now(); ; time.Sleep(time.Millisecond) { // the thread that has started it is about to end
			status, err := os.ReadFile(path)
			if err != nil || strings.Contains(string(status), "NoNewPrivs:\t0") {
				break
			}
			if time.Since(began) > patience {
				t.Fatalf("%s has no rights to get", path)
			}
		}
	}
}

// A plugin that writes more than it may is killed.
func TestIsolatedOutputLimit(t *testing.T) {
	var stdout bytes.Buffer
	p := openHostile(t, winplugin.WithLimits(winplugin.Limits{Output: 100_000}), winplugin.WithProcessOutput(&stdout, failingWriter{}))
	if _, err := p.Call(context.Background(), "Flood", 10); err != nil {
		t.Fatalf("below the limit: got %v, want nil", err)
	}
	_, err := p.Call(context.Background(), "Flood", 100_000)
	var crash *winplugin.CrashError
	if !errors.As(err, &crash) || !strings.Contains(fmt.Sprint(crash.Err), "written more than 100000 bytes") {
		t.Errorf("got %v, want a CrashError of too much output", err)
	}
	if n := stdout.Len(); n > 100_000 {
		t.Errorf("got %d bytes, want at most the limit", n)
	}
}

// A plugin cannot start more processes than it may.
func TestIsolatedProcessLimit(t *testing.T) {
	if os.Getuid() == 0 {
		t.Skip("this limit does not hold for root")
	}
	p := openHostile(t, winplugin.WithLimits(winplugin.Limits{Processes: 60}))
	n, err := bound[func(int) (int, error)](t, p, "Fork")(200)
	var crash *winplugin.CrashError
	if err == nil || n > 60 || n == 0 && !errors.As(err, &crash) {
		t.Errorf("got %d processes, %v, want at most 60 and an error", n, err)
	}
}

// A plugin that answers with a turn that is not its own, or stops in a call, ends with the cause.
func TestIsolatedMisuseIsKilled(t *testing.T) {
	for _, test := range []struct {
		name     string
		function string
		args     []any
		want     string
	}{
		{"writes a turn that there is not", "Turn", []any{77}, "turn that was not its own"},
		{"begins a call", "Turn", []any{1}, context.DeadlineExceeded.Error()},
		{"writes the host's turn", "Turn", []any{3}, "turn that was not its own"},
		{"stops", "Stop", nil, context.DeadlineExceeded.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := openHostile(t, winplugin.WithKillAfter(time.Millisecond))
			limit := patience
			if test.want == context.DeadlineExceeded.Error() {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(context.Background(), limit)
			defer cancel()
			within(t, "call", func() {
				_, err := p.Call(ctx, test.function, test.args...)
				var crash *winplugin.CrashError
				if !errors.As(err, &crash) || !strings.Contains(fmt.Sprint(crash.Err), test.want) {
					t.Errorf("got %v, want a CrashError of %s", err, test.want)
				}
			})
		})
	}
}

// mark is a variable by which a test finds the processes of its hosts.
const mark = "WINPLUGIN_TEST_MARK"

func init() {
	children["isolated hosts"] = func() error {
		os.Stdout.WriteString("ready\n")
		for {
			p, err := winplugin.Open(os.Getenv("WINPLUGIN_TEST_MORTAL"), options(winplugin.WithIsolation(winplugin.Process), winplugin.WithEnvironment(mark))...)
			if err != nil {
				return err
			}
			if _, err := p.Call(context.Background(), "Children", 1); err != nil {
				return err
			}
			if stats, _ := p.ProcessStats(); stats.Contained {
				if _, err := p.Call(context.Background(), "Leave", "1000"); err != nil {
					return err
				}
			}
			if rand.N(2) == 0 {
				_ = p.Kill(errKilled)
			}
			_ = p.Close()
		}
	}
}

// A host that is killed at any instant leaves no process behind.
func TestIsolatedHostKilledAtRandom(t *testing.T) {
	if !isolates() {
		t.Skip("plugins of this bridge run in no process of their own")
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	library, rounds := built(t, "hostile"), 10
	if n, err := strconv.Atoi(os.Getenv("WINPLUGIN_TEST_KILLS")); err == nil {
		rounds = n
	}
	for i := range rounds {
		value := fmt.Sprintf("%s=%d.%d", mark, os.Getpid(), i)
		cmd := exec.Command(self)
		cmd.Env = append(os.Environ(), childName+"=isolated hosts", "WINPLUGIN_TEST_CACHE="+cacheDir, "WINPLUGIN_TEST_MORTAL="+library, value)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 6)); err != nil {
			t.Fatal(err)
		}
		time.Sleep(rand.N(300 * time.Millisecond))
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		for began := time.Now(); ; time.Sleep(5 * time.Millisecond) {
			left := marked(t, value)
			if len(left) == 0 {
				break
			}
			if time.Since(began) > patience {
				for _, pid := range left {
					_ = syscall.Kill(pid, syscall.SIGKILL)
				}
				t.Fatalf("round %d: processes %v are still there", i, left)
			}
		}
	}
}

// marked returns the processes that run and have a variable.
func marked(t *testing.T, variable string) (list []int) {
	t.Helper()
	paths, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range paths {
		b, _ := os.ReadFile(path) // the process may have ended, or be another user's
		if !bytes.Contains(b, []byte(variable+"\x00")) {
			continue
		}
		if pid, err := strconv.Atoi(strings.Split(path, "/")[2]); err == nil && runs(pid) {
			list = append(list, pid)
		}
	}
	return list
}

// A plugin tells what its process has done, also after its end, and whether it answers.
func TestIsolatedStats(t *testing.T) {
	ended := make(chan string, 1)
	p := openHostile(t, winplugin.WithLogger(slog.New(slog.NewTextHandler(lines(ended), nil))), winplugin.WithProcessOutput(&bytes.Buffer{}, &bytes.Buffer{}))
	before, ok := p.ProcessStats()
	if !ok || before.Pid == os.Getpid() || before.Memory == 0 || before.Threads == 0 || before.Started.After(time.Now()) {
		t.Fatalf("got %+v, %t, want those of a process", before, ok)
	}
	sum := bound[func(int, func(int) int) int](t, p, "Call")
	if got := sum(5, func(n int) int { return n }); got != 10 {
		t.Fatalf("got %d, want 10", got)
	}
	if _, err := p.Call(context.Background(), "Flood", 2); err != nil {
		t.Fatal(err)
	}
	if err := p.Ping(t.Context()); err != nil {
		t.Errorf("Ping: got %v, want nil", err)
	}
	after, _ := p.ProcessStats()
	if got, want := after.Calls-before.Calls, uint64(2); got != want {
		t.Errorf("got %d calls, want %d", got, want)
	}
	if got := after.Callbacks - before.Callbacks; got < 5 {
		t.Errorf("got %d callbacks, want 5 at least", got)
	}
	if _, err := p.Call(context.Background(), "StopSoon"); err != nil {
		t.Fatal(err)
	}
	for !stopped(t, before.Pid) {
		time.Sleep(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := p.Ping(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Ping while it is stopped: got %v, want that it has not answered", err)
	}
	_ = p.Kill(errKilled)
	within(t, "close", func() { _ = p.Close() })
	var crash *winplugin.CrashError
	if err := p.Ping(t.Context()); !errors.As(err, &crash) && !errors.Is(err, winplugin.ErrClosed) {
		t.Errorf("Ping after the end: got %v, want a CrashError", err)
	}
	end, ok := p.ProcessStats()
	if !ok || end.Pid != before.Pid || end.Threads != 0 || end.CPU == 0 || end.Peak == 0 || end.Output != 4000 {
		t.Errorf("after the end: got %+v, %t, want what is left", end, ok)
	}
	within(t, "log", func() {
		if got, want := <-ended, fmt.Sprintf("process.pid=%d", before.Pid); !strings.Contains(got, want) {
			t.Errorf("got the line %s, want it with %s", got, want)
		}
	})
}

// lines sends the line of a log that tells of the end of a plugin.
type lines chan string

func (c lines) Write(b []byte) (int, error) {
	if line := string(b); strings.Contains(line, "plugin ended") {
		c <- line
	}
	return len(b), nil
}

func init() {
	children["tracer"] = func() error {
		pid, err := strconv.Atoi(os.Getenv("WINPLUGIN_TEST_PID"))
		if err != nil {
			return err
		}
		runtime.LockOSThread() // which alone may trace the process
		return trace(pid)
	}
}

// A plugin that waits for a debugger runs when one has attached. The debugger is another process.
func TestIsolatedDebugger(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("a process waits for a debugger on linux/amd64 alone, with the pure bridge")
	}
	library := built(t, "hostile")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	input, end := io.Pipe()
	attach := func(pid int) {
		cmd := exec.Command(self)
		cmd.Stdin = input
		cmd.Env = append(os.Environ(), childName+"=tracer", fmt.Sprintf("WINPLUGIN_TEST_PID=%d", pid), "WINPLUGIN_TEST_CACHE="+cacheDir)
		go func() {
			out, err := cmd.CombinedOutput()
			if err != nil {
				err = fmt.Errorf("%w: %s", err, out)
				_ = syscall.Kill(pid, syscall.SIGKILL) // so that Open returns
			}
			done <- err
		}()
	}
	p, err := winplugin.Open(library, options(winplugin.WithIsolation(winplugin.Process), winplugin.WithDebugger(attach), winplugin.WithLimits(winplugin.Limits{Files: 200}))...)
	end.Close()
	if debugged := <-done; err != nil || debugged != nil {
		t.Fatalf("got error %v, and %v of the debugger", err, debugged)
	}
	defer p.Close()
	if got := bound[func(int, int) int](t, p, "Add")(1, 2); got != 3 {
		t.Errorf("got %d, want 3", got)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = winplugin.OpenContext(ctx, library, options(winplugin.WithIsolation(winplugin.Process), winplugin.WithDebugger(func(int) {}))...)
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "no debugger has attached") {
		t.Errorf("without a debugger: got %v, want that none has attached", err)
	}
}

// trace attaches to a process and lets it run, until standard input ends, and this process with it.
func trace(pid int) error {
	if err := syscall.PtraceAttach(pid); err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0) // the kernel detaches
	}()
	for {
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(pid, &status, syscall.WALL, nil); err != nil || !status.Stopped() {
			return fmt.Errorf("the process has ended: %v, %w", status, err)
		}
		signal := status.StopSignal()
		if signal == syscall.SIGSTOP {
			signal = 0
		}
		if err := syscall.PtraceCont(pid, int(signal)); err != nil {
			return err
		}
	}
}

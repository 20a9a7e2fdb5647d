//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// actVariable makes this program act as another one.
const actVariable = "WINPLUGIN_TEST_ACT"

func init() {
	switch os.Getenv(actVariable) {
	case "exit":
		fmt.Fprintln(os.Stderr, "no plugin")
		os.Exit(9)
	case "shrink":
		_ = syscall.Ftruncate(3, 0)
		_, _ = syscall.Write(5, make([]byte, 4)) // the host looks
		time.Sleep(time.Minute)
	case "close":
		_ = syscall.Close(5)
		time.Sleep(time.Minute)
	}
}

func thisProgram(t *testing.T) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(self)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The shell sets the limits before it becomes the program.
func TestLimitsScript(t *testing.T) {
	for _, test := range []struct {
		name   string
		limits Limits
		ask    string
		want   string
	}{
		{"files", Limits{Files: 33}, "ulimit -n", "33"},
		{"processor time", Limits{CPU: 1500 * time.Millisecond}, "ulimit -t", "2"},
		{"core", Limits{CPU: time.Hour}, "ulimit -c", "0"},
	} {
		t.Run(test.name, func(t *testing.T) {
			script, err := test.limits.script()
			if err != nil {
				t.Fatal(err)
			}
			// The shell becomes another one, which tells the limit.
			script = strings.Replace(script, `"$0"`, shell+` -c "$0"`, 1)
			out, err := exec.Command(shell, "-c", script, test.ask).CombinedOutput()
			if got := strings.TrimSpace(string(out)); err != nil || got != test.want {
				t.Errorf("got %q, error %v, want %s", got, err, test.want)
			}
		})
	}
	t.Run("memory", func(t *testing.T) {
		if script, err := (Limits{Memory: 64 << 20}).script(); (err == nil) != limitsMemory || err == nil && !strings.Contains(script, "ulimit -d 65536") {
			t.Errorf("got %q, %v, want a limit: %t", script, err, limitsMemory)
		}
	})
}

// The file of a section has no name, is private, and is not written to the disk as a whole.
func TestFileSection(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	s, err := newFileSection()
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("got files %v, error %v, want none", left, err)
	}
	info, err := s.file.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := info.Mode().Perm(), os.FileMode(0o600); got != want || info.Size() != exchange.Size {
		t.Errorf("got mode %v and %d bytes, want %v and %d", got, info.Size(), want, uint64(exchange.Size))
	}
	s.header().Version = 7
	s.piece(exchange.Size-1, 1)[0] = 8
	var b [1]byte
	if _, err := s.file.ReadAt(b[:], exchange.Size-1); err != nil || b[0] != 8 {
		t.Errorf("got %d in the file, error %v, want 8", b[0], err)
	}
}

// A process that is no plugin ends the start with how it has ended, and leaves nothing here.
func TestStartOtherProgram(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	_, err := start(t.Context(), thisProgram(t), Options{Name: "test", Stdout: io.Discard, Stderr: io.Discard, Environment: append(os.Environ(), actVariable+"=exit"), program: true})
	var crash *native.CrashError
	if !errors.As(err, &crash) || crash.ExitCode != 9 || !strings.Contains(crash.Output, "no plugin") {
		t.Errorf("got %v, want a CrashError with exit code 9 and the output", err)
	}
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) > 0 {
		t.Errorf("got files %v, error %v, want none", left, err)
	}
}

// A process that closes its end of the pipe is killed, because it can wake nobody.
func TestProgramClosesPipe(t *testing.T) {
	_, err := start(t.Context(), thisProgram(t), Options{Name: "test", Environment: append(os.Environ(), actVariable+"=close"), program: true})
	var crash *native.CrashError
	if !errors.As(err, &crash) || crash.ExitCode != 128+int(syscall.SIGKILL) {
		t.Errorf("got %v, want a CrashError of a process that was killed", err)
	}
}

// A process that makes the section shorter is killed, and does not end this one, which uses it.
func TestProgramShrinksSection(t *testing.T) {
	if os.Getenv("WINPLUGIN_TEST_QEMU") != "" {
		t.Skip("qemu-user does not tell the address of the fault")
	}
	_, err := start(t.Context(), thisProgram(t), Options{Name: "test", Environment: append(os.Environ(), actVariable+"=shrink"), program: true})
	var crash *native.CrashError
	if !errors.As(err, &crash) || !errors.Is(crash.Err, errShrunk) {
		t.Errorf("got %v, want a CrashError of %v", err, errShrunk)
	}
}

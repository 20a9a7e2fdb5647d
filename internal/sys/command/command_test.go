package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// The test binary is every program that the tests run. roleVariable says which.
const roleVariable = "WINPLUGIN_TEST_ROLE"

func TestMain(m *testing.M) {
	if role := os.Getenv(roleVariable); role != "" {
		os.Exit(play(role, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// roles are further ones.
var roles = map[string]func(){}

func play(role string, args []string) int {
	if run := roles[role]; run != nil {
		run()
		return 0
	}
	switch role {
	case "speak":
		fmt.Println(strings.Join(args, " "))
	case "fail":
		fmt.Println("an answer")
		fmt.Fprintln(os.Stderr, "a complaint")
		return 3
	case "flood":
		fmt.Fprintln(os.Stderr, "the first line")
		io.WriteString(os.Stderr, strings.Repeat("x", 3*stderrLimit))
		fmt.Fprintln(os.Stderr, "\nthe last line")
		return 1
	case "folder":
		fmt.Println(os.Getenv("PWD"))
	case "hang":
		time.Sleep(time.Hour)
	case "linger":
		time.Sleep(4 * pipeDelay)
	case "orphan": // ends, and leaves a child that holds its output
		if err := start("linger"); err != nil {
			return 1
		}
		fmt.Println("done")
	case "parent": // starts a child that inherits the output, and hangs
		if err := start("grandchild", args...); err != nil {
			return 1
		}
		time.Sleep(time.Hour)
	case "grandchild": // holds a lock as long as it lives
		if _, err := fsutil.TryLock(args[0]); err != nil {
			return 1
		}
		os.WriteFile(args[0]+".held", nil, 0o600)
		time.Sleep(time.Hour)
	}
	return 0
}

func start(role string, args ...string) error {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), roleVariable+"="+role)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Start()
}

// child is a command that plays the role.
func child(t *testing.T, role string, args ...string) Command {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Command{Path: self, Args: args, Env: append(os.Environ(), roleVariable+"="+role)}
}

func TestOutputIsReturned(t *testing.T) {
	out, err := child(t, "speak", "a", "b c").Run(t.Context())
	if got, want := strings.TrimSpace(string(out)), "a b c"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

func TestFailureHasOutput(t *testing.T) {
	var seen strings.Builder
	c := child(t, "fail")
	c.Output = &seen
	_, err := c.Run(t.Context())
	e, exit := new(Error), new(exec.ExitError)
	if !errors.As(err, &e) || !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Fatalf("error is %v, want an *Error with exit status 3", err)
	}
	if got, want := strings.TrimSpace(e.Stdout), "an answer"; got != want {
		t.Errorf("standard output is %q, want %q", got, want)
	}
	if got, want := strings.TrimSpace(e.Stderr), "a complaint"; got != want {
		t.Errorf("standard error is %q, want %q", got, want)
	}
	for _, want := range []string{"an answer", "a complaint"} {
		if !strings.Contains(seen.String(), want) {
			t.Errorf("Output got %q, want %q in it", seen.String(), want)
		}
	}
	if NotStarted(err) {
		t.Errorf("NotStarted(%v) = true, want false", err)
	}
}

func TestLongOutputKeepsBothEnds(t *testing.T) {
	_, err := child(t, "flood").Run(t.Context())
	e := new(Error)
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want an *Error", err)
	}
	for _, want := range []string{"the first line", "bytes are left out", "the last line"} {
		if !strings.Contains(e.Stderr, want) {
			t.Errorf("got %d bytes kept, want %q among them", len(e.Stderr), want)
		}
	}
	if limit := stderrLimit + 100; len(e.Stderr) > limit {
		t.Errorf("%d bytes were kept, want at most %d", len(e.Stderr), limit)
	}
	if text := err.Error(); len(text) > 5000 || !strings.Contains(text, "the last line") {
		t.Errorf("the error has %d bytes, want the end of the output", len(text))
	}
}

func TestMissingProgramIsNotStarted(t *testing.T) {
	_, err := Command{Path: filepath.Join(t.TempDir(), "none")}.Run(t.Context())
	if !errors.Is(err, os.ErrNotExist) && !errors.Is(err, exec.ErrNotFound) { // the latter on Windows
		t.Errorf("error is %v, want os.ErrNotExist", err)
	}
	if !NotStarted(err) {
		t.Errorf("NotStarted(%v) = false, want true", err)
	}
}

func TestFolderIsPWD(t *testing.T) {
	c := child(t, "folder")
	c.Dir = t.TempDir()
	out, err := c.Run(t.Context())
	if got := strings.TrimSpace(string(out)); err != nil || got != c.Dir {
		t.Errorf("PWD is %q, %v, want %q", got, err, c.Dir)
	}
}

func TestTimeout(t *testing.T) {
	c := child(t, "hang")
	c.Timeout = 100 * time.Millisecond
	_, err := c.Run(t.Context())
	if !errors.As(err, new(*Error)) || !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "did not end within 100ms") {
		t.Errorf("error is %v, want an *Error for the time", err)
	}
}

// A program that succeeded has succeeded, whatever its children do.
func TestChildHoldsOutput(t *testing.T) {
	if testing.Short() {
		t.Skip("takes as long as pipes are waited for")
	}
	out, err := child(t, "orphan").Run(t.Context())
	if got, want := strings.TrimSpace(string(out)), "done"; err != nil || got != want {
		t.Errorf("got %q, %v, want %q", got, err, want)
	}
}

// The grandchild holds a lock and the output pipe. Both are free after the command
// has been cancelled.
func TestCancelKillsGrandchildren(t *testing.T) {
	lock := filepath.Join(t.TempDir(), "grandchild.lock")
	c := child(t, "parent", lock)
	ctx, cancel := context.WithCancelCause(t.Context())
	reason := errors.New("no longer wanted")
	result := make(chan error, 1)
	go func() {
		_, err := c.Run(ctx)
		result <- err
	}()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		if _, err := os.Stat(lock + ".held"); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the grandchild: got no start, want it to run")
		}
	}
	if _, err := fsutil.TryLock(lock); !errors.Is(err, fsutil.ErrLocked) {
		t.Fatalf("error is %v, want the grandchild's lock", err)
	}
	cancel(reason)
	if err := <-result; err != reason {
		t.Errorf("error is %v, want the cause", err)
	}
	wait, stop := context.WithTimeout(context.Background(), 30*time.Second)
	defer stop()
	got, err := fsutil.WaitLock(wait, lock, func() {})
	if err != nil {
		t.Fatalf("lock of the grandchild: got error %v, want nil after its end", err)
	}
	got.Unlock()
}

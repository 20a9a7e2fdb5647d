package main

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// A session is a run of "winplugin dev" in a script.
type session struct {
	env   []string
	cmd   *exec.Cmd
	ended chan error

	mu  sync.Mutex
	out bytes.Buffer // both outputs
	at  int          // how much of it was looked at
}

func (s *session) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Write(p)
}

// next returns the lines that were not looked at, complete ones only.
func (s *session) next() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	rest := s.out.String()[s.at:]
	return strings.SplitAfter(rest[:strings.LastIndex(rest, "\n")+1], "\n")
}

func sessionOf(ts *testscript.TestScript) *session { return ts.Value("session").(*session) }

// startDev is the command dev of scripts.
func startDev(ts *testscript.TestScript, neg bool, args []string) {
	s := sessionOf(ts)
	if neg || s.cmd != nil {
		ts.Fatalf("usage: dev ARG…, once at a time")
	}
	s.cmd = exec.Command(ts.Getenv("WINPLUGIN"), append([]string{"dev"}, args...)...)
	s.cmd.Dir, s.cmd.Env = ts.MkAbs("."), append(s.env, "PWD="+ts.MkAbs("."))
	s.cmd.Stdout, s.cmd.Stderr = s, s
	s.ended = make(chan error, 1)
	ts.Check(s.cmd.Start())
	cmd, ended := s.cmd, s.ended
	go func() { ended <- cmd.Wait() }()
	ts.Defer(func() { cmd.Process.Kill() })
}

// awaitLine is the command await of scripts.
func awaitLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: await PATTERN")
	}
	s := sessionOf(ts)
	pattern, err := regexp.Compile(args[0])
	ts.Check(err)
	for began := time.Now(); time.Since(began) < 3*time.Minute; time.Sleep(10 * time.Millisecond) {
		for _, line := range s.next() {
			s.mu.Lock()
			s.at += len(line)
			s.mu.Unlock()
			if pattern.MatchString(strings.TrimRight(line, "\r\n")) {
				return
			}
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	ts.Fatalf("got no line %s in:\n%s", args[0], s.out.Bytes())
}

// interrupt is the command interrupt of scripts. On Windows only a console could interrupt.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	s := sessionOf(ts)
	if neg || len(args) > 0 || s.cmd == nil {
		ts.Fatalf("usage: interrupt, after dev")
	}
	if runtime.GOOS == "windows" {
		ts.Check(s.cmd.Process.Kill())
		<-s.ended
	} else {
		ts.Check(s.cmd.Process.Signal(os.Interrupt))
		if err := <-s.ended; err != nil {
			ts.Fatalf("interrupted: got %v, want success, after:\n%s", err, s.out.Bytes())
		}
	}
	if strings.Contains(s.out.String(), "\x1b") {
		ts.Fatalf("got an escape sequence without a terminal:\n%q", s.out.Bytes())
	}
	s.cmd, s.at = nil, 0
	s.out.Reset()
}

func TestClear(t *testing.T) {
	for _, test := range []struct {
		name            string
		screen, verbose bool
		want            string
	}{
		{"on a terminal", true, false, "\x1b[H\x1b[2J\x1b[3Jwinplugin dev a\\u001bb\n\n"},
		{"elsewhere", false, false, ""},
		{"with a log", true, true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			term := &terminal{err: &out, screen: test.screen, verbose: test.verbose}
			term.clear("winplugin dev a\x1bb")
			if got := out.String(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestRound(t *testing.T) {
	for _, test := range []struct {
		d    time.Duration
		want string
	}{{1234567 * time.Microsecond, "1.23s"}, {12345678, "12.35ms"}, {1234567, "1.23ms"}, {1234, "1.23µs"}, {12, "12ns"}} {
		if got := round(test.d).String(); got != test.want {
			t.Errorf("round(%d) = %s, want %s", test.d, got, test.want)
		}
	}
}

package e2e

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

const signalsSource = `package signals

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"runtime/pprof"
	"syscall"
	"time"
)

// Child runs a command on the caller's thread, or on another goroutine, and returns what
// the child says of its signals.
func Child(elsewhere bool) (string, error) {
	if !elsewhere {
		out, err := exec.Command("/bin/grep", "^Sig[BI]", "/proc/self/status").CombinedOutput()
		return string(out), err
	}
	type result struct {
		text string
		err  error
	}
	done := make(chan result)
	go func() { text, err := Child(false); done <- result{text, err} }()
	r := <-done
	return r.text, r.err
}

// BrokenPipe writes to a pipe that nobody reads, on a thread of the plugin's own.
func BrokenPipe() bool {
	done := make(chan bool)
	go func() {
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		r.Close()
		_, err = w.Write([]byte{1})
		w.Close()
		done <- errors.Is(err, syscall.EPIPE)
	}()
	return <-done
}

// Take asks for all signals.
func Take() { signal.Notify(make(chan os.Signal, 100)) }

// Profile profiles the plugin for a while, and returns the profile's size.
func Profile(d time.Duration) (int, error) {
	var b bytes.Buffer
	if err := pprof.StartCPUProfile(&b); err != nil {
		return 0, err
	}
	for end := time.Now().Add(d); time.Now().Before(end); {
	}
	pprof.StopCPUProfile()
	return b.Len(), nil
}
`

// Signals are the host's. What a plugin does with its own runtime's, and with children, does
// no harm.
func TestSignals(t *testing.T) {
	if bridge != winplugin.Pure {
		t.Skip("for the pure bridge")
	}
	p, err := winplugin.Open(buildSource(t, "signals", signalsSource, winplugin.WithoutPolicy()), options()...)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	for _, elsewhere := range []bool{false, true} {
		t.Run(fmt.Sprintf("elsewhere=%t", elsewhere), func(t *testing.T) {
			results, err := p.Call(context.Background(), "Child", elsewhere)
			if err != nil {
				t.Fatal(err)
			}
			if text := results[0].(string); !strings.Contains(text, "SigBlk:\t0000000000000000") {
				t.Errorf("a child (elsewhere: %v): got the status\n%s\nwant no blocked signals", elsewhere, text)
			}
		})
	}
	if !call(t, p, "BrokenPipe")[0].(bool) {
		t.Error("writing to a broken pipe: got false, want EPIPE")
	}
	if n := call(t, p, "Profile", 200*time.Millisecond)[0].(int); n == 0 {
		t.Error("the plugin's profile: got 0 samples, want some")
	}
	call(t, p, "Take")
	for _, want := range []syscall.Signal{syscall.SIGUSR1, syscall.SIGTERM, syscall.SIGINT, syscall.SIGCHLD, syscall.SIGQUIT, syscall.SIGPIPE} {
		t.Run(want.String(), func(t *testing.T) {
			signals := make(chan os.Signal, 1)
			signal.Notify(signals, want)
			defer signal.Stop(signals)
			if err := syscall.Kill(os.Getpid(), want); err != nil {
				t.Fatal(err)
			}
			select {
			case got := <-signals:
				if got != want {
					t.Errorf("got %v, want %v", got, want)
				}
			case <-time.After(patience):
				t.Fatalf("got no %v, want it in the host", want)
			}
		})
	}
	if err := hostFault(); err != nil {
		t.Error(err)
	}
}

package native

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func TestStartState(t *testing.T) {
	for _, test := range []struct {
		name  string
		state startState
		want  string
	}{
		{"starting", startState{state: abi.ImageStarting}, ""},
		{"up", startState{state: abi.ImageUp}, ""},
		{"up, and its first thread has ended", startState{state: abi.ImageUp, threadEnded: true}, ""},
		{"exited", startState{state: abi.ImageExited, exitCode: 2}, "its runtime ended with exit code 2"},
		{"exited, and its first thread has ended", startState{state: abi.ImageExited, exitCode: 3, threadEnded: true}, "its runtime ended with exit code 3"},
		{"thread ended", startState{state: abi.ImageStarting, threadEnded: true}, "the first thread of its runtime ended"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.state.ended(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestDiedErrorHasOutput(t *testing.T) {
	for _, test := range []struct {
		name, output string
		printed      uint64
		want         string
	}{
		{"nothing printed", "........", 0, "it ended"},
		{"blank lines", "\n\n......", 2, "it ended"},
		{"a line", "panic!\n..", 7, "it ended: panic!"},
		{"more than is kept", "panic: a", 1 << 20, "it ended: panic: a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := errDied("lib", "it ended", []byte(test.output), test.printed)
			var load *manifest.LoadError
			if !errors.As(err, &load) || load.Reason != manifest.LoadDied || load.Path != "lib" || load.Err.Error() != test.want {
				t.Errorf("got %v, want reason %q and %q", err, manifest.LoadDied, test.want)
			}
		})
	}
}

func TestStartLimit(t *testing.T) {
	t.Run("no deadline", func(t *testing.T) {
		ctx, cancel := limitStart(t.Context())
		defer cancel()
		deadline, ok := ctx.Deadline()
		if left := time.Until(deadline); !ok || left <= 0 || left > startLimit {
			t.Errorf("got %v left, want %v at most", left, startLimit)
		}
	})
	t.Run("deadline of the caller", func(t *testing.T) {
		want := time.Now().Add(time.Hour)
		parent, cancel := context.WithDeadline(t.Context(), want)
		defer cancel()
		ctx, stop := limitStart(parent)
		defer stop()
		if got, _ := ctx.Deadline(); !got.Equal(want) {
			t.Errorf("got deadline %v, want %v", got, want)
		}
	})
}

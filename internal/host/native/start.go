package native

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// startLimit is how long the runtime of a library of the pure bridge may take to start if
// the context has no deadline. An init function may hang for ever.
const startLimit = 2 * time.Minute

// limitStart returns ctx with a deadline.
func limitStart(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, ok := ctx.Deadline(); ok {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, startLimit, fmt.Errorf("%w after %v", context.DeadlineExceeded, startLimit))
}

// A startState is what a library of the pure bridge and the system tell about the start of
// its runtime.
type startState struct {
	state, exitCode uint64 // of the library's header
	threadEnded     bool   // the first thread of the runtime has ended
}

// ended returns how the runtime has ended, or "" if it has not.
func (s startState) ended() string {
	switch {
	case s.state == abi.ImageUp:
		return ""
	case s.state == abi.ImageExited:
		return fmt.Sprintf("its runtime ended with exit code %d", s.exitCode)
	case s.threadEnded:
		return "the first thread of its runtime ended"
	}
	return ""
}

// errDied reports a runtime that ended while it started. The runtime has written printed
// bytes, the first of which are in output. It may still be printing; the cause comes first.
func errDied(path, how string, output []byte, printed uint64) error {
	output = output[:min(printed, uint64(len(output)))]
	if text := strings.TrimSpace(string(output)); text != "" {
		how += ": " + text
	}
	return &manifest.LoadError{Path: path, Reason: manifest.LoadDied, Err: errors.New(how)}
}

func damaged(path string, err error) error {
	return &manifest.LoadError{Path: path, Reason: manifest.LoadDamaged, Err: fmt.Errorf("%w; build the plugin again", err)}
}

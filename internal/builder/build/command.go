package build

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"sync"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/procgroup"
)

// A command is one run of the go command.
type command struct {
	path string
	args []string
	dir  string
	env  []string
}

// pipeDelay bounds how long output is waited for after the program has ended:
// a compiler cache's server, started by it, may hold the pipe for hours.
const pipeDelay = 5 * time.Second

// outputLimit bounds the output that is kept. Errors come first in it.
const outputLimit = 1 << 20

// run runs the command and returns its output and errors in one. When ctx ends,
// the command and all that it started are killed.
func (c command) run(ctx context.Context) (output []byte, err error) {
	cmd := exec.CommandContext(ctx, c.path, c.args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.WaitDelay = pipeDelay
	out := &head{limit: outputLimit}
	cmd.Stdout, cmd.Stderr = out, out

	release, err := procgroup.Start(cmd)
	if err != nil {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		return nil, fmt.Errorf("starting %s: %w", c.path, err)
	}
	err = cmd.Wait()
	release()
	if ctx.Err() != nil && err != nil {
		return out.bytes(), context.Cause(ctx)
	}
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // the program itself succeeded
	}
	return out.bytes(), err
}

// A head keeps the beginning of what is written to it. It is locked because
// after a WaitDelay the copying goroutine may still write.
type head struct {
	mu    sync.Mutex
	buf   bytes.Buffer
	limit int
}

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if room := h.limit - h.buf.Len(); room > 0 {
		h.buf.Write(p[:min(room, len(p))])
	}
	return len(p), nil
}

func (h *head) bytes() []byte {
	h.mu.Lock()
	defer h.mu.Unlock()
	return bytes.Clone(h.buf.Bytes())
}

package winplugin

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/process"
)

// An Isolation says where a plugin runs: see [WithIsolation].
type Isolation int

// The isolations.
const (
	InProcess Isolation = iota // in the host's process, the default
	Process                    // in a process of its own
)

// WithIsolation runs the plugin in a process of its own, by [Process]. The API is the same, and a
// call takes some microseconds more. The host survives whatever the plugin does to its own memory,
// [Plugin.Survives] returns nil, and [Plugin.Kill] and [Plugin.Close] end the process. Each Open
// starts a process. docs/isolation.md has what differs, and against what it is no boundary.
//
// It works on linux/amd64, with libraries of the bridge [Pure]. Otherwise opening the plugin fails
// with a [*LoadError].
func WithIsolation(i Isolation) Option {
	return func(c *config) error {
		if i != InProcess && i != Process {
			return fmt.Errorf("isolation %d is unknown; use InProcess or Process", i)
		}
		c.isolation = i
		return nil
	}
}

// Limits are what the process of a plugin may use; see [WithLimits]. 0 means no limit of its own.
type Limits struct {
	// Memory is how many bytes of memory the process may have for itself, without what it shares
	// with the host. Go takes memory in pieces of 64 MB, so less than 256 MB may be too little for a
	// plugin to start.
	Memory int64

	// CPU is the processor time of the process, rounded up to seconds. At its end it is killed.
	CPU time.Duration

	// Files is how many descriptors the process may have open.
	Files int
}

// WithLimits limits what a plugin with [WithIsolation] may use. The limits hold before its first
// instruction runs, and for each process that it starts by itself. A plugin that has used up its
// memory or processor time ends, and its calls fail with a [*CrashError].
func WithLimits(l Limits) Option {
	return func(c *config) error {
		if l.Memory < 0 || l.CPU < 0 || l.Files < 0 {
			return errors.New("limits must not be negative; 0 means none")
		}
		c.processLimits = process.Limits{Memory: l.Memory, CPU: l.CPU, Files: l.Files}
		return nil
	}
}

// WithProcessOutput sets where what the plugin with [WithIsolation] writes to standard output and
// standard error goes. The default is the host's. A nil writer means the default. Each writer is
// called by one goroutine at a time.
func WithProcessOutput(stdout, stderr io.Writer) Option {
	return func(c *config) error {
		c.stdout, c.stderr = stdout, stderr
		return nil
	}
}

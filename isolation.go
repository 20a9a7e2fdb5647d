package winplugin

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
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
// On linux/amd64 and windows/amd64 it runs libraries of the bridge [Pure], and on linux/arm64, macOS,
// FreeBSD, NetBSD and OpenBSD programs of the bridge [Program]. On linux/arm64 these have run under
// qemu-user alone, and on the others never. Otherwise opening the plugin fails with a [*LoadError].
func WithIsolation(i Isolation) Option {
	return func(c *config) error {
		if i != InProcess && i != Process {
			return fmt.Errorf("isolation %d is unknown; use InProcess or Process", i)
		}
		c.isolation = i
		return nil
	}
}

// separate reports whether the plugin may run in a process of its own.
func (c *config) separate() bool {
	return c.isolation == Process || c.reload != nil && c.reload.Move
}

// checkIsolation returns an error if options do not fit each other.
func (c *config) checkIsolation() error {
	option := c.processOption()
	switch calls, callbacks := c.limits.Calls, c.limits.Callbacks; {
	case c.separate() && calls > process.MaxCalls:
		return fmt.Errorf("WithMaxCalls(%d): with WithIsolation at most %d calls may be under way", calls, process.MaxCalls)
	case c.separate() && callbacks > process.MaxCallbacks:
		return fmt.Errorf("WithMaxCallbacks(%d): with WithIsolation at most %d goroutines of the plugin may wait in the host", callbacks, process.MaxCallbacks)
	case c.process.Reattach != "" && c.isolation == Process:
		if c.restart != nil || c.reload != nil || c.watch != nil {
			option = "WithRestart, WithReload and WithWatch"
		}
		if option != "" {
			return fmt.Errorf("WithReattach: the host does not start the process; leave %s out", option)
		}
		return nil
	case c.process.Reattach != "":
		return errors.New("WithReattach is for a process of its own: give WithIsolation(Process), too")
	case c.separate(), option == "":
		return nil
	}
	return fmt.Errorf("%s is for a process of its own: give WithIsolation(Process) or ReloadPolicy.MoveToProcess, too", option)
}

// processOption returns the name of an option for a process that the host starts, "" if none is given.
func (c *config) processOption() string {
	switch {
	case c.process.Limits != process.Limits{}:
		return "WithLimits"
	case c.environment != nil:
		return "WithEnvironment"
	case c.process.Folder != "":
		return "WithFolder"
	case c.process.Stdout != nil || c.process.Stderr != nil:
		return "WithProcessOutput"
	case c.process.Log != nil:
		return "WithProcessLog"
	case c.process.Debugger != nil:
		return "WithDebugger"
	case c.process.LowIntegrity:
		return "WithLowIntegrity"
	}
	return ""
}

// Limits are what the process of a plugin may use; see [WithLimits]. 0 means no limit of its own.
type Limits struct {
	// Memory is how many bytes of memory the process may have for itself, without what it shares
	// with the host. Go takes memory in pieces of 64 MB, so less than 256 MB may be too little for a
	// plugin to start. macOS, FreeBSD and NetBSD have no such limit: opening the plugin fails there.
	Memory int64

	// CPU is the processor time of the process, rounded up to seconds. At its end it is killed. On
	// Windows the time in the kernel does not count.
	CPU time.Duration

	// Files is how many descriptors the process may have open. Windows has no such limit: opening
	// the plugin fails there.
	Files int

	// Processes is how many processes and threads the plugin may have. Linux counts them where the host
	// may make a control group that limits them. Elsewhere Linux counts those of the
	// user: the limit holds for what the plugin starts, and what other programs of the user have
	// started since counts, too; it does not hold for root. A Go program needs some ten threads, and
	// ends if it cannot start one. Windows counts the processes of the plugin, with its own, and no
	// threads. macOS and the BSDs have no such limit: opening the plugin fails there.
	Processes int

	// Output is how many bytes the process may write to standard output and standard error. Then it
	// is killed.
	Output int64

	// TotalMemory is how many bytes of memory the process and those that it starts may use together, as
	// the system counts them. On Linux the host must be allowed to make a control group that limits memory,
	// and what the plugin uses first of the memory that it shares with the host counts, and files that
	// the kernel keeps for it. At the limit it is killed. On Windows its requests for memory fail then.
	// Where there is no such limit, opening the plugin fails.
	TotalMemory int64
}

// WithLimits limits what a plugin with [WithIsolation] may use. The limits hold before its first
// instruction runs, and but for TotalMemory for each process that it starts by itself. A plugin that has used up its
// memory or processor time ends, and its calls fail with a [*CrashError].
func WithLimits(l Limits) Option {
	return func(c *config) error {
		if l.Memory < 0 || l.CPU < 0 || l.Files < 0 || l.Processes < 0 || l.Output < 0 || l.TotalMemory < 0 {
			return errors.New("limits must not be negative; 0 means none")
		}
		c.process.Limits = process.Limits(l)
		return nil
	}
}

// WithEnvironment adds to the environment of a plugin with [WithIsolation]. A plugin gets few of the
// host's variables: PATH, the home folder, the language, the time zone, the folder for temporary
// files, and those of Go's runtime and of certificates. An entry NAME passes that variable of the host,
// "NAME=value" sets one, and a star in a NAME stands for any text: "*" passes all. What one side
// changes later does not change the other's environment.
func WithEnvironment(entries ...string) Option {
	return func(c *config) error {
		if err := process.CheckEnvironment(entries); err != nil {
			return err
		}
		c.environment = append(slices.Clone(c.environment), entries...)
		return nil
	}
}

// WithFolder sets the folder in which a plugin with [WithIsolation] works. By default it has an empty
// one of its own, which is removed when the process has ended, or if the host was killed, when another
// host starts a plugin.
func WithFolder(dir string) Option {
	return func(c *config) error {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return fmt.Errorf("WithFolder(%q): there is no such folder", dir)
		}
		c.process.Folder = dir
		return nil
	}
}

// WithLowIntegrity starts a plugin with [WithIsolation] on Windows with a token of low integrity: it can
// write to no file, registry key or other object of the user that is not marked for such processes, but to its own
// folder, which is the one for temporary files, too. It cannot use the clipboard and the windows of other programs, change
// settings of the system, or end the user's session. It can still read what the user can, and use the
// network. A folder of [WithFolder] is not marked: icacls DIR /setintegritylevel (OI)(CI)low does that.
// Elsewhere opening the plugin fails.
func WithLowIntegrity() Option {
	return func(c *config) error {
		if runtime.GOOS != "windows" {
			return errors.New("WithLowIntegrity: this system has no levels of integrity; leave it out here")
		}
		c.process.LowIntegrity = true
		return nil
	}
}

// WithDebugger makes the process of a plugin with [WithIsolation] wait for a debugger before its first
// instruction runs. attach gets its process id, and may start or tell the debugger: the process runs on
// when one has attached. Without a deadline of its context, [OpenContext] waits for ever. The program
// has no symbols, because it is made of the library in memory: the debugger reads them from the library's
// file. It works on linux/amd64; elsewhere opening the plugin fails.
func WithDebugger(attach func(pid int)) Option {
	return func(c *config) error {
		if attach == nil {
			return errors.New("WithDebugger(nil): give a func that gets the process id")
		}
		c.process.Debugger = attach
		return nil
	}
}

// WithReattach uses a process that somebody has started by hand, under a debugger for instance, in place of
// starting one. It needs [WithIsolation]. The variable WINPLUGIN_REATTACH in the environment of that process
// names the same folder:
//
//	WINPLUGIN_REATTACH=/tmp/calculator dlv exec ./calculator.so
//
// The process makes the folder, which no other user may enter, runs its init functions, says on
// standard error that it waits, and serves the first host that opens the very library that it runs. Opening
// another one is a [*LoadError]. [OpenContext] waits for the process, without a deadline of its context
// for ever.
//
// The host sends no signals to the process and never kills it. When the host closes or kills the plugin, or
// ends, it closes the connection; the process then ends by itself, once a debugger lets it run. How
// it has ended is not known: CrashError.ExitCode is -1. The process has the environment, the folder, the output and
// the rights that it was started with. Options that are about these, [WithRestart] and [WithReload] are
// errors.
//
// It works on Linux, and is type-checked for macOS, FreeBSD, NetBSD and OpenBSD. On Windows opening the plugin
// fails.
func WithReattach(dir string) Option {
	return func(c *config) error {
		path, err := filepath.Abs(dir)
		if dir == "" || err != nil || len(path) > process.MaxReattach {
			return fmt.Errorf("WithReattach(%q): name a folder, by a path of at most %d bytes", dir, process.MaxReattach)
		}
		c.process.Reattach = path
		return nil
	}
}

// WithProcessOutput sets where what the plugin with [WithIsolation] writes to standard output and
// standard error goes. The default is the host's. A nil writer means the default. Each writer is
// called by one goroutine at a time.
func WithProcessOutput(stdout, stderr io.Writer) Option {
	return func(c *config) error {
		c.process.Stdout, c.process.Stderr = stdout, stderr
		return nil
	}
}

// WithProcessLog logs each line that the plugin with [WithIsolation] writes to standard output and
// standard error. The attribute "plugin" is the plugin's name, and "stream" is stdout or stderr. The
// level is that of a word in brackets with which the line begins, such as [ERROR], or Info. A line of
// more than 64 KB is several records. [WithProcessOutput] gets the same, and without it the host's
// standard output and standard error get nothing.
func WithProcessLog(h slog.Handler) Option {
	return func(c *config) error { c.process.Log = h; return nil }
}

// ProcessStats are what the process of a plugin with [WithIsolation] has done and has. After its end
// they are those of the end.
type ProcessStats struct {
	Pid       int
	Started   time.Time
	Calls     uint64        // of functions and methods of the plugin
	Callbacks uint64        // of the host by the plugin, with what keeps both sides in step
	Output    int64         // bytes that it has written to standard output and standard error, unless the host's are files
	CPU       time.Duration // of all its threads
	Memory    int64         // bytes that are resident, with those that it shares with the host; 0 after the end
	Peak      int64         // the most that Memory has been
	Threads   int           // 0 after the end
	Contained bool          // what it starts cannot outlive it: it has a job object (Windows) or a control group (Linux)
}

// ProcessStats returns what the plugin's process has done and has, and false if the plugin runs in the
// host's process. After a restart they are those of the new process, and [Plugin.Restarts] counts.
// [WithLogger] logs the same when the process starts and ends.
func (p *Plugin) ProcessStats() (stats ProcessStats, ok bool) {
	u, ok := p.current().Usage()
	return ProcessStats(u), ok
}

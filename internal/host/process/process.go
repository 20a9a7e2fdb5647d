// Package process is the backend that runs a plugin in a process of its own.
//
// The process runs the same library of the pure bridge that package native loads: it is a
// program too. Both sides share memory, in which package exchange has its places. Everything
// that this package reads there may be written by hostile code at any time, so it reads each
// number once, checks it, and passes on copies.
package process

import (
	"fmt"
	"io"
	"log/slog"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
	"github.com/RamanSharma100/go-winplugin/internal/shared/wire"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// The most calls, and the most goroutines of the plugin that wait in the host: the shared memory
// has so many lanes, with some left for operations.
const (
	MaxCalls     = exchange.CallLanes / 2
	MaxCallbacks = exchange.MaxCallbacks
)

// Limits are what the process may use; 0 means what the host may. They hold before its first
// instruction runs.
type Limits struct {
	Memory int64         // bytes that it can write to and does not share
	CPU    time.Duration // of all its threads, in whole seconds
	Files  int           // descriptors open at once

	// Processes are how many processes and threads there may be beyond its first one: in its control group,
	// or else of the user of the host, beyond those that there are when it starts.
	Processes int

	Output int64 // bytes that it writes to standard output and standard error

	// TotalMemory is the memory of the process and of those that it starts together, as the system counts it.
	TotalMemory int64
}

// Options say how a process is started.
type Options struct {
	Name           string            // of the program, for lists of processes
	Stdout, Stderr io.Writer         // for what the plugin writes there; nil: the host's own, unless there is a log
	Log            slog.Handler      // for each line of that; nil: none
	Handle         func(*wire.Frame) // handles callbacks
	Limits         Limits
	Environment    []string      // of the process
	Debugger       func(pid int) // called before the process runs, which then waits for a debugger; nil: it does not
	Folder         string        // in which it works; "": one of its own, which ends with it
	LowIntegrity   bool          // on Windows: it may write to little of what the user has

	Reattach string // folder in which a process waits that somebody else has started; "": this one starts it

	entry    uint32 // of the program: see manifest.Bridge
	program  bool   // it is made for this alone: see manifest.Program
	manifest []byte // of the library
}

// MaxReattach bounds the path of Options.Reattach. With the name of a socket, the systems take 104 bytes.
const MaxReattach = 90

// A Usage is what a process has done and has.
type Usage struct {
	Pid       int
	Started   time.Time
	Calls     uint64 // of functions and methods of the plugin
	Callbacks uint64 // from the plugin, with operations
	Output    int64  // bytes that it has written to standard output and standard error, unless these are files
	CPU       time.Duration
	Memory    int64 // bytes that are resident, with shared ones; 0 after the end
	Peak      int64 // the most bytes that were
	Threads   int   // 0 after the end
	Contained bool  // what it starts ends with it
}

// refuse is the error of a library that cannot run in a process of its own.
func refuse(file *native.File, err error) error {
	return &manifest.LoadError{Path: file.Path(), Reason: manifest.LoadRefused, Err: fmt.Errorf("it cannot run in a process of its own: %w", err)}
}

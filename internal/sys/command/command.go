// Package command runs programs for their output: the go command, compilers, package
// managers. It decides in one place how a program and its children end with the
// context, how long it waits for their pipes, and how much of their output it keeps.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/procgroup"
)

// A Command is one run of a program.
type Command struct {
	Path string // as in exec.Command
	Args []string
	Dir  string   // "" is the current folder
	Env  []string // nil is the environment of this process

	Timeout time.Duration // 0 is none
	Output  io.Writer     // gets all that is printed, as it comes; may be nil
}

const (
	// pipeDelay bounds the wait for output after the program has ended. The server of
	// a compiler cache, started by a compiler, may hold the pipe for hours.
	pipeDelay = 5 * time.Second

	// stdoutLimit bounds what is kept of standard output. What go list prints of a
	// large program has some ten megabytes.
	stdoutLimit = 256 << 20

	// stderrLimit bounds what is kept of standard error: half of it of the beginning,
	// where compilers print the first error, and half of the end, where installers
	// print the last.
	stderrLimit = 1 << 20
)

type lowPriority struct{}

// WithLowPriority returns a context with which commands, and what they start, have less than the
// usual priority.
func WithLowPriority(ctx context.Context) context.Context {
	return context.WithValue(ctx, lowPriority{}, true)
}

// Run runs the command, waits for it, and returns what it printed to standard output.
// When ctx ends, the program and all processes that it has started are killed, and the error
// is the context's cause. Any other error is an [*Error].
func (c Command) Run(ctx context.Context) (stdout []byte, err error) {
	if err := context.Cause(ctx); err != nil {
		return nil, err
	}
	limited := ctx
	if c.Timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeoutCause(ctx, c.Timeout, &timeoutError{c.Timeout})
		defer cancel()
	}
	cmd := exec.CommandContext(limited, c.Path, c.Args...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = c.Dir, c.Env, pipeDelay
	if c.Dir != "" {
		// The go command takes the name of its folder from PWD. Without it a folder
		// that is reached through a symbolic link has another name there than here.
		cmd.Env = append(cmd.Environ(), "PWD="+c.Dir)
	}
	out, problems := &capture{head: stdoutLimit}, &capture{head: stderrLimit / 2, tail: stderrLimit / 2}
	cmd.Stdout, cmd.Stderr = out, problems
	if c.Output != nil {
		also := &shared{to: c.Output}
		cmd.Stdout, cmd.Stderr = io.MultiWriter(out, also), io.MultiWriter(problems, also)
	}

	err = procgroup.Run(cmd, ctx.Value(lowPriority{}) != nil)
	if errors.Is(err, exec.ErrWaitDelay) {
		err = nil // the program itself succeeded
	}
	if err == nil && out.lost > 0 {
		err = fmt.Errorf("it prints more than %d MB", stdoutLimit>>20)
	}
	if err == nil {
		return out.bytes(), nil
	}
	if cause := context.Cause(ctx); cause != nil {
		return out.bytes(), cause
	}
	if cause := context.Cause(limited); cause != nil {
		err = cause
	}
	return out.bytes(), &Error{Command: append([]string{c.Path}, c.Args...), Stdout: out.text(), Stderr: problems.text(), Err: err}
}

// A timeoutError reports a program that was ended because it took too long.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("it did not end within %v", e.after) }

// Is makes the error a context.DeadlineExceeded.
func (e *timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }

// An Error reports a program that failed or was not started.
type Error struct {
	Command        []string // the program and its arguments
	Stdout, Stderr string   // what it printed; of much output the beginning and the end
	Err            error    // an *exec.ExitError if the program ended by itself
}

// Output is the program's output, standard error first.
func (e *Error) Output() string {
	return strings.TrimSpace(e.Stderr + "\n" + e.Stdout)
}

func (e *Error) Error() string {
	text := fmt.Sprintf("failed to run %s: %v", strings.Join(e.Command, " "), e.Err)
	said := strings.TrimSpace(e.Stderr)
	if said == "" {
		said = strings.TrimSpace(e.Stdout)
	}
	const longest = 2000
	if len(said) > longest {
		said = "... " + strings.ToValidUTF8(said[len(said)-longest:], "")
	}
	if said != "" {
		text += ": " + said
	}
	return text
}

func (e *Error) Unwrap() error { return e.Err }

// NotStarted reports whether err says that a program did not even start.
func NotStarted(err error) bool {
	e := new(Error)
	if !errors.As(err, &e) || errors.As(err, new(*exec.ExitError)) {
		return false
	}
	return !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, os.ErrProcessDone)
}

// Command winplugin builds ordinary Go packages as plugins and calls them.
//
//	winplugin call ./examples/calculator Execute 10 20
//	winplugin dev ./examples/calculator Execute 10 20
//	winplugin build ./examples/calculator -o calculator.dll --target windows/amd64
//	winplugin inspect calculator.dll
//	winplugin check ./examples/calculator
//
// The exit code says what went wrong:
//
//	0    success
//	1    any other failure
//	2    the command line is wrong: an unknown command, flag or function, or an argument that does not match
//	3    the plugin's source cannot be built
//	4    the policy refuses the plugin
//	5    Go or a C compiler is missing or unsuitable
//	6    the library cannot be loaded or read
//	7    the plugin's function returned an error
//	8    the plugin's function panicked
//	130  interrupted by Ctrl-C or SIGTERM
//
// A plugin may end the whole process with another exit code. If a goroutine that the
// plugin started panics, Go's runtime ends the process with 2 on Windows, and with
// SIGABRT (134 in a shell) elsewhere.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		// The first signal cancels the context. A second one ends the process at once.
		signal.Reset(os.Interrupt, syscall.SIGTERM)
		cancel(errInterrupted)
	}()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// errInterrupted is the cause of the context's end if the user interrupts the command.
var errInterrupted = errors.New("interrupted")

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	t := newTerminal(stdout, stderr)
	root := newRootCommand(t)
	if args == nil {
		args = []string{} // cobra takes nil to mean os.Args
	}
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	defer t.stop()
	// A failure after the interruption is most likely one because of it.
	if err != nil && errors.Is(context.Cause(ctx), errInterrupted) {
		err = errInterrupted
	}
	if timeout := new(timeoutError); err != nil && (errors.As(err, &timeout) || errors.As(context.Cause(cmd.Context()), &timeout)) {
		err = timeout
	}
	if err != nil {
		t.failure(err)
	}
	return exitCode(err)
}

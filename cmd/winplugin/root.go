package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"
)

func newRootCommand(t *terminal) *cobra.Command {
	f := new(flags)
	root := &cobra.Command{
		Use:   "winplugin",
		Short: "Build ordinary Go packages as plugins and call them",
		Long: `winplugin makes any ordinary Go package a plugin: it builds the package in a folder
as a library, and calls its functions. It keeps the library, and builds it again
only if something has changed.`,
		Example: `  winplugin call ./examples/calculator Execute 10 20
  winplugin dev ./examples/calculator Execute 10 20
  winplugin build ./examples/calculator -o calculator.dll --target windows/amd64
  winplugin inspect calculator.dll
  winplugin check ./examples/calculator`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return &usageError{cmd, "name a command: call, dev, build, inspect, check, doctor, setup or version"}
		},
		PersistentPreRun: func(cmd *cobra.Command, _ []string) {
			t.verbose = f.verbose
			if f.timeout > 0 {
				var ctx context.Context
				ctx, t.stop = context.WithTimeoutCause(cmd.Context(), f.timeout, &timeoutError{after: f.timeout})
				cmd.SetContext(ctx)
			}
		},
	}
	f.register(root)
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return &usageError{cmd, err.Error()}
	})
	root.SetVersionTemplate("{{.Version}}\n")
	root.Version = version()
	root.AddCommand(newCallCommand(t, f), newDevCommand(t, f), newBuildCommand(t, f), newInspectCommand(t, f), newCheckCommand(t, f), newDoctorCommand(t, f), newSetupCommand(t, f), newVersionCommand(t), newExitCodesTopic())
	addCompletion(root)
	root.SetHelpCommand(newHelpCommand())
	return root
}

// unknownCommand refuses the first argument when it is no command.
func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := "unknown command " + quote(args[0])
	cmd.SuggestionsMinimumDistance = 2
	if like := cmd.SuggestionsFor(args[0]); len(like) > 0 {
		text += "; did you mean " + strings.Join(like, " or ") + "?"
	}
	return &usageError{cmd, text}
}

// A timeoutError reports that the time of --timeout is over.
type timeoutError struct {
	after   time.Duration
	outcome string // what has become of what was not finished
}

func (e *timeoutError) Error() string {
	return fmt.Sprintf("not finished after %v%s; give it more time with --timeout", e.after, e.outcome)
}

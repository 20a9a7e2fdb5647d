package main

import (
	"github.com/spf13/cobra"
)

// newHelpCommand replaces cobra's own, which succeeds for an unknown topic.
func newHelpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Show help about a command",
		Args:  cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			topic, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(root, args)
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}

// newExitCodesTopic is a help topic: a command that does not run.
func newExitCodesTopic() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `The exit code says what went wrong:

  0    success
  1    any other failure
  2    the command line is wrong: an unknown command, flag or function, or an
       argument that does not match
  3    the plugin's source cannot be built
  4    the policy refuses the plugin
  5    Go or a C compiler is missing or unsuitable
  6    the library cannot be loaded or read
  7    the plugin's function returned an error
  8    the plugin's function panicked
  130  interrupted by Ctrl-C or SIGTERM

A plugin may end the whole process with another exit code. If a goroutine that the
plugin started panics, Go's runtime ends the process with 2 on Windows, and with
SIGABRT (134 in a shell) elsewhere.`,
	}
}

package main

import (
	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func newCheckCommand(t *terminal, f *flags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "check DIR…",
		Short: "Check whether a package can be a plugin",
		Long: `Check analyses the Go package in a folder, or one that is named by its import path,
and applies the policy. It lists the functions that a host can call, and the other
exported functions with the reason. Several packages are checked as those of one library.
It builds nothing.

The exit code is 0 if the package can be a plugin, 3 if its source cannot be built, 4
if the policy refuses it, and 5 if a tool is missing that the build needs.`,
		Example: `  winplugin check ./examples/calculator
  winplugin check --target windows/amd64 ./examples/calculator`,
		Args: arguments("DIR", "[DIR…]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := winplugin.Check(cmd.Context(), args[0], append(f.options(t), winplugin.WithPackages(args[1:]...))...)
			if err != nil {
				return &pluginError{path: args[0], err: err}
			}
			if asJSON {
				return t.printJSON("manifest", m)
			}
			return t.print(printable(summary(m)))
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the manifest that a library would have")
	f.registerTarget(cmd)
	return cmd
}

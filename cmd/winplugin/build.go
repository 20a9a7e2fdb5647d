package main

import (
	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func newBuildCommand(t *terminal, f *flags) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "build DIR… [-o FILE]",
		Short: "Build a plugin's library",
		Long: `Build makes a library of the Go package in a folder, or of one that is named by its
import path, and prints the library's path. It only reads the folder.

Of several packages it makes one library. Names of the first one's functions stay as they
are, those of the others begin with their package's: ext.Render.

With -o it writes a copy of the library to that file, and the C header of its exports
beside it. Without -o the path is that of the library in the cache, which must not be
changed.

For Windows and linux/amd64 Go alone is enough. For other systems, for plugins that use
cgo and for C exports, a C compiler for the target is needed.`,
		Example: `  winplugin build ./examples/calculator -o calculator.so
  winplugin build ./examples/calculator -o calculator.dll --target windows/amd64
  winplugin build ./shop ./shop/report -o shop.so`,
		Args: arguments("DIR", "[DIR…]"),
		RunE: func(cmd *cobra.Command, args []string) error {
			opts := append(f.options(t), winplugin.WithPackages(args[1:]...))
			if cmd.Flags().Changed("output") {
				if output == "" {
					return &usageError{cmd, "the name of the output file is empty"}
				}
				opts = append(opts, winplugin.WithOutput(output))
			}
			a, err := winplugin.Build(cmd.Context(), args[0], opts...)
			if err != nil {
				return &pluginError{path: args[0], err: err}
			}
			return t.print(a.Path + "\n")
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "put the library into this `file`, or under the package's name into this folder")
	f.registerTarget(cmd)
	return cmd
}

package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/build"
)

func newInspectCommand(t *terminal, f *flags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "inspect LIBRARY|DIR",
		Short: "Show what a plugin has",
		Long: `Inspect shows a plugin's manifest: its package and documentation, its functions and
their C symbols, the exported functions that cannot be called with the reason, the
types, the dependencies, and what it was built with.

Inspect runs no code of a library, which may be for any system. It analyses the
package in a folder, and does not build it.`,
		Example: `  winplugin inspect calculator.dll
  winplugin inspect --json ./examples/calculator`,
		Args: arguments("LIBRARY|DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			m, err := inspect(cmd.Context(), args[0], f.options(t))
			if err != nil {
				return &pluginError{path: args[0], err: err}
			}
			if !asJSON {
				return t.print(printable(describe(m)))
			}
			return t.printJSON("manifest", m)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the manifest itself")
	f.registerTarget(cmd)
	return cmd
}

func inspect(ctx context.Context, path string, opts []winplugin.Option) (*winplugin.Manifest, error) {
	info, err := os.Stat(path)
	_, imported := build.ImportPath(path)
	switch {
	case imported:
		return winplugin.Check(ctx, path, opts...)
	case err != nil:
		return nil, fmt.Errorf("%w; name a library, a folder with a Go package, or a package by its import path", err)
	case info.IsDir(), filepath.Ext(path) == ".go" && info.Mode().IsRegular():
		return winplugin.Check(ctx, path, opts...)
	}
	return winplugin.Inspect(path)
}

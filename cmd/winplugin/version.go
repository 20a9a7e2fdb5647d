package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
)

func newVersionCommand(t *terminal) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Long: `Version shows the version of winplugin, the Go version it was built with, its system,
and the version of the bridge, which a library must have to be loaded.`,
		Args: arguments(),
		RunE: func(*cobra.Command, []string) error { return t.print(version() + "\n") },
	}
}

func version() string {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return fmt.Sprintf("winplugin %s (%s, %s/%s, bridge %d)", v, runtime.Version(), runtime.GOOS, runtime.GOARCH, bridge.Version)
}

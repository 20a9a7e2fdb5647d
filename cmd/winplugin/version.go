package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

func newVersionCommand(t *terminal) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Show the version",
		Long: `Version shows the version of winplugin, the Go version it was built with, its system,
and the version of the bridge, which a library must have to be loaded.`,
		Args: arguments(),
		RunE: func(*cobra.Command, []string) error {
			if asJSON {
				return t.printJSON("version", versions())
			}
			return t.print(version() + "\n")
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the versions as JSON")
	return cmd
}

// A versionReport is what "version --json" prints.
type versionReport struct {
	Version string `json:"version"` // of winplugin
	Go      string `json:"go"`      // that it was built with
	GOOS    string `json:"goos"`
	GOARCH  string `json:"goarch"`
	Bridge  int    `json:"bridge"` // the version that a library must have
	Format  int    `json:"format"` // of manifests
}

func versions() versionReport {
	v := "(devel)"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v = info.Main.Version
	}
	return versionReport{v, runtime.Version(), runtime.GOOS, runtime.GOARCH, bridge.Version, manifest.Format}
}

func version() string {
	v := versions()
	return fmt.Sprintf("winplugin %s (%s, %s/%s, bridge %d)", v.Version, v.Go, v.GOOS, v.GOARCH, v.Bridge)
}

package main

import (
	"context"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// addCompletion adds the command that prints completion scripts. For an unknown shell, cobra's own
// command prints help.
func addCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		if cmd.Name() != "completion" {
			continue
		}
		var shells []string
		for _, shell := range cmd.Commands() {
			shells = append(shells, shell.Name())
		}
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			known := strings.Join(shells, ", ")
			if len(args) == 0 {
				return &usageError{cmd, "name a shell: " + known}
			}
			return &usageError{cmd, "there is no completion for " + quote(args[0]) + ", only for " + known}
		}
		cmd.RunE = func(*cobra.Command, []string) error { return nil } // Args has refused
	}
}

// completeBridge completes --bridge.
func completeBridge(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"auto", string(winplugin.CGO), string(winplugin.Pure), string(winplugin.Program)}, cobra.ShellCompDirectiveNoFileComp
}

// completeTarget completes --target.
func completeTarget(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return []string{"darwin/amd64", "darwin/arm64", "freebsd/amd64", "linux/amd64", "linux/arm64", "netbsd/amd64", "openbsd/amd64", "windows/amd64", "windows/arm64"}, cobra.ShellCompDirectiveNoFileComp
}

// completeFunction completes the arguments of call: the plugin's path, then its
// functions.
func completeFunction(f *flags) cobra.CompletionFunc {
	return func(cmd *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
		if len(args) != 1 {
			return nil, cobra.ShellCompDirectiveDefault
		}
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		quiet := &terminal{out: io.Discard, err: io.Discard}
		m, err := inspect(ctx, args[0], append(f.options(quiet), winplugin.WithoutInstall()))
		if err != nil {
			return nil, cobra.ShellCompDirectiveError
		}
		names := make([]string, len(m.Functions))
		for i := range m.Functions {
			names[i] = m.Functions[i].Name
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

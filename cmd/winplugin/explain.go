package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// explain returns the error as text that a person can act on.
func explain(err error, verbose bool) string {
	var plugin *pluginError
	if !errors.As(err, &plugin) {
		plugin = &pluginError{}
	}
	var (
		usage    *usageError
		build    *winplugin.BuildError
		refused  *winplugin.PolicyError
		missing  *winplugin.ToolchainError
		load     *winplugin.LoadError
		result   *winplugin.ErrorResult
		panicked *winplugin.PanicError
	)
	switch {
	case errors.As(err, &usage):
		return usageText(usage)
	case errors.As(err, &refused):
		return policyText(refused, plugin.path)
	case errors.As(err, &missing): // may have a BuildError for its cause
		return toolchainText(missing, verbose)
	case errors.As(err, &build):
		return buildText(build, plugin.path, verbose)
	case errors.As(err, &load) && filepath.Ext(load.Path) == ".go":
		return err.Error() + "\nhint: name the folder that the file is in"
	case errors.As(err, &result):
		return fmt.Sprintf("%s: %s", plugin.function, result.Message)
	case errors.As(err, &panicked) && panicked.Stack != "":
		return err.Error() + "\n\n" + panicked.Stack
	}
	return err.Error()
}

func usageText(e *usageError) string {
	path := e.cmd.CommandPath()
	if !e.cmd.HasParent() {
		return fmt.Sprintf("%s\nhint: \"%s help\" lists the commands and flags", e.text, path)
	}
	return fmt.Sprintf("%s\nusage: %s\nhint: \"%s --help\" says more", e.text, e.cmd.UseLine(), path)
}

func buildText(e *winplugin.BuildError, dir string, verbose bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "plugin package %s cannot be built", e.Package)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	for _, d := range e.Diagnostics {
		d.File = at(dir, d.File)
		fmt.Fprintf(&b, "\n%v", d)
	}
	if e.Output != "" && (verbose || len(e.Diagnostics) == 0) {
		b.WriteString("\n" + e.Output)
	}
	return b.String()
}

func policyText(e *winplugin.PolicyError, dir string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "policy refuses plugin package %s", e.Package)
	var allow []string
	mendable := true
	for _, v := range e.Violations {
		v.File = at(dir, v.File)
		fmt.Fprintf(&b, "\n%v", v)
		if v.Allow == "" {
			mendable = false
		} else if flag := "--allow " + v.Allow; !slices.Contains(allow, flag) {
			allow = append(allow, flag)
		}
	}
	b.WriteString("\nhint: remove these from the plugin; if you trust it, ")
	if mendable && len(allow) > 0 {
		b.WriteString("let them pass with " + strings.Join(allow, " "))
	} else {
		b.WriteString("switch the policy off with --no-policy")
	}
	return b.String()
}

func toolchainText(e *winplugin.ToolchainError, verbose bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "no %s found", e.Missing)
	if e.Err != nil {
		fmt.Fprintf(&b, ": %v", e.Err)
	}
	if p := new(winplugin.ToolchainProblem); verbose && errors.As(e.Err, &p) && p.Output != "" {
		b.WriteString("\n" + p.Output)
	}
	if len(e.Looked) > 0 {
		b.WriteString("\nlooked for:\n\t" + strings.Join(e.Looked, "\n\t"))
	}
	if e.Remedy != "" {
		b.WriteString("\nmend it with:\n\t" + strings.ReplaceAll(strings.TrimSpace(e.Remedy), "\n", "\n\t"))
	}
	if e.Setup {
		b.WriteString("\nhint: \"winplugin setup\" installs what is missing")
	}
	if e.Trap != "" || e.Setup {
		b.WriteString("\nhint: \"winplugin doctor\" shows all that was found")
	}
	return b.String()
}

// at makes a file's path, relative to the plugin's folder, one that editors find
// from where the command runs.
func at(dir, file string) string {
	if file == "" || filepath.IsAbs(file) {
		return file
	}
	return filepath.Join(dir, file)
}

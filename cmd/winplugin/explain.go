package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
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
		result   *winplugin.ErrorResult
		returned *returnedError
		panicked *winplugin.PanicError
	)
	switch {
	case errors.As(err, &returned):
		return fmt.Sprintf("%s: %v", plugin.function, returned.err)
	case errors.As(err, &usage):
		return usageText(usage)
	case errors.As(err, &refused):
		return policyText(refused, plugin.path)
	case errors.As(err, &missing): // may have a BuildError for its cause
		return toolchainText(missing, verbose)
	case errors.As(err, &build):
		return buildText(build, plugin.path, verbose)
	case errors.As(err, &result):
		return fmt.Sprintf("%s: %s", plugin.function, result.Message)
	case errors.As(err, &panicked) && panicked.Stack != "":
		stack := panicked.Stack
		if !verbose {
			stack = pluginStack(stack)
		}
		return err.Error() + "\n\n" + stack
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
	curable := true
	for _, v := range e.Violations {
		v.File = at(dir, v.File)
		fmt.Fprintf(&b, "\n%v", v)
		if v.Allow == "" {
			curable = false
		} else if flag := "--allow " + v.Allow; !slices.Contains(allow, flag) {
			allow = append(allow, flag)
		}
	}
	b.WriteString("\nhint: remove these from the plugin; if you trust it, ")
	if curable && len(allow) > 0 {
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
		b.WriteString("\nfix it with:\n\t" + strings.ReplaceAll(strings.TrimSpace(e.Remedy), "\n", "\n\t"))
	}
	if e.Setup {
		what := ""
		if strings.HasPrefix(e.Missing, "C compiler") {
			what = " compiler"
		}
		b.WriteString("\nhint: \"" + program() + " setup" + what + "\" installs what is missing")
	}
	if e.Trap != "" || e.Setup {
		b.WriteString("\nhint: \"" + program() + " doctor\" shows all that was found")
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

// program is this command as the user can type it: by its name if that is in PATH, by
// its path, or through go run if it was started so.
func program() string {
	const name = "winplugin"
	if _, err := exec.LookPath(name); err == nil {
		return name
	}
	self, err := os.Executable()
	if err != nil || strings.Contains(filepath.ToSlash(self), "/go-build") {
		return "go run " + detect.Program
	}
	if strings.Contains(self, " ") {
		self = `"` + self + `"`
	}
	return self
}

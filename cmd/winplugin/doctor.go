package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

func newDoctorCommand(t *terminal, f *flags) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Show what builds plugins, try it, and say how to fix it",
		Long: `Doctor searches Go and C compilers wherever a build would, and tries them. With Go it
builds a program. With each compiler, and once on each machine with the pure bridge,
it builds a small library, which a separate process loads and calls. It shows what it
found and where, what works, what is wrong, and the commands that fix it. It installs
nothing, and changes only the cache folder.

The exit code is 0 if plugins can be built for the target, and 5 if they cannot. For
Windows and linux/amd64 Go alone is enough, unless --bridge cgo or --cc asks for a compiler.`,
		Example: `  winplugin doctor
  winplugin doctor --target windows/amd64
  winplugin doctor --json --cc "C:\mingw64\bin\gcc.exe"`,
		Args: arguments(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			r, err := winplugin.Diagnose(cmd.Context(), f.options(t)...)
			if err != nil {
				return err
			}
			if asJSON {
				err = t.printJSON("report", r)
			} else {
				err = t.print(printable(diagnosis(r, t.verbose)))
			}
			if err != nil {
				return err
			}
			if !r.Ready {
				return &unready{r.Target}
			}
			return nil
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the report as JSON")
	f.registerTarget(cmd)
	return cmd
}

// An unready error ends the doctor with the exit code of an unsuitable toolchain.
// The report has said why.
type unready struct{ target string }

func (e *unready) Error() string {
	return "plugins for " + e.target + " cannot be built; the report says how to fix that"
}

// diagnosis is the report for people.
func diagnosis(r *winplugin.Report, verbose bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n\n", verdict(r))
	fmt.Fprintf(&b, "system:  %s\n", r.Host)
	if r.Target != r.Host {
		fmt.Fprintf(&b, "target:  %s\n", r.Target)
	}

	if r.Bridge != "" {
		fmt.Fprintf(&b, "bridge:  %s (%s)\n", r.Bridge, r.BridgeReason)
		fmt.Fprintf(&b, "crashes: %s\n", crashes(r))
	}

	b.WriteString("\nGo\n")
	if len(r.Go) == 0 {
		b.WriteString("  none was found\n")
	}
	for _, g := range r.Go {
		fmt.Fprintf(&b, "  %s %s\n      %s, found by: %s\n", mark(g.Used, g.Problem), g.Path, orUnknown(g.Version), g.From)
		if g.Used && g.Problem == nil {
			b.WriteString("      builds a program\n")
		}
		b.WriteString(trouble(g.Path, g.Problem, verbose))
	}

	b.WriteString("\nC compilers\n")
	if len(r.Compilers) == 0 {
		b.WriteString("  none was found\n")
	}
	for _, c := range r.Compilers {
		fmt.Fprintf(&b, "  %s %s\n      %s, found by: %s\n", mark(c.Used, c.Problem), orUnknown(c.Command), orUnknown(c.Version), c.From)
		if c.Machine != "" {
			fmt.Fprintf(&b, "      compiles for %s", c.Machine)
			if c.Linker != "" {
				fmt.Fprintf(&b, ", links with %s", c.Linker)
			}
			b.WriteString("\n")
		}
		switch {
		case c.Loaded:
			b.WriteString("      builds a library, which was loaded and called\n")
		case c.Built && c.Problem == nil:
			fmt.Fprintf(&b, "      builds a library, which was not loaded: %s\n", c.Note)
		case c.Note != "":
			fmt.Fprintf(&b, "      not tried: %s\n", c.Note)
		}
		b.WriteString(trouble(c.Command, c.Problem, verbose))
	}

	if len(r.Problems) > 0 {
		b.WriteString("\nWhat is wrong\n")
	}
	for _, p := range r.Problems {
		kind := "error"
		if p.Harmless {
			kind = "note"
		}
		fmt.Fprintf(&b, "  %s: %v\n%s", kind, p, remedy(p, "      "))
	}
	if r.Setup {
		fmt.Fprintf(&b, "\n%q installs what is missing.\n", program()+" setup")
	}
	return b.String()
}

// verdict is the report in one line.
func verdict(r *winplugin.Report) string {
	switch {
	case !r.Ready:
		return "Plugins for " + r.Target + " cannot be built."
	case r.Bridge == winplugin.Pure && r.CWorks:
		return "Plugins for " + r.Target + " can be built, by the pure bridge; those that use cgo by the cgo bridge."
	case r.CWorks:
		return "Plugins for " + r.Target + " can be built, those that use cgo as well."
	}
	return "Plugins for " + r.Target + " can be built, by the pure bridge: there is no C compiler that works, so they cannot use cgo."
}

// crashes says what a fatal end of a plugin does to the host. See winplugin.Plugin.Survives.
func crashes(r *winplugin.Report) string {
	const ends = "a fatal end of a plugin ends the host: "
	switch {
	case r.Target != "linux/amd64" && r.Target != "windows/amd64":
		return ends + "only on linux/amd64 and windows/amd64 can a plugin end alone"
	case r.Bridge != winplugin.Pure:
		return ends + "only with the pure bridge can a plugin end alone"
	}
	return "a plugin ends alone, and can be killed"
}

// mark shows at a glance what a build takes, and what it cannot take.
func mark(used bool, p *winplugin.ToolchainProblem) string {
	switch {
	case p != nil:
		return "[unsuitable]"
	case used:
		return "[used] "
	}
	return "[spare]"
}

// trouble describes the problem of the tool that was printed before it.
func trouble(tool string, p *winplugin.ToolchainProblem, verbose bool) string {
	if p == nil {
		return ""
	}
	what := p.Error()
	if p.Path != "" && strings.Contains(tool, p.Path) {
		what = "it " + p.Message
	}
	text := "      " + what + "\n" + remedy(p, "      ")
	if verbose && p.Output != "" {
		text += "      it printed:\n        " + strings.ReplaceAll(strings.TrimSpace(p.Output), "\n", "\n        ") + "\n"
	}
	return text
}

func remedy(p *winplugin.ToolchainProblem, indent string) string {
	if p.Remedy == "" {
		return ""
	}
	return indent + "fix it with:\n" + indent + "  " + strings.ReplaceAll(p.Remedy, "\n", "\n"+indent+"  ") + "\n"
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

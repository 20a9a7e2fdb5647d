package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// docs/cli.md has the commands with their arguments, and all flags.
func TestDocumentedCommandLine(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "docs", "cli.md"))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.ReplaceAll(string(b), `\|`, "|")
	root := newRootCommand(newTerminal(io.Discard, io.Discard))
	var flags []string
	collect := func(f *pflag.Flag) { flags = append(flags, f.Name) }
	root.PersistentFlags().VisitAll(collect)
	for _, cmd := range root.Commands() {
		if cmd.Name() == "completion" || !cmd.Runnable() {
			continue
		}
		t.Run(cmd.Name(), func(t *testing.T) {
			if want := "| `winplugin " + cmd.Use + "` |"; !strings.Contains(text, want) {
				t.Errorf("got docs/cli.md without the row %s, want it", want)
			}
			checkJSON(t, text, cmd)
		})
		cmd.Flags().VisitAll(collect)
	}
	slices.Sort(flags)
	flags = slices.Compact(flags)
	var documented []string
	for _, m := range regexp.MustCompile("(?m)^\\| (?:`-[a-z]`, )?`--([a-z-]+)").FindAllStringSubmatch(text, -1) {
		if m[1] != "help" {
			documented = append(documented, m[1])
		}
	}
	slices.Sort(documented)
	if diff := cmp.Diff(flags, documented); diff != "" {
		t.Errorf("flags in docs/cli.md (-want +got):\n%s", diff)
	}
}

func checkJSON(t *testing.T, text string, cmd *cobra.Command) {
	t.Helper()
	row := regexp.MustCompile("(?m)^\\| `--json` \\| ([a-z, ]+) \\|").FindStringSubmatch(text)
	if row == nil {
		t.Fatal("docs/cli.md: got no row for --json, want one")
	}
	if got, want := slices.Contains(strings.Split(row[1], ", "), cmd.Name()), cmd.Flags().Lookup("json") != nil; got != want {
		t.Errorf("docs/cli.md says --json is a flag of %s: %v, want %v", cmd.Name(), got, want)
	}
}

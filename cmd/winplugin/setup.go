package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	winplugin "github.com/RamanSharma100/go-winplugin"
	"github.com/RamanSharma100/go-winplugin/internal/builder/bridge"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

// setupFlags are those of the setup command alone.
type setupFlags struct {
	compiler                       string
	winget, dryRun, yes, uninstall bool
}

func newSetupCommand(t *terminal, f *flags) *cobra.Command {
	s := new(setupFlags)
	cmd := &cobra.Command{
		Use:   "setup [go] [compiler]",
		Short: "Install what is missing to build plugins",
		Long: `Setup installs the tools that build plugins, if they are missing. It says what it is
going to do, and asks first. For Windows and linux/amd64 it installs Go alone. Plugins
that use cgo, and C exports, need a C compiler as well; "compiler" or --compiler asks
for it. For other systems it installs Go and a C compiler; "go" and "compiler" choose
one of them.

On Windows both go into the cache folder, where builds find them. No administrator is
needed, and PATH and the registry are unchanged. The compiler is llvm-mingw, or GCC in
an MSYS2 that is there already. On other systems Go goes into the cache folder, and
the system's package manager installs the compiler.

Each archive must have a known SHA-256. An interrupted download continues where it
stopped. WINPLUGIN_MIRROR, or --mirror, names another place to fetch from: a URL, or a
folder with the archives.`,
		Example: `  winplugin setup --dry-run
  winplugin setup --yes
  winplugin setup compiler
  winplugin setup go --mirror D:\archives
  winplugin setup --uninstall`,
		ValidArgs: []string{"go", "compiler"},
		Args: func(cmd *cobra.Command, args []string) error {
			if err := cobra.OnlyValidArgs(cmd, args); err != nil {
				return &usageError{cmd, "setup takes go and compiler, not " + quote(strings.Join(args, " "))}
			}
			switch install.Tool(s.compiler) {
			case "", install.LLVMMinGW, install.MSYS2:
				return nil
			}
			return &usageError{cmd, quote(s.compiler) + " is none of llvm-mingw and msys2"}
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			c, err := s.config(t, f, args)
			if err != nil {
				return err
			}
			if s.uninstall {
				return s.remove(cmd, t, c)
			}
			return public(s.run(cmd, t, c))
		},
	}
	p := cmd.Flags()
	p.SortFlags = false
	p.BoolVar(&s.dryRun, "dry-run", false, "only say what would be done or, with --uninstall, what would be removed")
	p.BoolVarP(&s.yes, "yes", "y", false, "do not ask")
	p.BoolVar(&s.uninstall, "uninstall", false, "remove what was installed into the cache folder")
	p.StringVar(&s.compiler, "compiler", "", "C `compiler` for Windows: llvm-mingw or msys2 (default: an MSYS2 that is there, else llvm-mingw)")
	p.BoolVar(&s.winget, "winget", false, "let winget install the tools, outside of the cache folder")
	f.registerTarget(cmd)
	return cmd
}

func (s *setupFlags) config(t *terminal, f *flags, args []string) (install.Request, error) {
	dir := f.cacheDir
	if dir == "" {
		user, err := os.UserCacheDir()
		if err != nil {
			return install.Request{}, fmt.Errorf("no place for the cache: %w; name one with --cache-dir", err)
		}
		dir = filepath.Join(user, "go-winplugin")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return install.Request{}, err
	}
	goos, goarch, ok := strings.Cut(string(f.target), "/")
	if !ok {
		goos, goarch = runtime.GOOS, runtime.GOARCH
	}
	log := t.logger()
	c := install.Request{
		Go: len(args) == 0, Compiler: len(args) == 0 && (!slices.Contains(bridge.PureTargets(), goos+"/"+goarch) || f.compiler != "") || s.compiler != "", With: install.Tool(s.compiler), Winget: s.winget,
		Toolchain: detect.Config{
			Go: f.goTool, CC: f.compiler, GOOS: goos, GOARCH: goarch, Log: log, Records: filepath.Join(dir, "toolchain"),
			Trying: func(compiler string) { t.progress(winplugin.Event{Stage: winplugin.StageTry, Detail: compiler}) },
		},
		Install: install.Config{Dir: dir, Mirror: f.mirrored(), Log: log, Progress: func(e install.Event) {
			t.bar(e.String(), e.Done, e.Total)
		}},
		Out: t.err,
	}
	for _, arg := range args {
		c.Go = c.Go || arg == "go"
		c.Compiler = c.Compiler || arg == "compiler"
	}
	return c, nil
}

// run plans, asks, installs, and checks the result.
func (s *setupFlags) run(cmd *cobra.Command, t *terminal, c install.Request) error {
	plan, err := install.MakePlan(cmd.Context(), c)
	if err != nil {
		return err
	}
	if len(plan.Steps) == 0 || s.dryRun {
		return t.print(printable(planText(plan, c)))
	}
	if err := plan.Possible(); err != nil {
		return err
	}
	if !s.yes {
		t.say("%s", planText(plan, c))
		if err := s.ask(cmd, t, "Do this?"); err != nil {
			return err
		}
	}
	if err := plan.Do(cmd.Context(), c); err != nil {
		return err
	}
	if plan, err = install.MakePlan(cmd.Context(), c); err != nil {
		return err
	}
	if len(plan.Steps) > 0 {
		return &detect.Error{Missing: plan.Steps[0].What, Err: errors.New("it was installed and is not found, or does not work"), Remedy: program() + " doctor"}
	}
	return t.print(printable(planText(plan, c)))
}

// public returns the library's own error for one of package detect.
func public(err error) error {
	e := new(detect.Error)
	if !errors.As(err, &e) {
		return err
	}
	return &winplugin.ToolchainError{Missing: e.Missing, Looked: e.Looked, Remedy: e.Remedy, Err: e.Err, Trap: winplugin.Trap(e.Trap), Setup: e.Setup}
}

// planText is the plan for people.
func planText(p *install.Plan, c install.Request) string {
	var b strings.Builder
	for _, found := range p.Found {
		fmt.Fprintf(&b, "found     %s\n", found)
	}
	for _, step := range p.Steps {
		fmt.Fprintf(&b, "to do     %s\n", step.Describe(c.Install))
	}
	if len(p.Steps) == 0 {
		b.WriteString("nothing is missing\n")
	}
	return b.String()
}

func (s *setupFlags) remove(cmd *cobra.Command, t *terminal, c install.Request) error {
	list := install.List(c.Install.Dir)
	if s.dryRun {
		var b strings.Builder
		for _, tool := range list {
			fmt.Fprintf(&b, "would remove %s\n", tool.Dir)
		}
		if len(list) == 0 {
			b.WriteString("nothing is installed\n")
		}
		return t.print(printable(b.String()))
	}
	removed, err := install.Uninstall(cmd.Context(), c.Install)
	var b strings.Builder
	for _, dir := range removed {
		fmt.Fprintf(&b, "removed %s\n", dir)
	}
	if len(removed) == 0 && err == nil {
		b.WriteString("nothing is installed\n")
	}
	return errors.Join(t.print(printable(b.String())), err)
}

// ask asks the user at a terminal. Without a terminal nothing is done.
func (s *setupFlags) ask(cmd *cobra.Command, t *terminal, question string) error {
	in, ok := cmd.InOrStdin().(*os.File)
	if ok {
		info, err := in.Stat()
		ok = err == nil && info.Mode()&os.ModeCharDevice != 0 && t.live
	}
	if !ok {
		return &usageError{cmd, "there is nobody to ask; say --yes, or --dry-run"}
	}
	t.question(question + " [y/N]")
	answer := make(chan string, 1)
	go func() { // ends with the process: reading from a terminal cannot be stopped
		line, _ := bufio.NewReader(io.LimitReader(in, 100)).ReadString('\n')
		answer <- line
	}()
	select {
	case <-cmd.Context().Done():
		return cmd.Context().Err()
	case line := <-answer:
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return nil
		}
		return errors.New("nothing was done")
	}
}

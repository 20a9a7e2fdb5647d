// Package setup finds out what a machine lacks to build plugins for itself, and
// installs that: Go and C compilers into the cache folder, or by the package manager
// that the machine has.
package setup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/install"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain"
)

// A Config says what is wanted.
type Config struct {
	Go, Compiler bool // what is wanted

	// With says which compiler to install on Windows: install.LLVMMinGW or
	// install.MSYS2. "" takes an MSYS2 that is there, else llvm-mingw.
	With install.Tool

	Winget bool // let winget install, for the whole machine or the user as it likes

	Toolchain toolchain.Config // how to look for what is there; its target is the host's
	Install   install.Config

	// Out gets what package managers print; may be nil.
	Out io.Writer

	pins []install.Pin // nil is install.Pins()
	goos string        // "" is runtime.GOOS
}

// A Plan is what is to be done.
type Plan struct {
	Found []string // what is there, for people
	Steps []Step
}

// A Step is a thing to do: to install a pin, or to run a command.
type Step struct {
	What    string       // "Go 1.26.8", "C compiler"
	Pin     *install.Pin // nil with the others
	Command []string     // a program and its arguments
	Pacman  string       // the MSYS2 that gets packages
	Package string

	// ByHand is what this package cannot do, one command a line.
	ByHand string
}

// Make finds out what is there and says what is to be done.
func Make(ctx context.Context, c Config) (*Plan, error) {
	c = c.defaults()
	p := new(Plan)
	needGo, needC, remedies, err := c.look(ctx, p)
	if err != nil {
		return nil, err
	}
	if needGo {
		p.Steps = append(p.Steps, c.planGo(remedies.forGo))
	}
	if needC {
		p.Steps = append(p.Steps, c.planCompiler(remedies.forC))
	}
	return p, nil
}

func (c Config) defaults() Config {
	if c.pins == nil {
		c.pins = install.Pins()
	}
	if c.goos == "" {
		c.goos = runtime.GOOS
	}
	c.Toolchain.Places = install.Places(c.Install.Dir, runtime.GOOS, runtime.GOARCH)
	c.Toolchain.NeedC = c.Compiler
	c.Toolchain.Try = c.Toolchain.Records != ""
	return c
}

type remedies struct{ forGo, forC string }

// look finds out what is missing.
func (c Config) look(ctx context.Context, p *Plan) (needGo, needC bool, r remedies, err error) {
	found, err := toolchain.Find(ctx, c.Toolchain)
	if ctx.Err() != nil {
		return false, false, r, context.Cause(ctx)
	}
	if found != nil {
		if c.Go {
			p.Found = append(p.Found, found.GoVersion+": "+found.Go)
		}
		if c.Compiler && err == nil {
			p.Found = append(p.Found, "C compiler: "+found.CC)
		}
	}
	if err == nil {
		return false, false, r, nil
	}
	needGo, needC = toolchain.Lacks(c.Toolchain, found, err)
	missing := new(toolchain.Error)
	if !needGo && !needC || !errors.As(err, &missing) {
		return false, false, r, err
	}
	if needC {
		r.forC = missing.Remedy
		return false, true, r, nil
	}
	r.forGo = missing.Remedy
	if c.Compiler {
		// Without Go a compiler cannot be tried; what it says of itself must do.
		report, err := toolchain.Diagnose(ctx, c.Toolchain)
		if err != nil {
			return false, false, r, err
		}
		needC = true
		for _, cc := range report.Compilers {
			if cc.Problem == nil && needC {
				needC = false
				p.Found = append(p.Found, "C compiler: "+cc.Command)
			}
		}
	}
	return c.Go, needC, r, nil
}

// Winget's flags are those of its unattended mode.
func winget(id string) []string {
	return []string{"winget", "install", "--id", id, "--accept-package-agreements", "--accept-source-agreements", "--silent"}
}

func (c Config) planGo(remedy string) Step {
	if c.Winget {
		return Step{What: "Go", Command: winget("GoLang.Go")}
	}
	if pin, ok := install.Lookup(c.pins, install.Go, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return byCommand("Go", remedy)
}

func (c Config) planCompiler(remedy string) Step {
	const what = "C compiler"
	if c.goos != "windows" {
		return byCommand(what, remedy)
	}
	if c.Winget {
		return Step{What: what, Command: winget("MartinStorsjo.LLVM-MinGW.UCRT")}
	}
	// With a mirror named, nothing is to come from elsewhere.
	if roots := toolchain.MSYS2(c.Toolchain.Env); c.With != install.LLVMMinGW && c.Install.Mirror == "" && len(roots) > 0 {
		pkg := "mingw-w64-ucrt-x86_64-gcc"
		if runtime.GOARCH == "arm64" {
			pkg = "mingw-w64-clang-aarch64-clang"
		}
		return Step{What: what, Pacman: roots[0], Package: pkg}
	}
	tool := c.With
	if tool == "" {
		tool = install.LLVMMinGW
	}
	if pin, ok := install.Lookup(c.pins, tool, c.goos, runtime.GOARCH); ok {
		return Step{What: pin.Title(), Pin: &pin}
	}
	return Step{What: what, ByHand: remedy}
}

// byCommand makes a step of a remedy if it is one command of a package manager.
func byCommand(what, remedy string) Step {
	args := strings.Fields(remedy)
	name := args
	if len(name) > 0 && name[0] == "sudo" {
		name = name[1:]
	}
	if len(name) > 0 && !strings.ContainsAny(remedy, "\n|;&<>'\"`$") {
		switch name[0] {
		case "apt-get", "dnf", "pacman", "apk", "zypper", "brew":
			return Step{What: what, Command: args}
		}
	}
	return Step{What: what, ByHand: remedy}
}

// String says what the step does, for people.
func (s Step) String() string { return s.Describe(install.Config{}) }

// Describe is String with where a pin comes from and goes to.
func (s Step) Describe(c install.Config) string {
	switch {
	case s.Pin != nil:
		from, err := install.Source(*s.Pin, c.Mirror)
		if err != nil {
			from = s.Pin.URL
		}
		text := fmt.Sprintf("%s: fetch %s from %s", s.What, s.Pin.SizeText(), from)
		if c.Dir != "" {
			text += " into " + filepath.Join(c.Dir, "tools")
		}
		if len(s.Pin.Packages) > 0 {
			text += ", then let its pacman fetch " + strings.Join(s.Pin.Packages, " ")
		}
		return text
	case s.Pacman != "":
		return fmt.Sprintf("%s: let the pacman of %s fetch %s", s.What, s.Pacman, s.Package)
	case len(s.Command) > 0:
		return s.What + ": run " + strings.Join(s.Command, " ")
	}
	return s.What + ": to be done by hand: " + strings.ReplaceAll(s.ByHand, "\n", ", then ")
}

// Possible returns a [*toolchain.Error] if there is a step that this package cannot do.
func (p *Plan) Possible() error {
	for _, s := range p.Steps {
		if s.Pin == nil && s.Pacman == "" && len(s.Command) == 0 {
			return &toolchain.Error{Missing: s.What, Remedy: s.ByHand, Err: errors.New("it cannot be installed automatically here")}
		}
	}
	return nil
}

// Do does the steps, or none of them if they are not all possible.
func (p *Plan) Do(ctx context.Context, c Config) error {
	if err := p.Possible(); err != nil {
		return err
	}
	for _, s := range p.Steps {
		if err := s.do(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (s Step) do(ctx context.Context, c Config) error {
	switch {
	case s.Pin != nil:
		_, err := install.Install(ctx, c.Install, *s.Pin)
		return err
	case s.Pacman != "":
		if c.Install.Progress != nil {
			c.Install.Progress(install.Event{Tool: s.Package, Step: install.Run})
		}
		return install.Pacman(ctx, s.Pacman, s.Package)
	}
	return s.run(ctx, c)
}

func (s Step) run(ctx context.Context, c Config) error {
	command := s.Command
	if command[0] == "sudo" {
		// There is nobody whom it could ask for a password.
		command = append([]string{"sudo", "-n"}, command[1:]...)
	}
	if _, err := exec.LookPath(command[0]); err != nil {
		return &toolchain.Error{Missing: s.What, Remedy: strings.Join(s.Command, " "), Err: err}
	}
	if err := install.Execute(ctx, os.Environ(), c.Out, command...); err != nil {
		if cause := context.Cause(ctx); cause != nil {
			return cause
		}
		return &toolchain.Error{Missing: s.What, Remedy: strings.Join(s.Command, " "), Err: err}
	}
	return nil
}

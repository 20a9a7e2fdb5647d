package setup

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/install"
)

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

// Possible returns a [*detect.Error] if there is a step that this package cannot do.
func (p *Plan) Possible() error {
	for _, s := range p.Steps {
		if s.Pin == nil && s.Pacman == "" && len(s.Command) == 0 {
			return &detect.Error{Missing: s.What, Remedy: s.ByHand, Err: errors.New("it cannot be installed automatically here")}
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
	args := s.Command
	if args[0] == "sudo" {
		// There is nobody whom it could ask for a password.
		args = append([]string{"sudo", "-n"}, args[1:]...)
	}
	_, err := command.Command{Path: args[0], Args: args[1:], Output: c.Out}.Run(ctx)
	if failed := new(command.Error); errors.As(err, &failed) {
		return &detect.Error{Missing: s.What, Remedy: strings.Join(s.Command, " "), Err: err}
	}
	return err
}

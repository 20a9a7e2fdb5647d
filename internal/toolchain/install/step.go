package install

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
	"github.com/RamanSharma100/go-winplugin/internal/toolchain/detect"
)

// A Step installs a pin, runs commands, or lets pacman install packages.
type Step struct {
	What     string     // "Go 1.26.8", "C compiler"
	Pin      *Pin       // nil if the step does something else
	Commands [][]string // programs and their arguments, one after the other
	Pacman   string     // the folder of the MSYS2 in which pacman installs packages
	Package  string

	// ByHand has the commands that this package cannot run, one a line.
	ByHand string
}

// String says what the step does, for people.
func (s Step) String() string { return s.Describe(Config{}) }

// Describe is String with the source and the destination of a pin.
func (s Step) Describe(c Config) string {
	switch {
	case s.Pin != nil:
		from, err := Source(*s.Pin, c.Mirror)
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
	case len(s.Commands) > 0:
		return s.What + ": run " + strings.ReplaceAll(s.typed(), "\n", ", then ")
	}
	return s.What + ": to be done by hand: " + strings.ReplaceAll(s.ByHand, "\n", ", then ")
}

// Possible returns a [*detect.Error] if there is a step that this package cannot do.
func (p *Plan) Possible() error {
	for _, s := range p.Steps {
		if s.Pin == nil && s.Pacman == "" && len(s.Commands) == 0 {
			return &detect.Error{Missing: s.What, Remedy: s.ByHand, Err: errors.New("it cannot be installed automatically here")}
		}
	}
	return nil
}

// Do executes the steps, or none of them if one is not possible.
func (p *Plan) Do(ctx context.Context, c Request) error {
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

func (s Step) do(ctx context.Context, c Request) error {
	switch {
	case s.Pin != nil:
		_, err := Install(ctx, c.Install, *s.Pin)
		return err
	case s.Pacman != "":
		if c.Install.Progress != nil {
			c.Install.Progress(Event{Tool: s.Package, Phase: Run})
		}
		return Pacman(ctx, s.Pacman, s.Package)
	}
	return s.run(ctx, c)
}

// typed returns the step's commands as a user types them, one a line.
func (s Step) typed() string {
	lines := make([]string, len(s.Commands))
	for i, args := range s.Commands {
		lines[i] = strings.Join(args, " ")
	}
	return strings.Join(lines, "\n")
}

// run runs the step's commands. If a package manager fails, its lists of packages may be
// old, and name versions that its servers no longer have. So run updates the lists, and
// tries the command once more.
func (s Step) run(ctx context.Context, c Request) error {
	for _, args := range s.Commands {
		err := runCommand(ctx, c, args)
		if list := refresh(args); list != nil && errors.As(err, new(*exec.ExitError)) && len(s.Commands) == 1 {
			if err = runCommand(ctx, c, list); err == nil {
				err = runCommand(ctx, c, args)
			}
		}
		if failed := new(command.Error); errors.As(err, &failed) {
			return &detect.Error{Missing: s.What, Remedy: s.remedy(args, err), Err: err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func runCommand(ctx context.Context, c Request, args []string) error {
	if args[0] == "sudo" {
		// sudo must not ask for a password, because nobody may be there to type it.
		args = append([]string{"sudo", "-n"}, args[1:]...)
	}
	_, err := command.Command{Path: args[0], Args: args[1:], Output: c.Out}.Run(ctx)
	return err
}

// refresh returns the command that updates the package lists before an installation. It is
// nil if the package manager updates them by itself.
func refresh(args []string) []string {
	own := withoutSudo(args)
	if own[0] != "apt-get" || own[1] == "update" {
		return nil
	}
	return append(slices.Clone(args[:len(args)-len(own)]), "apt-get", "update")
}

// remedy says what to do about a command that failed. It advises to run the command again
// only if somebody at a terminal can do what this program cannot: type a password, or find a
// program.
func (s Step) remedy(args []string, err error) string {
	if args[0] == "sudo" || command.NotStarted(err) {
		return s.typed()
	}
	return "look at what " + args[0] + " printed and correct that (network, package sources, free space, rights), or install the " + s.What + " by hand"
}

package build

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// steps returns the steps of the build, in their order.
func (c *compilation) steps() ([]planStep, error) {
	data, err := os.ReadFile(c.actionsFile())
	if err != nil {
		return nil, err
	}
	var actions []struct {
		Package string
		Cmd     []string
	}
	if err := json.Unmarshal(data, &actions); err != nil {
		return nil, fmt.Errorf("the go command's list of actions: %w", err)
	}
	main := c.out.Target != "."
	want := []string{c.model.ImportPath + " compile", c.model.ImportPath + " link"}
	if main {
		target := c.model.ImportPath + "/" + strings.TrimPrefix(c.out.Target, "./")
		want = []string{want[0], target + " compile", target + " link"}
	}
	steps := make([]planStep, len(want))
	for _, a := range actions {
		for _, line := range a.Cmd {
			args, err := splitCommand(line)
			if err != nil || len(args) == 0 {
				return nil, fmt.Errorf("command %q: %w", line, err)
			}
			tool := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
			if tool == "asm" {
				continue
			}
			i := slices.Index(want, a.Package+" "+tool)
			if i < 0 || steps[i].Args != nil {
				return nil, fmt.Errorf("it ran %s for package %s too", tool, a.Package)
			}
			if steps[i], err = newStep(args); err != nil {
				return nil, err
			}
		}
	}
	for i := range steps {
		if steps[i].Args == nil {
			return nil, fmt.Errorf("the go command did not run %s", want[i])
		}
	}
	if steps[0].Tail, err = assembled(steps[0].Output); err != nil {
		return nil, err
	}
	return steps, c.checkSources(steps[:len(steps)-1])
}

// newStep reads the files that a command reads.
func newStep(args []string) (planStep, error) {
	step := planStep{Args: args, Files: make(map[string][]byte)}
	for i, arg := range args[:len(args)-1] {
		switch arg {
		case "-o":
			step.Output = args[i+1]
		case "-importcfg", "-embedcfg", "-symabis":
			content, err := os.ReadFile(args[i+1])
			if err != nil {
				return step, err
			}
			step.Files[args[i+1]] = content
		}
	}
	if step.Output == "" {
		return step, errors.New("a command without an output")
	}
	return step, nil
}

// checkSources returns an error if the compiler read other Go files than those that were
// analysed or generated, for instance because they were instrumented.
func (c *compilation) checkSources(steps []planStep) error {
	known := make(map[string]bool) // whether the compiler must read it: constraints leave out generated files
	for name := range c.out.Overlay {
		known[filepath.Join(c.overlayDir(), filepath.FromSlash(name))] = false
	}
	for _, f := range c.model.Files {
		path := filepath.Join(c.overlayDir(), filepath.Base(f.Path))
		if _, replaced := known[path]; !replaced {
			path = c.model.Copies[f.Path].Path
		}
		known[path] = true
	}
	for _, step := range steps {
		for _, arg := range step.Args {
			if !strings.HasSuffix(arg, ".go") {
				continue
			}
			if _, ok := known[arg]; !ok {
				return fmt.Errorf("the compiler read %s, which nobody has analysed", arg)
			}
			delete(known, arg)
		}
	}
	for path, read := range known {
		if read {
			return fmt.Errorf("the compiler did not read %s", path)
		}
	}
	return nil
}

// splitCommand splits what the go command's joinUnambiguously has joined.
func splitCommand(line string) (args []string, err error) {
	for line != "" {
		arg, rest, _ := strings.Cut(line, " ")
		if line[0] == '"' {
			quoted, err := strconv.QuotedPrefix(line)
			if err != nil {
				return nil, err
			}
			if arg, err = strconv.Unquote(quoted); err != nil {
				return nil, err
			}
			rest = strings.TrimPrefix(line[len(quoted):], " ")
		}
		args, line = append(args, arg), rest
	}
	return args, nil
}

// assembled returns the part of an archive behind the two files that the compiler writes.
func assembled(archive string) ([]byte, error) {
	data, err := os.ReadFile(archive)
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(data, []byte("!<arch>\n"))
	for _, name := range []string{"__.PKGDEF", "_go_.o"} {
		const header = 60
		if !ok || len(rest) < header || strings.TrimSpace(string(rest[:16])) != name {
			return nil, fmt.Errorf("%s is no package", archive)
		}
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if size += header + size&1; err != nil || size < header || size > len(rest) {
			return nil, fmt.Errorf("%s is no package", archive)
		}
		rest = rest[size:]
	}
	return rest, nil
}

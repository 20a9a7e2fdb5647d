package detect

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/RamanSharma100/go-winplugin/internal/sys/command"
)

// verifyTimeout bounds how long a compiler may take to name its machine. With a virus
// scanner the first start of a program takes seconds.
const verifyTimeout = 20 * time.Second

// compiler fills in t's CC and CCMachine.
func (f *finder) compiler(ctx context.Context, t *Toolchain) error {
	var refused []*Problem
	for c := range f.compilers() {
		trial := f.fit(ctx, t, c)
		p := trial.Problem
		if p == nil {
			t.ccArgs, t.CC, t.CCMachine = c.args, c.cc, trial.Machine
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.binding {
			return f.noCompiler(c.from, []*Problem{p})
		}
		f.Log.Debug("compiler passed over", "path", c.path(), "from", c.from, "reason", p)
		refused = append(refused, p)
		if p.general {
			break // the next one would fail as well
		}
	}
	return f.noCompiler("", refused)
}

// noCompiler returns the error if there is no compiler. named says how the user chose one, or
// is "".
func (f *finder) noCompiler(named string, refused []*Problem) *Error {
	e := &Error{Missing: "C compiler for " + f.target(), Remedy: remedyCC(f.env, f.GOOS, f.GOARCH)}
	if len(refused) > 0 {
		e.Trap = refused[0].Trap
		if refused[0].Remedy != "" {
			e.Remedy = refused[0].Remedy
		}
		list := make([]error, len(refused))
		for i, p := range refused {
			list[i] = p
		}
		e.Err = errors.Join(list...)
		if refused[len(refused)-1].general {
			e.Missing = "working toolchain for " + f.target()
			return e
		}
	}
	if named != "" {
		e.Err = fmt.Errorf("%s: %w", named, refused[0])
		return e
	}
	e.Setup = f.native()
	for _, n := range f.namedCompilers() {
		e.Looked = append(e.Looked, n.from+" ("+n.value+")")
	}
	e.Looked = append(e.Looked, strings.Join(compilerNames(f.GOOS, f.GOARCH, f.native()), ", ")+" in PATH")
	for dir := range f.compilerDirs() {
		e.Looked = append(e.Looked, dir.Dir)
	}
	return e
}

// fit reports whether a candidate is suitable. It decides by the candidate's record, by a
// trial, or by the machine that the candidate names.
func (f *finder) fit(ctx context.Context, t *Toolchain, c candidate) (trial Trial) {
	if c.err != nil {
		trial.Problem = &Problem{Message: c.err.Error(), err: c.err}
		return trial
	}
	if f.Records != "" {
		if r := f.readRecord(t, c); r != nil {
			return r.Trial
		}
		if f.Try {
			f.Trying(c.cc)
			return f.tryAndRecord(ctx, t, c, false)
		}
	}
	trial.Machine, trial.Problem = f.verify(ctx, c.args)
	return trial
}

// verify asks a compiler for its machine and checks that it is the target's.
func (f *finder) verify(ctx context.Context, args []string) (machine string, p *Problem) {
	out, err := f.ask(ctx, args, "-dumpmachine")
	if err != nil {
		return "", f.explain(args[0], "does not start (-dumpmachine: "+err.Error()+")", out, err)
	}
	machine = firstLine(out)
	if p := checkMachine(machine, f.GOOS, f.GOARCH); p != nil {
		p.Path = args[0]
		p.Remedy = f.remedy(p.Trap, args[0])
		return machine, p
	}
	return machine, nil
}

// ask runs a program with one more argument and returns what it prints.
func (f *finder) ask(ctx context.Context, args []string, question string) (string, error) {
	out, err := command.Command{
		Path: args[0], Args: append(args[1:len(args):len(args)], question), Timeout: verifyTimeout,
		Env: f.env.searching(filepath.Dir(args[0])),
	}.Run(ctx)
	if failed := new(command.Error); errors.As(err, &failed) {
		return failed.Output(), failed.Err
	}
	return string(out), err
}

// checkMachine says why a compiler for machine is unsuitable for the target.
func checkMachine(machine, goos, goarch string) *Problem {
	arch, _, _ := strings.Cut(machine, "-")
	has := func(part string) bool { return strings.Contains(machine, part) }
	refuse := func(trap Trap, format string, args ...any) *Problem {
		return &Problem{Trap: trap, Message: fmt.Sprintf(format, args...)}
	}
	switch {
	case machine == "":
		return refuse(TrapTarget, "does not say what it compiles for")
	case goos == "windows" && (has("msys") || has("cygwin")):
		return refuse(TrapMSYS, "is MSYS2's own compiler (%s), whose libraries need msys-2.0.dll; a MinGW compiler is needed (the ucrt64 one)", machine)
	case strings.HasPrefix(arch, "i") && strings.HasSuffix(arch, "86") || arch == "mingw32" || strings.HasPrefix(arch, "armv7") || arch == "arm":
		return refuse(Trap32Bit, "is a 32-bit compiler (%s), a 64-bit one is needed", machine)
	}
	want := map[string][]string{"amd64": {"x86_64", "amd64"}, "arm64": {"aarch64", "arm64"}}[goarch]
	fits := len(want) == 0 // a native target that is not part of the tests: any compiler is accepted
	for _, w := range want {
		fits = fits || arch == w
	}
	switch goos {
	case "windows":
		if has("msvc") {
			return refuse(TrapTarget, "compiles for Microsoft's tools (%s), which Go's linker does not work with; a MinGW compiler is needed", machine)
		}
		fits = fits && (has("mingw") || has("windows-gnu"))
	case "linux":
		fits = fits && has("linux") && !has("android")
	}
	if !fits {
		return refuse(TrapTarget, "compiles for %s, not for %s/%s", machine, goos, goarch)
	}
	return nil
}

package toolchain

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// verifyTimeout bounds how long a compiler may take to name its machine. The
// first start of a program takes seconds where a virus scanner looks at it.
const verifyTimeout = 20 * time.Second

// compiler fills in t's CC and CCMachine.
func (f *finder) compiler(ctx context.Context, t *Toolchain) error {
	missing := &Error{Missing: "C compiler for " + f.target()}
	fail := func(err error) error {
		missing.Err = err
		missing.Remedy = remedyCC(f.env, f.GOOS, f.GOARCH)
		return missing
	}
	use := func(args []string, machine string) (err error) {
		t.ccArgs, t.CCMachine = args, machine
		t.CC, err = joinQuoted(args)
		return err
	}

	for _, named := range f.namedCompilers() {
		missing.Looked = append(missing.Looked, named.from+" ("+named.value+")")
		args, err := f.commandLine(named.value)
		if err == nil {
			var machine string
			if machine, err = f.verify(ctx, args); err == nil {
				if err = use(args, machine); err == nil {
					return nil
				}
			}
		}
		if named.binding {
			return fail(fmt.Errorf("%s: %w", named.from, err))
		}
		f.Log.Debug("compiler passed over", "from", named.from, "reason", err)
	}

	names := compilerNames(f.GOOS, f.GOARCH, f.native())
	missing.Looked = append(missing.Looked, strings.Join(names, ", ")+" in PATH")
	var refused []error
	try := func(path string) bool {
		machine, err := f.verify(ctx, []string{path})
		if err == nil {
			err = use([]string{path}, machine)
		}
		if err != nil {
			f.Log.Debug("compiler passed over", "path", path, "reason", err)
			refused = append(refused, err)
		}
		return err == nil
	}
	// A name is looked for in all of PATH before the next name: gcc is what Go
	// is tested with. Behind an unfit gcc (MSYS's own) a fit one may follow.
	for _, name := range names {
		for path := range f.env.look(name) {
			if try(path) {
				return nil
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	for _, dir := range append(ccPlaces(f.env, f.GOOS, f.GOARCH), f.Places...) {
		missing.Looked = append(missing.Looked, dir)
		for _, name := range names {
			if path, ok := f.env.executable(filepath.Join(dir, name)); ok && !inPath(f.env, dir) && try(path) {
				return nil
			}
		}
	}
	return fail(errors.Join(refused...))
}

func inPath(env environ, dir string) bool {
	for _, d := range filepath.SplitList(env.get("PATH")) {
		if d == dir {
			return true
		}
	}
	return false
}

// A namedCompiler was chosen by the user.
type namedCompiler struct {
	from, value string
	binding     bool // unfit is an error, not passed over
}

func (f *finder) namedCompilers() []namedCompiler {
	if f.CC != "" {
		return []namedCompiler{{"the given compiler", f.CC, true}}
	}
	// Go's own build uses this convention for cross compilers; the go command
	// does not know it.
	if name := "CC_FOR_" + f.GOOS + "_" + f.GOARCH; f.env.get(name) != "" {
		return []namedCompiler{{name, f.env.get(name), true}}
	}
	if cc := f.env.get("CC"); cc != "" {
		// CC is the host's compiler as a rule; it counts for another target only
		// if it compiles for that.
		return []namedCompiler{{"CC", cc, f.native()}}
	}
	return nil
}

// commandLine splits a compiler's command line and makes its program absolute.
func (f *finder) commandLine(value string) ([]string, error) {
	if path, ok := f.env.program(value); ok { // a bare path may hold spaces
		return []string{path}, nil
	}
	args, err := splitQuoted(value)
	if err != nil {
		return nil, err
	}
	if len(args) == 0 {
		return nil, errors.New("it is empty")
	}
	path, ok := f.env.program(args[0])
	if !ok {
		return nil, fmt.Errorf("%s is not there", args[0])
	}
	args[0] = path
	return args, nil
}

// compilerNames lists the programs that may compile for the target.
func compilerNames(goos, goarch string, native bool) []string {
	arch := map[string]string{"amd64": "x86_64", "arm64": "aarch64"}[goarch]
	switch {
	case goos == "windows":
		prefix := arch + "-w64-mingw32-"
		cross := []string{prefix + "gcc", prefix + "gcc-posix", prefix + "gcc-win32", prefix + "clang"}
		if native {
			return append([]string{"gcc", "clang"}, cross...)
		}
		return cross
	case native:
		return []string{"gcc", "clang", "cc"}
	}
	return []string{arch + "-linux-gnu-gcc", arch + "-linux-musl-gcc", arch + "-unknown-linux-gnu-gcc"}
}

// verify asks a compiler for its machine and checks that it is the target's.
func (f *finder) verify(ctx context.Context, args []string) (machine string, err error) {
	ctx, cancel := context.WithTimeout(ctx, verifyTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], append(args[1:len(args):len(args)], "-dumpmachine")...)
	cmd.Env = f.env.with("PATH=" + filepath.Dir(args[0]) + string(filepath.ListSeparator) + f.env.get("PATH"))
	cmd.WaitDelay = time.Second
	quiet(cmd)
	out, err := cmd.Output()
	if err != nil {
		if ctx.Err() != nil {
			err = ctx.Err()
		}
		return "", fmt.Errorf("%s -dumpmachine: %w", args[0], err)
	}
	machine = firstLine(string(out))
	if err := checkMachine(machine, f.GOOS, f.GOARCH); err != nil {
		return "", fmt.Errorf("%s %w", args[0], err)
	}
	return machine, nil
}

// checkMachine says why a compiler for machine does not do for the target.
func checkMachine(machine, goos, goarch string) error {
	arch, _, _ := strings.Cut(machine, "-")
	has := func(part string) bool { return strings.Contains(machine, part) }
	switch {
	case machine == "":
		return errors.New("does not say what it compiles for")
	case goos == "windows" && (has("msys") || has("cygwin")):
		return fmt.Errorf("is MSYS2's own compiler (%s), whose libraries need msys-2.0.dll; a MinGW compiler is needed (the ucrt64 one)", machine)
	case strings.HasPrefix(arch, "i") && strings.HasSuffix(arch, "86") || arch == "mingw32" || strings.HasPrefix(arch, "armv7") || arch == "arm":
		return fmt.Errorf("is a 32-bit compiler (%s), a 64-bit one is needed", machine)
	}
	want := map[string][]string{"amd64": {"x86_64", "amd64"}, "arm64": {"aarch64", "arm64"}}[goarch]
	fits := len(want) == 0 // a native target that is not tested: its compiler is believed
	for _, w := range want {
		fits = fits || arch == w
	}
	switch goos {
	case "windows":
		if has("msvc") {
			return fmt.Errorf("compiles for Microsoft's tools (%s), which Go's linker does not work with; a MinGW compiler is needed", machine)
		}
		fits = fits && (has("mingw") || has("windows-gnu"))
	case "linux":
		fits = fits && has("linux") && !has("android")
	}
	if !fits {
		return fmt.Errorf("compiles for %s, not for %s/%s", machine, goos, goarch)
	}
	return nil
}

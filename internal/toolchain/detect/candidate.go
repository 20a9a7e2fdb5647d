package detect

import (
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
)

// A candidate is a program that may be suitable, and how it was found.
type candidate struct {
	args    []string // absolute path, and arguments
	cc      string   // the same as the go command expects it in CC
	from    string   // "PATH", "CC", "MSYS2 in C:\msys64"
	binding bool     // the user chose it, so it is an error if it is unsuitable
	err     error    // why it cannot be run
}

func (c candidate) path() string {
	if len(c.args) == 0 {
		return ""
	}
	return c.args[0]
}

func newCompiler(args []string, from string) candidate {
	c := candidate{args: args, from: from}
	c.cc, c.err = joinQuoted(args)
	return c
}

// private is how messages name Config.Places.
const private = "a private installation"

// compilers yields the compilers in order of preference: the user's choice, those in PATH,
// in the usual places of this system and in the caller's places, and zig. A caller that
// stops early saves the rest of the search.
//
// A name is searched in all of PATH before the next name, and gcc is the first, because Go
// is tested with it. A suitable gcc may follow an unsuitable one, such as that of MSYS.
func (f *finder) compilers() iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		for _, named := range f.namedCompilers() {
			args, err := f.commandLine(named.value)
			c := newCompiler(args, named.from)
			if c.binding = named.binding; err != nil {
				c.err = err
			}
			if !yield(c) || c.binding {
				return
			}
		}
		seen := make(map[string]bool)
		offer := func(path string, at Place, args ...string) bool {
			key := place(path)
			real, err := filepath.EvalSymlinks(path)
			if seen[key] || err == nil && seen[real] && filepath.Base(path) == "cc" {
				return true // cc is gcc or clang by another name
			}
			seen[key], seen[real] = true, true
			c := newCompiler(append([]string{path}, args...), at.From)
			if err := at.trusted(); err != nil {
				c.err = err
			}
			return yield(c)
		}
		names := compilerNames(f.GOOS, f.GOARCH, f.native())
		for _, name := range names {
			for path := range f.env.look(name) {
				if !offer(path, Place{From: "PATH"}) {
					return
				}
			}
		}
		for dir := range f.compilerDirs() {
			for _, name := range names {
				if path, ok := f.env.executable(filepath.Join(dir.Dir, name)); ok && !offer(path, dir) {
					return
				}
			}
		}
		if target := zigTarget(f.GOOS, f.GOARCH); target != "" {
			for path := range f.env.look("zig") {
				if !offer(path, Place{From: "PATH"}, "cc", "-target", target) {
					return
				}
			}
		}
	}
}

// compilerDirs yields the folders outside of PATH that may hold a compiler.
func (f *finder) compilerDirs() iter.Seq[Place] {
	return f.thenPrivate(ccPlaces(f.env, f.GOOS, f.GOARCH))
}

// thenPrivate yields the places, and then those of Config.Places.
func (f *finder) thenPrivate(places iter.Seq[Place]) iter.Seq[Place] {
	return func(yield func(Place) bool) {
		for p := range places {
			if !yield(p) {
				return
			}
		}
		for _, dir := range f.Places {
			if !yield(Place{Dir: dir, From: private}) {
				return
			}
		}
	}
}

// place returns the same for two paths of one program. It resolves links to folders, but
// not to programs: in the folder of a compiler cache all names are links to one program,
// which behaves according to the name by which it is called.
func place(path string) string {
	if dir, err := filepath.EvalSymlinks(filepath.Dir(path)); err == nil {
		return filepath.Join(dir, filepath.Base(path))
	}
	return path
}

// A namedCompiler was chosen by the user.
type namedCompiler struct {
	from, value string
	binding     bool
}

func (f *finder) namedCompilers() []namedCompiler {
	if f.CC != "" {
		return []namedCompiler{{"the given compiler", f.CC, true}}
	}
	// Go's own build uses these variables for cross compilers; the go command does not.
	if name := "CC_FOR_" + f.GOOS + "_" + f.GOARCH; f.env.get(name) != "" {
		return []namedCompiler{{name, f.env.get(name), true}}
	}
	if cc := f.env.get("CC"); cc != "" {
		// CC usually names the host's compiler. For another target it is used only if
		// it compiles for that target.
		return []namedCompiler{{"CC", cc, f.native()}}
	}
	return nil
}

// commandLine splits a compiler's command line and makes its program absolute.
func (f *finder) commandLine(value string) ([]string, error) {
	if path, ok := f.env.program(value); ok { // a path without arguments may contain spaces
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

// compilerNames lists the names of programs that may compile for the target.
func compilerNames(goos, goarch string, native bool) []string {
	arch := archNames[goarch]
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

// archNames has the names that compilers use for GOARCH.
var archNames = map[string]string{"amd64": "x86_64", "arm64": "aarch64"}

// zigTarget returns the name that zig cc has for the target, "" if plugins for it are not
// supported.
func zigTarget(goos, goarch string) string {
	arch := archNames[goarch]
	switch {
	case arch == "":
		return ""
	case goos == "windows":
		return arch + "-windows-gnu"
	case goos == "linux":
		return arch + "-linux-gnu"
	}
	return ""
}

// gos yields the go commands in order of preference.
func (f *finder) gos() iter.Seq[candidate] {
	return func(yield func(candidate) bool) {
		if f.Go != "" {
			c := candidate{from: "the given go command", binding: true}
			if path, ok := f.env.program(f.Go); ok {
				c.args = []string{path}
			} else {
				c.err = fmt.Errorf("%s: %w", f.Go, os.ErrNotExist)
			}
			yield(c)
			return
		}
		seen := make(map[string]bool)
		offer := func(path, from string) bool {
			if key := place(path); !seen[key] {
				seen[key] = true
				return yield(candidate{args: []string{path}, from: from})
			}
			return true
		}
		for path := range f.env.look("go") {
			if !offer(path, "PATH") {
				return
			}
		}
		for dir := range f.goDirs() {
			if path, ok := f.env.executable(filepath.Join(dir.Dir, "go")); ok && dir.trusted() == nil && !offer(path, dir.From) {
				return
			}
		}
	}
}

// goDirs yields the folders outside of PATH that may hold the go command.
func (f *finder) goDirs() iter.Seq[Place] {
	return func(yield func(Place) bool) {
		if root := f.env.get("GOROOT"); root != "" && !yield(Place{Dir: filepath.Join(root, "bin"), From: "GOROOT"}) {
			return
		}
		f.thenPrivate(goPlaces(f.env))(yield)
	}
}

package detect

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A sign recognizes a trap by the output of a failed tool.
type sign struct {
	trap    Trap
	text    *regexp.Regexp
	message string
	general bool // every other compiler would fail as well
}

// signs are tried in this order.
var signs = []sign{
	{TrapAntivirus, regexp.MustCompile(`(?i)contains a virus or potentially unwanted software|virus_infected`),
		"is stopped by an antivirus program, which takes a file that was just built for a virus", true},
	{TrapLongPath, regexp.MustCompile(`(?i)file ?name(?: or extension is)? too long|path(?: is)? too long`),
		"meets a path that is too long for it", true},
	{TrapGOFLAGS, regexp.MustCompile(`parsing \$?GOFLAGS|\(from \$GOFLAGS\)`), "does not understand GOFLAGS", true},
	{TrapGOROOT, regexp.MustCompile(`does not match go tool version|cannot find GOROOT directory|package (?:runtime|errors|fmt|math|os|strings) is not in std`),
		"works with a GOROOT that is none, or of another version", true},
	// debug/pe, and cgo with it, does not read big-obj: golang.org/issue/24341.
	{TrapBigObj, regexp.MustCompile(`cannot parse .*_cgo_\S* as ELF, Mach-O, PE`),
		"writes objects in the big-obj form, which Go cannot read; recent releases of w64devkit do so", false},
	{Trap32Bit, regexp.MustCompile(`64-bit mode not compiled in`), "is a 32-bit compiler, a 64-bit one is needed", false},
	// NTSTATUS: DLL not found, entry point not found, not an image of this system.
	{TrapDLL, regexp.MustCompile(`(?i)0xc0000135|0xc0000139|0xc000007b|error while loading shared libraries`),
		"does not find its own DLLs: its bin folder is not in PATH, or that of another compiler comes first", false},
	{TrapHeaders, regexp.MustCompile(`\.h: No such file or directory|'[\w./]+\.h' file not found`),
		"lacks the headers of the C library", false},
}

// explain returns the problem of a tool that failed. It is a known trap if the output shows
// one. Otherwise its message is what.
func (f *finder) explain(path, what, output string, err error) *Problem {
	p := &Problem{Path: path, Message: what, Output: strings.TrimSpace(output), err: err}
	text := output
	if err != nil {
		text += "\n" + err.Error()
	}
	if exit := new(exec.ExitError); errors.As(err, &exit) {
		text += fmt.Sprintf("\n%#x", uint32(exit.ExitCode())) // os/exec prints only large codes in this form, on Windows
	}
	for _, s := range signs {
		if s.trap == TrapBigObj && f.GOOS != "windows" || !s.text.MatchString(text) {
			continue
		}
		p.Trap, p.Message, p.general = s.trap, s.message, s.general
		break
	}
	full := fsutil.Full(err)
	for _, l := range limits {
		if p.Remedy == "" && (full && l.disk || l.text.MatchString(text)) {
			p.Trap, p.general, p.Remedy = "", true, l.remedy
		}
	}
	switch {
	case p.general && p.Remedy != "":
	case p.Trap == "" && cutAtSpace(path, text):
		p.Trap, p.Message = TrapSpaces, "lies in a folder with a space in its name, at which one of its parts cuts the path"
	}
	if p.Remedy == "" {
		p.Remedy = f.remedy(p.Trap, path)
	}
	return p
}

// Explain returns what is wrong with the toolchain if the output of a failed
// go build shows a trap, else nil. err is the build's error, and the cause of the result.
func (t *Toolchain) Explain(output string, err error) *Error {
	f := &finder{Config: Config{GOOS: t.GOOS, GOARCH: t.GOARCH, Records: t.records}, env: t.env}
	path := t.Go
	if len(t.ccArgs) > 0 {
		path = t.ccArgs[0]
	}
	p := f.explain(path, "", output, err)
	if p.Trap == "" && !p.general {
		return nil
	}
	if p.Message == "" {
		p.Message = "fails: " + gist(output)
	}
	if p.general {
		p.Path = t.Go
	}
	return &Error{Missing: "working toolchain for " + f.target(), Trap: p.Trap, Remedy: p.Remedy, Err: p}
}

// Vanished returns an error if a file that go build has made is gone or cannot be
// opened, else nil.
func (t *Toolchain) Vanished(file string) *Error {
	p := vanished(file)
	if p == nil {
		return nil
	}
	f := &finder{Config: Config{Records: t.records}, env: t.env}
	return &Error{Missing: "working toolchain for " + t.GOOS + "/" + t.GOARCH, Trap: p.Trap, Remedy: f.remedy(p.Trap, file), Err: p}
}

// limits are errors of the system about a process's limits. Every other tool would fail as
// well.
var limits = []struct {
	text   *regexp.Regexp
	disk   bool
	remedy string
}{
	{regexp.MustCompile(`(?i)no space left on device|disk quota exceeded|not enough space on the disk`), true,
		"free some space on the disk of the path in the message: of go env GOCACHE, of the cache folder, or of the folder for temporary files"},
	{regexp.MustCompile(`(?i)too many open files`), false, "allow more open files, as by ulimit -n 4096"},
	{regexp.MustCompile(`(?i)file too large|file size limit exceeded`), false, "allow larger files, as by ulimit -f unlimited"},
}

// cutAtSpace reports whether text is about the part of path before a space.
func cutAtSpace(path, text string) bool {
	before, _, ok := strings.Cut(filepath.ToSlash(path), " ")
	if !ok {
		return false
	}
	before, text = regexp.QuoteMeta(before), strings.ReplaceAll(text, `\`, "/")
	complaint := regexp.MustCompile(`(?i)` + before + `['":]*\s*(?:is not recognized|no such file|not found|cannot)` +
		`|(?:cannot find|cannot execute|not found:?|no such file[^\n]*:) ['"]?` + before + `(?:['":\s]|$)`)
	return complaint.MatchString(text)
}

// remedy returns the command that fixes a trap; path is the tool that has failed.
func (f *finder) remedy(trap Trap, path string) string {
	switch trap {
	case TrapGOFLAGS, TrapGOROOT:
		name := strings.ToUpper(string(trap))
		if f.env.get(name) == "" {
			return "go env -u " + name
		}
		return unset(name)
	case TrapAntivirus:
		return exclude(f.Records)
	case TrapLongPath:
		return shorten(f.Records)
	case TrapDLL:
		return prepend(filepath.Dir(path))
	case TrapSpaces:
		if short := shortPath(path); short != "" {
			return set("CC", short)
		}
		return "install the compiler in a folder without a space in its name, or choose another one: " + remedyCC(f.env, f.GOOS, f.GOARCH)
	case TrapMSYS, TrapBinutils:
		if root := msysRoot(path); root != "" {
			return pacman(root, f.GOARCH)
		}
	case TrapGoVersion:
		return remedyGo(f.env)
	}
	return remedyCC(f.env, f.GOOS, f.GOARCH)
}

// msysRoot returns the MSYS2 that a program belongs to: root\usr\bin\gcc.exe or
// root\ucrt64\bin\gcc.exe; "" if it belongs to none.
func msysRoot(path string) string {
	for dir := filepath.Dir(path); ; dir = filepath.Dir(dir) {
		if fsutil.IsRegular(filepath.Join(dir, "usr", "bin", "pacman.exe")) {
			return dir
		}
		if dir == filepath.Dir(dir) {
			return ""
		}
	}
}

// pacman returns the command that installs MinGW's compiler in an MSYS2.
func pacman(root, goarch string) string {
	pkg := "mingw-w64-ucrt-x86_64-gcc"
	if goarch == "arm64" {
		pkg = "mingw-w64-clang-aarch64-clang"
	}
	return filepath.Join(root, "usr", "bin", "bash.exe") + ` -lc "pacman -Sy --needed --noconfirm ` + pkg + `"`
}

package detect

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// trapped finds a toolchain with a fake Go and a fake compiler that behaves, for
// windows/amd64, and returns the error.
func trapped(t *testing.T, dir, version, machine string, goes, compiles behaviour, env ...string) *Error {
	t.Helper()
	goPath := fakeGo(t, filepath.Join(dir, "go"), version)
	goes.Build = true
	behave(t, goPath, goes)
	gcc := fake(t, filepath.Join(dir, "c compiler", "bin"), "gcc", machine)
	behave(t, gcc, compiles)
	cfg := Config{Go: goPath, CC: gcc, GOOS: "windows", GOARCH: "amd64", NeedC: true, Try: true,
		Records: filepath.Join(dir, "records"), Env: append(bare(), env...)}
	_, err := Find(context.Background(), cfg)
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("error is %v, want an *Error", err)
	}
	if left, _ := filepath.Glob(filepath.Join(cfg.Records, "trial-*")); len(left) > 0 {
		t.Errorf("got %v left behind, want nothing", left)
	}
	return e
}

func TestTraps(t *testing.T) {
	const mingw = "x86_64-w64-mingw32"
	tests := []struct {
		name     string
		version  string // of Go
		machine  string
		goes     behaviour
		compiles behaviour
		env      []string
		want     Trap
		text     string // part of the message
		remedy   string // part of it
	}{
		{name: "MSYS's own gcc", machine: "x86_64-pc-msys", want: TrapMSYS, text: "msys-2.0.dll"},
		{name: "Cygwin's gcc", machine: "x86_64-pc-cygwin", want: TrapMSYS, text: "msys-2.0.dll"},
		{name: "32 bits", machine: "i686-w64-mingw32", want: Trap32Bit, text: "64-bit one is needed"},
		{name: "32 bits found out by compiling", machine: mingw, compiles: behaviour{Stderr: "cc1.exe: sorry, unimplemented: 64-bit mode not compiled in", Exit: 1}, want: Trap32Bit},
		{name: "Microsoft's", machine: "x86_64-pc-windows-msvc", want: TrapTarget, text: "Microsoft"},
		{name: "big-obj", machine: mingw, compiles: behaviour{Stderr: `cgo: cannot parse gcc output $WORK\b001\\_cgo_2.o as ELF, Mach-O, PE, XCOFF object`, Exit: 2},
			want: TrapBigObj, text: "w64devkit"},
		{name: "old binutils", machine: mingw, compiles: behaviour{Linker: "ld 2.36"}, want: TrapBinutils, text: "2.36, and go1.25.3 needs 2.37"},
		{name: "its own DLLs, as it starts", machine: mingw, compiles: behaviour{Start: 0xC0000135}, want: TrapDLL, text: "not in PATH", remedy: "c compiler"},
		{name: "its own DLLs, as it compiles", machine: mingw, compiles: behaviour{Stderr: "gcc: fatal error: cc1.exe: exit status 0xc0000135", Exit: 1},
			want: TrapDLL, text: "not in PATH", remedy: "c compiler"},
		{name: "no headers", machine: mingw, compiles: behaviour{Stderr: "_cgo_export.c:3:10: fatal error: stdlib.h: No such file or directory", Exit: 1}, want: TrapHeaders},
		{name: "a space", machine: mingw, compiles: behaviour{Stderr: "CUT: No such file or directory", Exit: 1}, want: TrapSpaces, text: "with a space"},
		{name: "GOFLAGS that are the plugin's affair", machine: mingw, env: []string{"GOFLAGS=-nonsense"}, want: "", text: "would not load"},
		{name: "GOROOT of another version", machine: mingw, env: []string{"GOROOT=ANOTHER"}, want: TrapGOROOT, text: "go1.25.1", remedy: "GOROOT"},
		{name: "antivirus", machine: mingw, goes: behaviour{Vanishes: true}, want: TrapAntivirus, text: "is gone"},
		{name: "antivirus in words", machine: mingw,
			compiles: behaviour{Stderr: "Operation did not complete successfully because the file contains a virus or potentially unwanted software.", Exit: 1},
			want:     TrapAntivirus},
		{name: "long path", machine: mingw, compiles: behaviour{Stderr: "The filename or extension is too long.", Exit: 1}, want: TrapLongPath, text: "too long", remedy: "cache"},
		{name: "full disk", machine: mingw, compiles: behaviour{Stderr: "write: no space left on device", Exit: 1}, want: "", remedy: "free some space"},
		{name: "limit on open files", machine: mingw, compiles: behaviour{Stderr: "open x.c: too many open files", Exit: 1}, want: "", remedy: "ulimit -n"},
		{name: "limit on file sizes", machine: mingw, compiles: behaviour{Stderr: "write x.o: file too large", Exit: 1}, want: "", remedy: "ulimit -f"},
		{name: "anything else", machine: mingw, compiles: behaviour{Stderr: "x.c:1:1: error: broken on purpose", Exit: 1}, want: "", text: "broken on purpose"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS != "windows" && test.compiles.Start > 255 {
				t.Skip("exit codes have 8 bits here")
			}
			dir := filepath.Join(t.TempDir(), "Müllers Ordner")
			if test.compiles.Linker != "" {
				test.compiles.Linker = fake(t, filepath.Join(dir, "ld"), "ld", "GNU ld (GNU Binutils) 2.36.1")
			}
			before, _, _ := strings.Cut(dir, " ")
			test.compiles.Stderr = strings.ReplaceAll(test.compiles.Stderr, "CUT", filepath.ToSlash(before))
			for i := range test.env {
				test.env[i] = strings.Replace(test.env[i], "ANOTHER", filepath.Join(dir, "another"), 1)
			}
			write(t, filepath.Join(dir, "another", "VERSION"), "go1.25.1\n")

			e := trapped(t, dir, "go1.25.3", test.machine, test.goes, test.compiles, test.env...)
			if e.Trap != test.want || e.Remedy == "" {
				t.Errorf("trap is %q, remedy %q, want %q and a remedy", e.Trap, e.Remedy, test.want)
			}
			text := e.Error()
			var p *Problem
			if errors.As(e, &p) {
				text += "\n" + p.Output
			}
			if !strings.Contains(text, test.text) {
				t.Errorf("error is %q, want %q in it", text, test.text)
			}
			if !strings.Contains(e.Remedy, test.remedy) {
				t.Errorf("remedy is %q, want %q in it", e.Remedy, test.remedy)
			}
		})
	}
}

// The pacman of the MSYS2 that a compiler belongs to fixes it.
func TestMSYSRemedy(t *testing.T) {
	root := filepath.Join(t.TempDir(), "msys 64")
	write(t, filepath.Join(root, "usr", "bin", "pacman.exe"), "")
	msys := fake(t, filepath.Join(root, "usr", "bin"), "gcc", "x86_64-pc-msys")
	goPath := fakeGo(t, filepath.Join(root, "go"), "go1.25.3")
	_, err := Find(context.Background(), Config{Go: goPath, CC: msys, GOOS: "windows", GOARCH: "amd64", NeedC: true, Env: bare()})
	var e *Error
	want := filepath.Join(root, "usr", "bin", "bash.exe") + ` -lc "pacman -Sy --needed --noconfirm mingw-w64-ucrt-x86_64-gcc"`
	if !errors.As(err, &e) || e.Remedy != want {
		t.Errorf("error is %v, want the remedy %s", err, want)
	}
}

// A linker that is new enough, or none of binutils, is left alone.
func TestLinkerVersions(t *testing.T) {
	f := newFinder(Config{GOOS: "windows", GOARCH: "amd64", Env: bare()})
	for _, test := range []struct {
		linker, version string
		fits            bool
	}{
		{"GNU ld (GNU Binutils) 2.36.1", "go1.25.0", false},
		{"GNU ld (GNU Binutils) 2.36.1", "go1.24.9", true},
		{"GNU ld (GNU Binutils) 2.37", "go1.26.8", true},
		{"GNU ld (GNU Binutils) 2.45.50.20250922", "go1.26.8", true},
		{"GNU ld (GNU Binutils for Debian) 2.35.2", "devel go1.27-abcdef Mon", false},
		{"GNU ld (Linux/GNU Binutils) 2.30.0.20180213-1.el8", "go1.25.0", false},
		{"LLD 20.1.0 (compatible with GNU linkers)", "go1.25.0", true},
		{"", "go1.25.0", true},
	} {
		t.Run(test.linker, func(t *testing.T) {
			if p := f.checkLinker("gcc", test.linker, test.version); (p == nil) != test.fits {
				t.Errorf("%s with %s: got problem %v, want none: %t", test.linker, test.version, p, test.fits)
			}
		})
	}
}

func TestBlamedSettings(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	behave(t, goPath, behaviour{Build: true})
	r, err := Diagnose(context.Background(), Config{Go: goPath, CC: filepath.Join(dir, "none"), Records: filepath.Join(dir, "records"),
		Env: append(bare(), "GOFLAGS=-nonsense", "CGO_ENABLED=0")})
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Go) != 1 || r.Go[0].Problem == nil || r.Go[0].Problem.Trap != TrapGOFLAGS || r.Ready {
		t.Errorf("report is %+v, want GOFLAGS to be blamed", r.Go)
	}
	if len(r.Problems) != 1 || r.Problems[0].Trap != TrapCGOEnabled || !r.Problems[0].Harmless {
		t.Errorf("problems are %v, want the harmless CGO_ENABLED=0", r.Problems)
	}
}

// The real Go with a folder as GOROOT that is none.
func TestRealGOROOT(t *testing.T) {
	env := append(os.Environ(), "GOROOT="+filepath.Join(t.TempDir(), "none"))
	_, err := Find(context.Background(), Config{Env: env})
	var e *Error
	if !errors.As(err, &e) || e.Trap != TrapGOROOT || e.Remedy != unset("GOROOT") {
		t.Errorf("error is %v, want GOROOT to be blamed", err)
	}
}

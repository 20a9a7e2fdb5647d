package detect

import (
	"bytes"
	"context"
	"debug/pe"
	"encoding/binary"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a trial found out holds until something that it depended on changes.
func TestTrialRecord(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "with space ü")
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	behave(t, goPath, behaviour{Build: true})
	gcc := fake(t, filepath.Join(dir, "cc"), "gcc", "x86_64-w64-mingw32")
	cfg := Config{Go: goPath, GOOS: "windows", GOARCH: "amd64", NeedC: true, Try: true, Records: filepath.Join(dir, "records")}
	cfg.CC = gcc
	find := func(env ...string) (tried bool, trap Trap) {
		t.Helper()
		cfg.Env = append(bare(), env...)
		cfg.Trying = func(string) { tried = true }
		os.Remove(gcc + ".ran")
		_, err := Find(context.Background(), cfg)
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("error is %v, want an *Error", err)
		}
		if _, err := os.Stat(gcc + ".ran"); (err == nil) != tried {
			t.Errorf("the compiler's mark: got %v, want it to have run: %t", err, tried)
		}
		return tried, e.Trap
	}
	expect := func(what string, wantTried bool, wantTrap Trap, env ...string) {
		t.Helper()
		if tried, trap := find(env...); tried != wantTried || trap != wantTrap {
			t.Errorf("%s: tried %v with trap %q, want %v with %q", what, tried, trap, wantTried, wantTrap)
		}
	}

	behave(t, gcc, behaviour{Stderr: "fatal error: stdlib.h: No such file or directory", Exit: 1})
	expect("first", true, TrapHeaders)
	expect("a package may have been installed", true, TrapHeaders)

	behave(t, gcc, behaviour{Stderr: "cannot parse gcc output _cgo_.o as ELF, Mach-O, PE", Exit: 1})
	expect("after a passing failure", true, TrapBigObj)
	expect("again", false, TrapBigObj)
	expect("other C flags", true, TrapBigObj, "CGO_CFLAGS=-O1")
	expect("other C flags again", false, TrapBigObj, "CGO_CFLAGS=-O1")

	later := time.Now().Add(time.Hour)
	if err := os.Chtimes(gcc, later, later); err != nil {
		t.Fatal(err)
	}
	expect("another compiler", true, TrapBigObj, "CGO_CFLAGS=-O1")
	write(t, filepath.Join(dir, "go", "VERSION"), "go1.26.0\n")
	expect("another Go", true, TrapBigObj, "CGO_CFLAGS=-O1")

	records, err := filepath.Glob(filepath.Join(cfg.Records, "*.json"))
	if err != nil || len(records) != 1 {
		t.Fatalf("records are %v, %v, want one", records, err)
	}
	write(t, records[0], `{"format":`)
	expect("a damaged record", true, TrapBigObj, "CGO_CFLAGS=-O1")
}

// Without Try a compiler is believed, and what its record says counts.
func TestUntried(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	behave(t, goPath, behaviour{Build: true})
	gcc := fake(t, filepath.Join(dir, "cc"), "gcc", "x86_64-w64-mingw32")
	behave(t, gcc, behaviour{Stderr: "cannot parse gcc output _cgo_.o as ELF, Mach-O, PE", Exit: 1})
	cfg := Config{Go: goPath, CC: gcc, GOOS: "windows", GOARCH: "amd64", NeedC: true, Records: filepath.Join(dir, "records"), Env: bare()}
	if tools, err := Find(context.Background(), cfg); err != nil || tools.CCMachine != "x86_64-w64-mingw32" {
		t.Errorf("untried: got %+v, %v, want \"x86_64-w64-mingw32\"", tools, err)
	}
	cfg.Try = true
	if _, err := Find(context.Background(), cfg); err == nil {
		t.Error("Find with an unsuitable compiler: got no error, want one")
	}
	cfg.Try = false
	tools, err := Find(context.Background(), cfg)
	if err == nil {
		t.Error("Find without a trial: got no error, want that of the record")
	}
	if tools == nil || tools.Go != goPath || tools.CC != "" {
		t.Errorf("beside the error comes %+v, want what was found but the compiler", tools)
	}
}

// A suitable compiler follows unsuitable ones.
func TestTrialPassesOver(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	behave(t, goPath, behaviour{Build: true, Makes: dll(t, 1)})
	const name, mingw = "x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32"
	msys := fake(t, filepath.Join(dir, "msys"), name, "x86_64-pc-msys")
	bigObj := fake(t, filepath.Join(dir, "w64devkit"), name, mingw)
	behave(t, bigObj, behaviour{Stderr: "cannot parse gcc output _cgo_.o as ELF, Mach-O, PE", Exit: 1})
	fit := fake(t, filepath.Join(dir, "fit"), name, mingw)
	behave(t, fit, behaviour{})
	cfg := Config{Go: goPath, GOOS: "windows", GOARCH: "amd64", NeedC: true, Try: true, Records: filepath.Join(dir, "records"),
		Env: bare(filepath.Dir(msys), filepath.Dir(bigObj), filepath.Dir(fit))}
	for range 2 {
		tools, err := Find(context.Background(), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if tools.CC != fit || tools.CCMachine != mingw {
			t.Errorf("found %s for %s, want %s", tools.CC, tools.CCMachine, fit)
		}
		cfg.Trying = func(compiler string) { t.Errorf("got %s tried again, want it not to be", compiler) }
		os.Remove(msys + ".ran")
	}
	if _, err := os.Stat(msys + ".ran"); err == nil {
		t.Error("a compiler with a record: got a start, want none")
	}

	cfg.Env = bare(filepath.Dir(msys), filepath.Dir(bigObj))
	cfg.Trying = nil
	cfg.CC = msys
	var e *Error
	if _, err := Find(context.Background(), cfg); !errors.As(err, &e) || e.Trap != TrapMSYS {
		t.Errorf("error is %v, want the one that was chosen to be refused", err)
	}
}

func TestInspect(t *testing.T) {
	if p := inspect(dll(t, 1), "windows", "amd64"); p != nil {
		t.Errorf("got %v, want no problem", p)
	}
	if p := inspect(dll(t, 1), "windows", "arm64"); p == nil || !strings.Contains(p.Message, "machine") {
		t.Errorf("another machine: got %v, want a problem", p)
	}
	if p := inspect(dll(t, 1<<30), "windows", "amd64"); p == nil || p.Trap != TrapBinutils {
		t.Errorf("a section outside of the image: %v, want the trap of an old binutils", p)
	}
	if p := inspect(dll(t, 1), "linux", "amd64"); p == nil {
		t.Error("inspect of a DLL for Linux: got no problem, want one")
	}
}

// dll makes the least of a DLL for windows/amd64, with one section of that size.
func dll(t *testing.T, size uint32) string {
	t.Helper()
	header := pe.OptionalHeader64{Magic: 0x20b, SectionAlignment: 4096, FileAlignment: 512, SizeOfImage: 8192, NumberOfRvaAndSizes: 16}
	section := pe.SectionHeader32{VirtualAddress: 4096, VirtualSize: size, PointerToRawData: 512}
	copy(section.Name[:], ".text")
	var b bytes.Buffer
	b.Write(append([]byte("MZ"), make([]byte, 0x3a)...))
	for _, part := range []any{
		uint32(0x40), []byte("PE\x00\x00"),
		pe.FileHeader{Machine: pe.IMAGE_FILE_MACHINE_AMD64, NumberOfSections: 1, SizeOfOptionalHeader: uint16(binary.Size(header)), Characteristics: pe.IMAGE_FILE_DLL},
		header, section,
	} {
		if err := binary.Write(&b, binary.LittleEndian, part); err != nil {
			t.Fatal(err)
		}
	}
	b.Write(make([]byte, 1024-b.Len()))
	path := filepath.Join(t.TempDir(), "made.dll")
	write(t, path, b.String())
	return path
}

// The real tools of this machine.
func TestDiagnoseReal(t *testing.T) {
	records := filepath.Join(t.TempDir(), "Übersicht with space")
	var tried []string
	cfg := Config{NeedC: true, Records: records, Try: true, Trying: func(compiler string) { tried = append(tried, compiler) }}
	r, err := Diagnose(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Go) == 0 || !r.GoWorks || !strings.Contains(r.Go[0].Version, "go1.") || r.Go[0].From == "" {
		t.Fatalf("got %+v, want a Go that works", r.Go)
	}
	if !r.CWorks {
		if r.Ready || len(r.Problems) == 0 || r.Problems[len(r.Problems)-1].Remedy == "" {
			t.Errorf("without a compiler: got %+v, want a problem with a remedy", r)
		}
		t.Skip("no C compiler on this machine")
	}
	if !r.Ready || len(tried) != len(r.Compilers) {
		t.Errorf("got %+v after trying %q, want every compiler tried", r, tried)
	}
	for _, c := range r.Compilers {
		if c.Used && (c.Problem != nil || !c.Built || !c.Loaded || c.Machine == "" || c.Version == "") {
			t.Errorf("got the compiler %+v in use, want one that was tried", c)
		}
	}

	// A build that follows tries nothing.
	tried = nil
	tools, err := Find(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if len(tried) > 0 {
		t.Errorf("got %q tried again by a build, want none", tried)
	}
	for _, c := range r.Compilers {
		if c.Used && c.Command != tools.CC {
			t.Errorf("a build: got %s, want %s as the report says", tools.CC, c.Command)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(records, "trial-*")); len(left) > 0 {
		t.Errorf("got %v left behind, want nothing", left)
	}
}

// A real compiler that writes big-obj as recent w64devkit does.
func TestRealBigObj(t *testing.T) {
	gcc, err := exec.LookPath("x86_64-w64-mingw32-gcc")
	if err != nil {
		t.Skip("no MinGW compiler in PATH")
	}
	_, err = Find(context.Background(), Config{CC: gcc + " -Wa,-mbig-obj", GOOS: "windows", GOARCH: "amd64", NeedC: true, Try: true, Records: t.TempDir()})
	var e *Error
	if !errors.As(err, &e) || e.Trap != TrapBigObj || !strings.Contains(err.Error(), "w64devkit") {
		t.Errorf("error is %v, want big-obj to be named", err)
	}
}

func TestTrialCancelled(t *testing.T) {
	dir := t.TempDir()
	goPath := fakeGo(t, filepath.Join(dir, "go"), "go1.25.3")
	gcc := fake(t, filepath.Join(dir, "cc"), "gcc", hostMachine(t))
	ctx, cancel := context.WithCancel(context.Background())
	records := filepath.Join(dir, "records")
	_, err := Find(ctx, Config{Go: goPath, CC: gcc, NeedC: true, Try: true, Records: records, Env: bare(), Trying: func(string) { cancel() }})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v, want context.Canceled", err)
	}
	if list, _ := filepath.Glob(filepath.Join(records, "*")); len(list) > 0 {
		t.Errorf("got %v left behind, want nothing", list)
	}
}

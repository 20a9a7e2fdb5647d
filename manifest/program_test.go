package manifest

import (
	"bytes"
	"debug/elf"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// The manifest of a program is found by its mark, wherever it is.
func TestFindMark(t *testing.T) {
	marked := Mark([]byte("{content}"))
	for _, test := range []struct {
		name, text string
		want       string // "": none
		reason     LoadReason
	}{
		{"at the start", marked + "rest", "{content}", ""},
		{"at the end", "before" + marked, "{content}", ""},
		{"across pieces", strings.Repeat("x", 1<<18-5) + marked, "{content}", ""},
		{"length in the next piece", strings.Repeat("x", 1<<18-len(mark())) + marked, "{content}", ""},
		{"after a chance", mark() + "no number at all" + marked, "{content}", ""},
		{"nothing", strings.Repeat("x", 1<<19), "", ""},
		{"empty", "", "", ""},
		{"mark alone", mark(), "", ""},
		{"part of the mark", mark()[:5], "", ""},
		{"cut off", marked[:len(marked)-1], "", LoadDamaged},
		{"too long", mark() + "9999999999", "", LoadDamaged},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := "....." + test.text + "....."
			got, err := findMark(strings.NewReader(text), 5, int64(len(test.text)))
			var load *LoadError
			if errors.As(err, &load); string(got) != test.want || load == nil != (test.reason == "") || load != nil && load.Reason != test.reason {
				t.Errorf("got %q, error %v, want %q and reason %q", got, err, test.want, test.reason)
			}
		})
	}
}

// The manifest is read in what the linker makes for other systems, without changing it.
func TestReadProgram(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the tests on other systems build the programs")
	}
	for _, target := range []string{"darwin/arm64"} {
		t.Run(target, func(t *testing.T) {
			goos, goarch, _ := strings.Cut(target, "/")
			m := sample()
			m.GOOS, m.GOARCH, m.Bridge = goos, goarch, Bridge{Kind: Program}
			encoded, err := m.Encode()
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			source, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
			text := "package main\n\nvar manifest string\n\nfunc main() { manifest = " + strconv.Quote(Mark(encoded)) + "; println(len(manifest)) }\n"
			if err := os.WriteFile(source, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
			cmd := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", program, source)
			cmd.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			f, err := ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Manifest; got.GOOS != goos || got.GOARCH != goarch || got.Package != m.Package || !bytes.Equal(f.Raw, encoded) {
				t.Errorf("got a manifest of %s for %s/%s, want that of %s for %s", got.Package, got.GOOS, got.GOARCH, m.Package, target)
			}
			whole, err := os.ReadFile(program)
			if err != nil {
				t.Fatal(err)
			}
			for name, cut := range map[string]int{"header": 40, "half": len(whole) / 2} {
				var load *LoadError
				if _, err := Read(bytes.NewReader(whole[:cut]), int64(cut)); !errors.As(err, &load) {
					t.Errorf("cut in its %s: got %v, want a LoadError", name, err)
				}
			}
		})
	}
}

// The system of an ELF program is that in its header.
func TestReadELFProgram(t *testing.T) {
	for goos, abi := range map[string]elf.OSABI{"linux": elf.ELFOSABI_NONE, "freebsd": elf.ELFOSABI_FREEBSD, "netbsd": elf.ELFOSABI_NETBSD, "openbsd": elf.ELFOSABI_OPENBSD} {
		t.Run(goos, func(t *testing.T) {
			program := tinyELF(".rodata", elf.EM_AARCH64, []byte("text"+Mark(encoded(goos, "arm64"))+"text"))
			program[elf.EI_OSABI], program[16] = byte(abi), byte(elf.ET_EXEC)
			f, err := Read(bytes.NewReader(program), int64(len(program)))
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Manifest.GOOS + "/" + f.Manifest.GOARCH; got != goos+"/arm64" {
				t.Errorf("got %s, want %s/arm64", got, goos)
			}
		})
	}
}

// What is neither a library nor a plugin's program is refused.
func TestReadOtherPrograms(t *testing.T) {
	executable := tinyELF(".rodata", elf.EM_X86_64, []byte("text"))
	executable[16] = byte(elf.ET_EXEC)
	object := make([]byte, 32)
	copy(object, "\xcf\xfa\xed\xfe") // Mach-O without load commands
	for name, data := range map[string][]byte{"ELF": executable, "Mach-O": object} {
		t.Run(name, func(t *testing.T) {
			var load *LoadError
			if _, err := Read(bytes.NewReader(data), int64(len(data))); !errors.As(err, &load) || load.Reason != LoadNotLibrary {
				t.Errorf("got %v, want a LoadError, %s", err, LoadNotLibrary)
			}
		})
	}
}

package peimage

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// program links a Go program for Windows that holds data where the bridge's is.
func program(t testing.TB, goarch string, flags ...string) []byte {
	t.Helper()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module program\n\ngo 1.22\n")
	write("main.go", "package main\n\nvar image = [8]uint64{0x676d4967756c7057, 0x9e3779b97f4a7c16}\n\nfunc main() { image[2]++; println(&image) }\n")
	out := filepath.Join(dir, "program.exe")
	cmd := exec.Command("go", append(append([]string{"build", "-o", out, "-ldflags=-s -w"}, flags...), ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=windows", "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v, want nil\n%s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// processors leaves arm64 out on Windows: in Wine it takes a minute to compile the
// standard library for it, and the code under test is the same everywhere.
func processors() []string {
	if runtime.GOOS == "windows" {
		return []string{"amd64"}
	}
	return []string{"amd64", "arm64"}
}

func plugin(goarch string) *manifest.Manifest {
	return &manifest.Manifest{
		Format: manifest.Format, Bridge: manifest.Bridge{Kind: manifest.Pure, Version: abi.Version},
		Package: "p", GOOS: "windows", GOARCH: goarch, Functions: []manifest.Function{{Name: "F"}},
	}
}

// finish returns the library that Finish makes of the program in file, which stays as it is.
func finish(t testing.TB, file []byte, m *manifest.Manifest) ([]byte, error) {
	t.Helper()
	before := bytes.Clone(file)
	head, tail, err := Finish(file, m)
	if !bytes.Equal(file, before) {
		t.Error("got changes in the program, want none")
	}
	if err != nil {
		if head != nil || tail != nil {
			t.Errorf("got %d and %d bytes with error %v, want none", len(head), len(tail), err)
		}
		return nil, err
	}
	return slices.Concat(head, file[len(head):], tail), nil
}

func TestFinish(t *testing.T) {
	for _, goarch := range processors() {
		before := program(t, goarch, "-buildmode=pie")
		exe, err := pe.NewFile(bytes.NewReader(before))
		if err != nil {
			t.Fatal(err)
		}
		entry := exe.OptionalHeader.(*pe.OptionalHeader64).AddressOfEntryPoint
		m := plugin(goarch)
		library, err := finish(t, before, m)
		if err != nil {
			t.Fatalf("%s: got error %v, want nil", goarch, err)
		}
		again, err := finish(t, before, plugin(goarch))
		if err != nil || !bytes.Equal(library, again) {
			t.Errorf("%s: got two libraries of the same program (%v), want the same bytes", goarch, err)
		}

		path := filepath.Join(t.TempDir(), "p.dll")
		if err := os.WriteFile(path, library, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := manifest.ReadFile(path)
		if err != nil {
			t.Fatalf("%s: got error %v, want nil", goarch, err)
		}
		if b := f.Manifest.Bridge; b.Entry != entry || b != m.Bridge {
			t.Errorf("%s: got %+v in the manifest, want %+v and the entry %#x", goarch, b, m.Bridge, entry)
		}
		dll, err := pe.NewFile(bytes.NewReader(library))
		if err != nil {
			t.Fatal(err)
		}
		o := dll.OptionalHeader.(*pe.OptionalHeader64)
		if dll.Characteristics&pe.IMAGE_FILE_DLL == 0 || o.AddressOfEntryPoint != 0 {
			t.Errorf("%s: got characteristics %#x and entry %#x, want those of a DLL and no entry", goarch, dll.Characteristics, o.AddressOfEntryPoint)
		}
		checkSections(t, goarch, dll, o, int64(len(library)))
		data := dll.Section(".data")
		content, err := data.Data()
		if err != nil {
			t.Fatal(err)
		}
		if at := m.Bridge.Image - data.VirtualAddress; binary.LittleEndian.Uint64(content[at:]) != abi.ImageMagic[0] {
			t.Errorf("%s: got no header of the bridge at %#x, want its magic", goarch, m.Bridge.Image)
		}
	}
}

// checkSections checks what the system's loader checks.
func checkSections(t *testing.T, goarch string, f *pe.File, o *pe.OptionalHeader64, size int64) {
	t.Helper()
	var end uint32
	for _, s := range f.Sections {
		if s.VirtualAddress%o.SectionAlignment != 0 || s.VirtualAddress < end {
			t.Errorf("%s: got section %s at %#x, want an aligned place from %#x on", goarch, s.Name, s.VirtualAddress, end)
		}
		if s.Offset%o.FileAlignment != 0 || int64(s.Offset)+int64(s.Size) > size {
			t.Errorf("%s: got section %s at %#x of the file with %#x bytes, want an aligned place within %#x bytes", goarch, s.Name, s.Offset, s.Size, size)
		}
		end = s.VirtualAddress + s.VirtualSize
	}
	if o.SizeOfImage < end || o.SizeOfImage%o.SectionAlignment != 0 {
		t.Errorf("%s: got an image of %#x bytes, want an aligned size of at least %#x", goarch, o.SizeOfImage, end)
	}
}

func TestFinishRefuses(t *testing.T) {
	good := program(t, "amd64", "-buildmode=pie")
	library, err := finish(t, good, plugin("amd64"))
	if err != nil {
		t.Fatal(err)
	}
	header := int(binary.LittleEndian.Uint32(good[0x3c:])) + 4
	change := func(f func(b []byte)) []byte {
		b := bytes.Clone(good)
		f(b)
		return b
	}
	magic := binary.LittleEndian.AppendUint64(nil, abi.ImageMagic[0])
	at := bytes.Index(good, magic)
	for name, test := range map[string]struct {
		file []byte
		want string
	}{
		"empty":          {nil, "cannot be read"},
		"text":           {[]byte("package main\n"), "cannot be read"},
		"cut":            {good[:len(good)/2], ""},
		"for another":    {change(func(b []byte) { binary.LittleEndian.PutUint16(b[header:], pe.IMAGE_FILE_MACHINE_ARM64) }), "not for amd64"},
		"library":        {library, "library already"},
		"fixed":          {change(func(b []byte) { b[header+18] |= pe.IMAGE_FILE_RELOCS_STRIPPED }), "not position-independent"},
		"no data":        {change(func(b []byte) { b[at]++ }), "0 times"},
		"data twice":     {change(func(b []byte) { copy(b[at+16:], b[at:at+16]) }), "2 times"},
		"entry":          {change(func(b []byte) { binary.LittleEndian.PutUint32(b[header+atEntryPoint:], 0) }), "entry point"},
		"header is full": {change(func(b []byte) { b[header+20+240+40*int(b[header+2])] = 1 }), "no room"},
		"signed":         {change(func(b []byte) { b[header+20+112+8*4+4] = 1 }), "signed"},
		"has TLS":        {change(func(b []byte) { b[header+20+112+8*9+4] = 1 }), "thread-local"},
		"alignment":      {change(func(b []byte) { b[header+20+32] = 3 }), "alignments"},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := finish(t, test.file, plugin("amd64"))
			if err == nil || out != nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("%s: %d bytes, %v, want an error with %q", name, len(out), err, test.want)
			}
		})
	}
}

// FuzzFinish finishes arbitrary bytes, and a program with some of its bytes replaced.
func FuzzFinish(f *testing.F) {
	good := program(f, "amd64", "-buildmode=pie")
	header := binary.LittleEndian.Uint32(good[0x3c:])
	f.Add([]byte("MZ"), uint32(0), false)
	for at := header; at < header+0x200; at += 8 {
		f.Add([]byte{0xff, 0xff, 0xff, 0x7f}, at, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, at uint32, patch bool) {
		if patch {
			p := bytes.Clone(good)
			copy(p[at%uint32(len(p)):], b)
			b = p
		}
		if out, err := finish(t, b, plugin("amd64")); (out == nil) == (err == nil) {
			t.Errorf("got %d bytes and %v, want either a library or an error", len(out), err)
		}
	})
}

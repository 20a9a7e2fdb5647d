package elfimage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
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

// program links a Go program for Linux that holds data where the bridge's is, and a -8 that
// is no reference to thread-local storage.
func program(t testing.TB, goarch, data string, flags ...string) []byte {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the file is the same wherever it is linked, and the standard library is slow to build for Linux here")
	}
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module program\n\ngo 1.22\n")
	write("main.go", `package main

import "os"

var data = [8]uint64{`+data+`}

//go:noinline
func minus() int { return -8 }

func main() { data[2]++; println(&data, minus()); os.Exit(0) }
`)
	out := filepath.Join(dir, "program")
	cmd := exec.Command("go", append(append([]string{"build", "-o", out, "-ldflags=-s -w"}, flags...), ".")...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOOS=linux", "GOARCH="+goarch, "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off")
	if msg, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: got error %v, want nil\n%s", err, msg)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const magic = "0x676d4967756c7057, 0x9e3779b97f4a7c16"

func plugin(goarch string) *manifest.Manifest {
	return &manifest.Manifest{
		Format: manifest.Format, Bridge: manifest.Bridge{Kind: manifest.Pure, Version: abi.Version},
		Package: "p", GOOS: "linux", GOARCH: goarch, Functions: []manifest.Function{{Name: "F"}},
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
	before := program(t, "amd64", magic, "-buildmode=pie")
	m := plugin("amd64")
	library, err := finish(t, before, m)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "p.so")
	if err := os.WriteFile(path, library, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := manifest.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	have, want := file.Manifest.Bridge, m.Bridge
	if have.Entry != want.Entry || have.Image != want.Image || have.Code == nil {
		t.Errorf("the file's bridge is %+v, want %+v", have, want)
	}
	f, err := elf.NewFile(bytes.NewReader(library))
	if err != nil {
		t.Fatal(err)
	}
	if uint64(have.Entry) != f.Entry {
		t.Errorf("got the entry %#x, want the header's %#x", have.Entry, f.Entry)
	}
	text := f.Section(".text")
	code, err := text.Data()
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range abi.PatchedFunctions {
		at := uint64(have.Code.Functions[i])
		if at == 0 && p.Optional {
			continue
		}
		if at < text.Addr || !bytes.HasPrefix(code[at-text.Addr:], p.Code) {
			t.Errorf("got other code at %#x, want %s", at, p.Names[0])
		}
	}
	// Each place is MOVQ $-8, REG, and no more of the code is.
	n, at := 0, uint64(0)
	for list := have.Code.TLS; len(list) > 0; n++ {
		distance, size := binary.Uvarint(list)
		list, at = list[size:], at+distance
		if _, ok := abi.IsTLSLoad(code[:at-text.Addr+4]); !ok {
			t.Errorf("got no load at %#x, want one", at)
		}
	}
	all := 0
	for i := range code {
		if _, ok := abi.IsTLSLoad(code[:i]); ok {
			all++
		}
	}
	if n != all-1 { // minus returns one
		t.Errorf("got %d places recorded, want %d, the loads of -8 without minus's", n, all-1)
	}
	// What is mapped is as it was.
	if headerSize := 64; !bytes.Equal(library[headerSize:len(before)], before[headerSize:]) {
		t.Error("got changes between the header and the end of the file, want none")
	}
}

func TestFinishRefuses(t *testing.T) {
	whole := program(t, "amd64", magic, "-buildmode=pie")
	change := func(old, new []byte) []byte {
		if bytes.Count(whole, old) != 1 {
			t.Fatalf("got % x %d times, want once", old, bytes.Count(whole, old))
		}
		return bytes.Replace(bytes.Clone(whole), old, new, 1)
	}
	exit := abi.PatchedFunctions[abi.PatchExit].Code
	otherExit := bytes.Clone(exit)
	otherExit[1]++
	finished, err := finish(t, whole, plugin("amd64"))
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name   string
		file   []byte
		goarch string
		want   string
	}{
		{"text", []byte("no program"), "amd64", "cannot be read"},
		{"truncated", whole[:len(whole)/2], "amd64", "read"},
		{"not position-independent", program(t, "amd64", magic, "-buildmode=exe"), "amd64", "not position-independent"},
		{"no data of the bridge", program(t, "amd64", "1, 2", "-buildmode=pie"), "amd64", "there 0 times"},
		{"another processor", program(t, "arm64", magic, "-buildmode=pie"), "arm64", "for amd64 only"},
		{"other code", change(exit, otherExit), "amd64", "runtime.exit has other code"},
		{"twice", finished, "amd64", "has a manifest already"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := finish(t, test.file, plugin(test.goarch))
			refused := new(Error)
			if !errors.As(err, &refused) || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// FuzzFinish finishes arbitrary bytes, and a program with some of its bytes replaced.
func FuzzFinish(f *testing.F) {
	good := program(f, "amd64", magic, "-buildmode=pie")
	sections := uint32(binary.LittleEndian.Uint64(good[0x28:]))
	f.Add([]byte("\x7fELF"), uint32(0), false)
	for at := uint32(0); at < 0x400; at += 16 {
		f.Add([]byte{0xff, 0xff, 0xff, 0x7f}, at, true)
		f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, sections+at, true)
	}
	f.Fuzz(func(t *testing.T, b []byte, at uint32, patch bool) {
		if patch {
			p := bytes.Clone(good)
			copy(p[at%uint32(len(p)):], b)
			b = p
		}
		out, err := finish(t, b, plugin("amd64"))
		if refused := new(Error); (out == nil) == (err == nil) || err != nil && !errors.As(err, &refused) {
			t.Errorf("got %d bytes and %v, want either a library or an Error", len(out), err)
		}
	})
}

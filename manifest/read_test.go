package manifest

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// tinyELF is a shared library with nothing in it but a section.
func tinyELF(name string, machine elf.Machine, data []byte) []byte {
	var b bytes.Buffer
	names := "\x00" + name + "\x00.shstrtab\x00"
	dataAt := uint64(64)
	namesAt := dataAt + uint64(len(data))
	tableAt := namesAt + uint64(len(names))
	h := elf.Header64{Type: uint16(elf.ET_DYN), Machine: uint16(machine), Version: 1, Shoff: tableAt, Ehsize: 64, Shentsize: 64, Shnum: 3, Shstrndx: 2}
	copy(h.Ident[:], "\x7fELF\x02\x01\x01")
	write := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	write(h)
	b.Write(data)
	b.WriteString(names)
	write(elf.Section64{})
	write(elf.Section64{Name: 1, Type: uint32(elf.SHT_PROGBITS), Off: dataAt, Size: uint64(len(data)), Addralign: 1})
	write(elf.Section64{Name: uint32(2 + len(name)), Type: uint32(elf.SHT_STRTAB), Off: namesAt, Size: uint64(len(names)), Addralign: 1})
	return b.Bytes()
}

// tinyPE is a DLL with nothing in it but a section.
func tinyPE(name string, machine, characteristics uint16, data []byte) []byte {
	var b bytes.Buffer
	write := func(v any) { _ = binary.Write(&b, binary.LittleEndian, v) }
	dos := make([]byte, 64)
	copy(dos, "MZ")
	dos[0x3c] = 64
	b.Write(dos)
	b.WriteString("PE\x00\x00")
	optional := pe.OptionalHeader64{Magic: 0x20b, NumberOfRvaAndSizes: 16}
	write(pe.FileHeader{Machine: machine, NumberOfSections: 1, SizeOfOptionalHeader: uint16(binary.Size(optional)), Characteristics: characteristics})
	write(optional)
	s := pe.SectionHeader32{SizeOfRawData: uint32(len(data)), PointerToRawData: uint32(b.Len() + 40)}
	copy(s.Name[:], name)
	write(s)
	b.Write(data)
	return b.Bytes()
}

func encoded(goos, goarch string) []byte {
	m := sample()
	m.GOOS, m.GOARCH = goos, goarch
	b, err := m.Encode()
	if err != nil {
		panic(err)
	}
	return append(b, make([]byte, 16)...)
}

func TestReadFile(t *testing.T) {
	const dll = pe.IMAGE_FILE_DLL | pe.IMAGE_FILE_EXECUTABLE_IMAGE
	linux := tinyELF(Section, elf.EM_X86_64, encoded("linux", "amd64"))
	windows := tinyPE(Section, pe.IMAGE_FILE_MACHINE_AMD64, dll, encoded("windows", "amd64"))
	executable := bytes.Clone(linux)
	executable[16] = byte(elf.ET_EXEC)
	for _, test := range []struct {
		name string
		data []byte
		want LoadReason // "": readable
	}{
		{"linux", linux, ""},
		{"linux arm64", tinyELF(Section, elf.EM_AARCH64, encoded("linux", "arm64")), ""},
		{"windows", windows, ""},
		{"windows arm64", tinyPE(Section, pe.IMAGE_FILE_MACHINE_ARM64, dll, encoded("windows", "arm64")), ""},
		{"empty", nil, LoadNotLibrary},
		{"text", []byte("package main\n"), LoadNotLibrary},
		{"ELF executable", executable, LoadNotLibrary},
		{"PE executable", tinyPE(Section, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_EXECUTABLE_IMAGE, encoded("windows", "amd64")), LoadNotLibrary},
		{"other ELF", tinyELF(".other", elf.EM_X86_64, []byte("x")), LoadNotPlugin},
		{"other PE", tinyPE(".other", pe.IMAGE_FILE_MACHINE_AMD64, dll, []byte("x")), LoadNotPlugin},
		{"ELF cut", linux[:len(linux)-100], LoadTruncated},
		{"ELF cut short", linux[:40], LoadTruncated},
		{"PE cut", windows[:len(windows)-100], LoadTruncated},
		{"PE cut short", windows[:60], LoadTruncated},
		{"PE cut before its header", windows[:64], LoadTruncated},
		{"no manifest in the section", tinyELF(Section, elf.EM_X86_64, []byte("garbage")), LoadDamaged},
		{"manifest of another system", tinyELF(Section, elf.EM_X86_64, encoded("windows", "amd64")), LoadDamaged},
		{"manifest of another processor", tinyELF(Section, elf.EM_AARCH64, encoded("linux", "amd64")), LoadDamaged},
		{"other format", tinyELF(Section, elf.EM_X86_64, []byte(`{"format":1}`)), LoadWrongFormat},
	} {
		t.Run(test.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "a library ü.so")
			if err := os.WriteFile(path, test.data, 0o600); err != nil {
				t.Fatal(err)
			}
			f, err := ReadFile(path)
			if test.want == "" {
				if err != nil || f.Manifest.Package != "calc" || f.Size != int64(len(test.data)) {
					t.Errorf("%s: got %v, error %v, want package calc of %d bytes", test.name, f, err, len(test.data))
				}
				return
			}
			var load *LoadError
			if !errors.As(err, &load) || load.Reason != test.want || load.Path != path {
				t.Errorf("%s: %v, want reason %q", test.name, err, test.want)
			}
		})
	}
}

func TestReadFileUnreadable(t *testing.T) {
	for _, path := range []string{filepath.Join(t.TempDir(), "none.so"), t.TempDir()} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			var load *LoadError
			if _, err := ReadFile(path); !errors.As(err, &load) || load.Reason != LoadUnreadable {
				t.Errorf("%s: got %v, want a %T and %v", path, err, load, LoadUnreadable)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(tinyELF(Section, elf.EM_X86_64, encoded("linux", "amd64")))
	f.Add(tinyPE(Section, pe.IMAGE_FILE_MACHINE_AMD64, pe.IMAGE_FILE_DLL, encoded("windows", "amd64")))
	f.Add(tinyELF(".rodata", elf.EM_X86_64, []byte(Mark(encoded("linux", "amd64")))))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Read(bytes.NewReader(b), int64(len(b)))
		if (file == nil) == (err == nil) {
			t.Errorf("got %v and %v, want either a file or an error", file, err)
		}
	})
}

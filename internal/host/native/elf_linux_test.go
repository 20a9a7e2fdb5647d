//go:build amd64

package native

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"fmt"
	"os"
	"testing"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

const tinyHeader = 0x2000 // where tinyELF has its abi.ELFHeader

// tinyELF is the file of a library of the pure bridge: code, a page that nothing is mapped
// to, and data with the header and a relocation.
func tinyELF(t testing.TB) []byte {
	t.Helper()
	b := make([]byte, 0x3000)
	put := func(at int, v any) {
		if _, err := binary.Encode(b[at:], binary.LittleEndian, v); err != nil {
			t.Fatal(err)
		}
	}
	names := "\x00" + manifest.Section + "\x00.dynamic\x00.shstrtab\x00"
	text, err := (&manifest.Manifest{
		Format: manifest.Format, Bridge: manifest.Bridge{Kind: manifest.Pure, Version: abi.Version},
		Package: "p", GOOS: "linux", GOARCH: "amd64", Functions: []manifest.Function{{Name: "F"}},
	}).Encode()
	if err != nil || len(text) > 0x800 {
		t.Fatalf("got a manifest of %d bytes, %v, want at most %d", len(text), err, 0x800)
	}
	const data, dynamic, relocations, sections, section = 0x1000, 0x1400, 0x1500, 0x2000, 0x2400
	put(0, elf.Header64{
		Ident: [16]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)},
		Type:  uint16(elf.ET_DYN), Machine: uint16(elf.EM_X86_64), Version: uint32(elf.EV_CURRENT),
		Entry: 0x200, Phoff: 64, Phentsize: 56, Phnum: 3, Shoff: sections, Shentsize: 64, Shnum: 4, Shstrndx: 3,
	})
	put(64, []elf.Prog64{
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X), Filesz: 0x1000, Memsz: 0x1000, Align: pageSize},
		{Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_W), Off: data, Vaddr: tinyHeader, Filesz: 0x1000, Memsz: 0x1800, Align: pageSize},
		{Type: uint32(elf.PT_GNU_RELRO), Flags: uint32(elf.PF_R), Off: data, Vaddr: tinyHeader, Filesz: 0x10, Memsz: 0x10, Align: 1},
	})
	put(data, abi.ImageMagic)
	put(dynamic, []elf.Dyn64{{Tag: int64(elf.DT_RELA), Val: tinyHeader + relocations - data}, {Tag: int64(elf.DT_RELASZ), Val: 24}, {}})
	put(relocations, elf.Rela64{Off: tinyHeader + 0x800, Info: uint64(elf.R_X86_64_RELATIVE), Addend: 0x200})
	put(sections+64, []elf.Section64{
		{Name: 1, Type: uint32(elf.SHT_PROGBITS), Off: section, Size: uint64(len(text))},
		{Name: uint32(2 + len(manifest.Section)), Type: uint32(elf.SHT_DYNAMIC), Off: dynamic, Size: 48, Entsize: 16},
		{Name: uint32(11 + len(manifest.Section)), Type: uint32(elf.SHT_STRTAB), Off: 0x2200, Size: uint64(len(names))},
	})
	copy(b[0x2200:], names)
	copy(b[section:], text)
	return b
}

// mapBytes maps a file that Open would go on with.
func mapBytes(t testing.TB, b []byte) (*elfImage, error) {
	t.Helper()
	if _, err := manifest.Read(bytes.NewReader(b), int64(len(b))); err != nil {
		return nil, err
	}
	fd, err := unix.MemfdCreate("winplugin", unix.MFD_CLOEXEC)
	if err != nil {
		t.Skip(err)
	}
	f := os.NewFile(uintptr(fd), "winplugin")
	defer f.Close()
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	return mapELF(f)
}

func TestMapELF(t *testing.T) {
	m, err := mapBytes(t, tinyELF(t))
	if err != nil {
		t.Fatal(err)
	}
	defer m.unmap()
	if _, err := m.header(tinyHeader); err != nil {
		t.Error(err)
	}
	if got, want := *(*uintptr)(pointer(m.base + tinyHeader + 0x800)), m.base+0x200; got != want {
		t.Errorf("relocated to %#x, want %#x", got, want)
	}
	for _, at := range []uint32{0x1000, 0x1ff8, tinyHeader + 8, 0x3ff8, 1 << 31} {
		t.Run(fmt.Sprintf("%#x", at), func(t *testing.T) {
			if _, err := m.header(at); err == nil {
				t.Errorf("header at %#x: got no error, want one", at)
			}
		})
	}
	if err := m.protect(); err != nil {
		t.Error(err)
	}
}

// Whatever is in a file, reading and changing it in memory gives an error and no fault.
func FuzzMapELF(f *testing.F) {
	good := tinyELF(f)
	f.Add(good, uint32(tinyHeader), uint32(0x200), []byte{0x80, 4})
	change := func(at int, v uint64) {
		b := bytes.Clone(good)
		binary.LittleEndian.PutUint64(b[at:], v)
		f.Add(b, uint32(tinyHeader), uint32(0x200), []byte{})
	}
	change(0x1408, 0x1000) // relocations where nothing is mapped
	change(0x1418, 0x2000) // too many
	change(0x1500, 0x1000) // of a place where nothing is mapped
	change(64+56+16, 0x1ff0)
	f.Fuzz(func(t *testing.T, b []byte, at, function uint32, tls []byte) {
		m, err := mapBytes(t, b)
		if err != nil {
			return
		}
		defer m.unmap()
		h, err := m.header(at)
		if err != nil {
			return
		}
		places := &manifest.CodePlaces{TLS: tls, Functions: make([]uint32, abi.NumPatches)}
		for i := range places.Functions {
			places.Functions[i] = function
		}
		if m.patch(places, h, unsafe.Sizeof(*h)) == nil {
			_ = m.protect()
		}
	})
}

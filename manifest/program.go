package manifest

import (
	"bytes"
	"debug/elf"
	"debug/macho"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A program of the bridge [Program] has its manifest among its constants, because a system may refuse to
// run a file that was changed after the linker had signed it. A mark and the length stand before it.

// mark returns the mark. This program itself must not contain it.
func mark() string { return strings.ToLower("\x00WINPLUGIN MANIFEST\x00") }

const lengthSize = 10 // digits

// Mark returns the text by which the manifest is found in a program. encoded is what Encode returns.
func Mark(encoded []byte) string {
	return fmt.Sprintf("%s%0*d%s", mark(), lengthSize, len(encoded), encoded)
}

// findMark returns the manifest in size bytes at an offset, or nil.
func findMark(r io.ReaderAt, offset, size int64) ([]byte, error) {
	m := []byte(mark())
	b := make([]byte, 1<<18)
	for at := int64(0); at+int64(len(m)+lengthSize) <= size; {
		part := b[:min(int64(len(b)), size-at)]
		if _, err := r.ReadAt(part, offset+at); err != nil {
			return nil, refuse(LoadTruncated, errTruncated)
		}
		found := bytes.Index(part, m)
		switch {
		case found < 0 && int64(len(part)) == size-at:
			return nil, nil
		case found < 0:
			at += int64(len(part) - len(m) + 1)
			continue
		}
		at += int64(found + len(m))
		var digits [lengthSize]byte
		if size-at < lengthSize {
			return nil, nil
		}
		if _, err := r.ReadAt(digits[:], offset+at); err != nil {
			return nil, refuse(LoadTruncated, errTruncated)
		}
		n, err := strconv.ParseUint(string(digits[:]), 10, 64)
		if err != nil {
			continue // chance
		}
		if at += lengthSize; int64(n) > size-at {
			return nil, refuse(LoadDamaged, errors.New("its manifest is cut off; build the plugin again"))
		}
		return content(n, func() ([]byte, error) {
			raw := make([]byte, n)
			_, err := r.ReadAt(raw, offset+at)
			return raw, err
		})
	}
	return nil, nil
}

func elfArch(f *elf.File) string {
	little := f.ByteOrder == binary.ByteOrder(binary.LittleEndian)
	switch f.Machine {
	case elf.EM_X86_64:
		return "amd64"
	case elf.EM_AARCH64:
		return "arm64"
	case elf.EM_386:
		return "386"
	case elf.EM_ARM:
		return "arm"
	case elf.EM_RISCV:
		return "riscv64"
	case elf.EM_LOONGARCH:
		return "loong64"
	case elf.EM_S390:
		return "s390x"
	case elf.EM_PPC64:
		if little {
			return "ppc64le"
		}
		return "ppc64"
	}
	return ""
}

// isMachO reports whether a file begins as one of macOS for 64 bits does.
func isMachO(magic [4]byte) bool { return binary.LittleEndian.Uint32(magic[:]) == macho.Magic64 }

func readMachO(r io.ReaderAt, size int64) (raw []byte, goos, goarch string, err error) {
	f, err := macho.NewFile(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", "", refuse(LoadTruncated, errTruncated)
	}
	if err != nil {
		return nil, "", "", refuse(LoadDamaged, err)
	}
	defer f.Close()
	for _, l := range f.Loads {
		if s, ok := l.(*macho.Segment); ok && (s.Offset > uint64(size) || s.Filesz > uint64(size)-s.Offset) {
			return nil, "", "", refuse(LoadTruncated, errTruncated)
		}
	}
	for _, s := range f.Sections {
		if raw == nil && err == nil && s.Name == "__rodata" {
			raw, err = findMark(r, int64(s.Offset), int64(s.Size))
		}
	}
	if raw == nil && err == nil {
		return nil, "", "", refuse(LoadNotLibrary, errors.New("the file is a Mach-O file, but no plugin's program"))
	}
	arch := map[macho.Cpu]string{macho.CpuAmd64: "amd64", macho.CpuArm64: "arm64"}[f.Cpu]
	return raw, "darwin", arch, err
}

package native

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"runtime"
	"unsafe"
)

// An image is the memory of a library as Windows has mapped it, headers first:
// https://learn.microsoft.com/windows/win32/debug/pe-format. Windows has checked the
// headers, but not all that is read here. An offset beyond the image panics, and the
// methods return errHeader for that.
type image []byte

var errHeader = errors.New("its header in memory makes no sense")

// recoverHeader turns a read beyond the image into errHeader.
func recoverHeader(err *error) {
	switch v := recover().(type) {
	case nil:
	case runtime.Error:
		*err = errHeader
	default:
		if v != errHeader {
			panic(v)
		}
		*err = errHeader
	}
}

func (m image) uint32(at uint64) uint32 { return binary.LittleEndian.Uint32(m[at:]) }

// name returns the text at an offset, which ends with a zero.
func (m image) name(at uint64) string {
	text := m[at:]
	return string(text[:bytes.IndexByte(text, 0)]) // without a zero it panics
}

// fileHeader returns the offset of the file header.
func (m image) fileHeader() uint64 {
	start := uint64(m.uint32(0x3c))
	if start > 0x1000 || !bytes.HasPrefix(m[start:], []byte("PE\x00\x00")) {
		panic(errHeader)
	}
	return start + 4
}

const (
	fileHeaderSize = 20
	atMagic        = fileHeaderSize      // of the optional header
	atImageSize    = fileHeaderSize + 56 // SizeOfImage
	atDirectories  = fileHeaderSize + 112
)

// size is the library's size in memory. It needs the headers only.
func (m image) size() (size uint32, err error) {
	defer recoverHeader(&err)
	h := m.fileHeader()
	if binary.LittleEndian.Uint16(m[h+atMagic:]) != 0x20b { // 64 bits
		return 0, errHeader
	}
	return m.uint32(h + atImageSize), nil
}

// directory returns where one of the data directories lies.
func (m image) directory(index uint64) (start, end uint64) {
	entry := m.fileHeader() + atDirectories + 8*index
	start = uint64(m.uint32(entry))
	return start, start + uint64(m.uint32(entry+4))
}

// section returns the content of a section.
func (m image) section(name string) (content []byte, err error) {
	defer recoverHeader(&err)
	h := m.fileHeader()
	count, optional := uint64(binary.LittleEndian.Uint16(m[h+2:])), uint64(binary.LittleEndian.Uint16(m[h+16:]))
	for i := range count {
		const headerSize, atSize, atAddress = 40, 8, 12
		s := h + fileHeaderSize + optional + i*headerSize
		if string(m[s:s+uint64(len(name))]) == name {
			start := uint64(m.uint32(s + atAddress))
			return m[start : start+uint64(m.uint32(s+atSize))], nil
		}
	}
	return nil, fmt.Errorf("it has no section %s in memory", name)
}

// An importSlot is the word through which a library calls an imported function. A
// function may have several.
type importSlot struct {
	dll, name string // name is empty for an import by number
	word      *uintptr
}

// importSlots lists all that the library imports.
func (m image) importSlots() (slots []importSlot, err error) {
	defer recoverHeader(&err)
	const byOrdinal = 1 << 63
	start, end := m.directory(pe.IMAGE_DIRECTORY_ENTRY_IMPORT)
	if start == 0 {
		return nil, nil
	}
	for d := start; d < end; d += 20 {
		names, dll, words := uint64(m.uint32(d)), uint64(m.uint32(d+12)), uint64(m.uint32(d+16))
		if words == 0 {
			break
		}
		from := m.name(dll)
		for i := uint64(0); ; i += 8 {
			lookup := binary.LittleEndian.Uint64(m[names+i:])
			if lookup == 0 {
				break
			}
			slot := importSlot{dll: from, word: (*uintptr)(unsafe.Pointer(&m[words+i : words+i+8][0]))}
			if lookup&byOrdinal == 0 { // two bytes of hint, then the name
				slot.name = m.name(lookup + 2)
			}
			if slots = append(slots, slot); len(slots) > maxImports {
				return nil, errHeader
			}
		}
	}
	return slots, nil
}

// maxImports is far more than any Go program imports.
const maxImports = 1 << 14

// nearestExport returns the exported function that begins nearest before an offset, and
// how far before. The name is empty if there is none.
func (m image) nearestExport(offset uint32) (name string, distance uint32) {
	var err error
	defer recoverHeader(&err)
	start, end := m.directory(pe.IMAGE_DIRECTORY_ENTRY_EXPORT)
	if end == start {
		return "", 0
	}
	count, functions, names, ordinals := m.uint32(start+24), uint64(m.uint32(start+28)), uint64(m.uint32(start+32)), uint64(m.uint32(start+36))
	best := uint32(0)
	for i := range uint64(count) {
		f := m.uint32(functions + 4*uint64(binary.LittleEndian.Uint16(m[ordinals+2*i:])))
		// An address in the directory itself is the name of another DLL's function.
		if f > best && f <= offset && (uint64(f) < start || uint64(f) >= end) {
			best, name = f, m.name(uint64(m.uint32(names+4*i)))
		}
	}
	return name, offset - best
}

package elfimage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// addSection returns the file with one section more, which is not mapped. Its content, the
// names of sections and their table go to the end of the file.
func addSection(file []byte, f *elf.File, data []byte) ([]byte, error) {
	const headerSize = 64 // of a file, and of a section
	var header elf.Header64
	if _, err := binary.Decode(file, binary.LittleEndian, &header); err != nil {
		return nil, refuse("its header cannot be read: %w", err)
	}
	n := int(header.Shnum)
	if n != len(f.Sections) || header.Shentsize != headerSize || int(header.Shstrndx) >= n || header.Shoff+uint64(n*headerSize) > uint64(len(file)) {
		return nil, refuse("its table of sections makes no sense")
	}
	names, err := f.Sections[header.Shstrndx].Data()
	if err != nil {
		return nil, refuse("the names of its sections cannot be read: %w", err)
	}
	table := bytes.Clone(file[header.Shoff : header.Shoff+uint64(n*headerSize)])
	section := elf.Section64{Name: uint32(len(names)), Type: uint32(elf.SHT_PROGBITS), Size: uint64(len(data)), Addralign: 1}
	names = append(append(bytes.Clone(names), manifest.Section...), 0)

	section.Off = uint64(len(file))
	file = append(file, data...)
	namesOff := uint64(len(file))
	file = append(file, names...)
	file = append(file, make([]byte, -len(file)&7)...)
	header.Shoff, header.Shnum = uint64(len(file)), header.Shnum+1

	entry := table[int(header.Shstrndx)*headerSize:]
	const atOffset, atSize = 24, 32
	binary.LittleEndian.PutUint64(entry[atOffset:], namesOff)
	binary.LittleEndian.PutUint64(entry[atSize:], uint64(len(names)))
	file = append(file, table...)
	if file, err = binary.Append(file, binary.LittleEndian, section); err != nil {
		return nil, refuse("its table of sections cannot be written: %w", err)
	}
	if _, err := binary.Encode(file, binary.LittleEndian, header); err != nil {
		return nil, refuse("its header cannot be written: %w", err)
	}
	return file, nil
}

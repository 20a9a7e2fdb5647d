package elfimage

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"

	"github.com/RamanSharma100/go-winplugin/manifest"
)

// sectionData returns the part of the file that a section is. It copies nothing: a program has
// megabytes.
func sectionData(file []byte, s *elf.Section) ([]byte, error) {
	size := uint64(len(file))
	if s.Type == elf.SHT_NOBITS || s.Flags&elf.SHF_COMPRESSED != 0 || s.Offset > size || s.FileSize > size-s.Offset {
		return nil, errors.New("it is not in the file as it is in memory")
	}
	return file[s.Offset : s.Offset+s.FileSize], nil
}

// addSection adds one section, which is not mapped. Its content, the names of sections and
// their table go to the end of the file. It returns the new header, and what is added.
func addSection(file []byte, f *elf.File, data []byte) (head, tail []byte, err error) {
	const headerSize = 64 // of a file, and of a section
	var header elf.Header64
	if _, err := binary.Decode(file, binary.LittleEndian, &header); err != nil {
		return nil, nil, refuse("its header cannot be read: %w", err)
	}
	n := int(header.Shnum)
	if n != len(f.Sections) || header.Shentsize != headerSize || int(header.Shstrndx) >= n || header.Shoff+uint64(n*headerSize) > uint64(len(file)) {
		return nil, nil, refuse("its table of sections makes no sense")
	}
	names, err := sectionData(file, f.Sections[header.Shstrndx])
	if err != nil {
		return nil, nil, refuse("the names of its sections cannot be read: %w", err)
	}
	table := bytes.Clone(file[header.Shoff : header.Shoff+uint64(n*headerSize)])
	section := elf.Section64{Name: uint32(len(names)), Type: uint32(elf.SHT_PROGBITS), Size: uint64(len(data)), Addralign: 1}
	names = append(append(bytes.Clone(names), manifest.Section...), 0)

	end := func() uint64 { return uint64(len(file) + len(tail)) }
	section.Off = end()
	tail = append(tail, data...)
	namesOff := end()
	tail = append(tail, names...)
	tail = append(tail, make([]byte, -end()&7)...)
	header.Shoff, header.Shnum = end(), header.Shnum+1

	entry := table[int(header.Shstrndx)*headerSize:]
	const atOffset, atSize = 24, 32
	binary.LittleEndian.PutUint64(entry[atOffset:], namesOff)
	binary.LittleEndian.PutUint64(entry[atSize:], uint64(len(names)))
	tail = append(tail, table...)
	if tail, err = binary.Append(tail, binary.LittleEndian, section); err != nil {
		return nil, nil, refuse("its table of sections cannot be written: %w", err)
	}
	if head, err = binary.Append(nil, binary.LittleEndian, header); err != nil {
		return nil, nil, refuse("its header cannot be written: %w", err)
	}
	return head, tail, nil
}

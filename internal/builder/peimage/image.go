// Package peimage makes a DLL of a Go program for Windows: the last step of the pure
// bridge, after the linker.
//
// The program is position-independent, so the system can load it anywhere. A bit in its
// header makes it a DLL. Its entry point is removed from the header and recorded in the
// manifest. So the system maps the file, relocates it, resolves its imports and registers
// its unwind tables, but runs none of its code; later the host starts the Go runtime at the
// recorded entry.
//
// Files that differ from the known output of the linker are refused.
package peimage

import (
	"bytes"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// Offsets in the headers, from the start of the file header on. See
// https://learn.microsoft.com/windows/win32/debug/pe-format
const (
	fileHeaderSize    = 20
	sectionHeaderSize = 40

	atNumberOfSections = 2
	atCharacteristics  = 18

	// In the optional header (PE32+), which follows.
	atInitializedData = fileHeaderSize + 8
	atEntryPoint      = fileHeaderSize + 16
	atSizeOfImage     = fileHeaderSize + 56
	atCheckSum        = fileHeaderSize + 64
)

// Finish returns how the program in file becomes a library with the manifest m, in which it
// records the addresses: head replaces the beginning of the file, and tail is added to its end.
func Finish(file []byte, m *manifest.Manifest) (head, tail []byte, err error) {
	f, err := pe.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, nil, refuse("it cannot be read: %w", err)
	}
	defer f.Close()
	optional, err := check(f, m.GOARCH)
	if err != nil {
		return nil, nil, err
	}
	if m.Bridge.Image, err = find(file, f, optional); err != nil {
		return nil, nil, err
	}
	m.Bridge.Entry = optional.AddressOfEntryPoint
	data, err := m.Encode()
	if err != nil {
		return nil, nil, err
	}
	return addSection(file, f, optional, data)
}

func refuse(format string, args ...any) error {
	return fmt.Errorf("the linked program cannot be made a library: %w; please report this, with the Go version", fmt.Errorf(format, args...))
}

// check makes sure that the file is what the Go linker makes of a program in
// position-independent mode.
func check(f *pe.File, goarch string) (*pe.OptionalHeader64, error) {
	machine := map[string]uint16{"amd64": pe.IMAGE_FILE_MACHINE_AMD64, "arm64": pe.IMAGE_FILE_MACHINE_ARM64}[goarch]
	o, ok := f.OptionalHeader.(*pe.OptionalHeader64)
	switch {
	case !ok || f.Machine != machine:
		return nil, refuse("it is not for %s", goarch)
	case f.Characteristics&pe.IMAGE_FILE_DLL != 0:
		return nil, refuse("it is a library already")
	case f.Characteristics&pe.IMAGE_FILE_RELOCS_STRIPPED != 0, o.DllCharacteristics&pe.IMAGE_DLLCHARACTERISTICS_DYNAMIC_BASE == 0,
		o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_BASERELOC].Size == 0:
		return nil, refuse("it is not position-independent")
	case o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_TLS].Size != 0:
		return nil, refuse("it has thread-local storage of its own")
	case o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_SECURITY].Size != 0:
		return nil, refuse("it is signed; sign the library instead")
	case f.Section(manifest.Section) != nil:
		return nil, refuse("it has a manifest already")
	case o.FileAlignment == 0 || o.SectionAlignment == 0 || o.FileAlignment&(o.FileAlignment-1) != 0 || o.SectionAlignment&(o.SectionAlignment-1) != 0:
		return nil, refuse("its alignments make no sense")
	}
	text := f.Section(".text")
	if text == nil || o.AddressOfEntryPoint < text.VirtualAddress || o.AddressOfEntryPoint >= text.VirtualAddress+text.VirtualSize {
		return nil, refuse("its entry point is not in its code")
	}
	return o, nil
}

// find returns the address of the abi.ImageHeader, relative to that of the library.
func find(file []byte, f *pe.File, o *pe.OptionalHeader64) (uint32, error) {
	var found []uint32
	for _, s := range f.Sections {
		if s.Size == 0 {
			continue
		}
		if s.Offset == 0 || uint64(s.Offset)+uint64(s.Size) > uint64(len(file)) {
			return 0, refuse("its section %s is not whole", s.Name)
		}
		data := file[s.Offset : s.Offset+s.Size] // a copy of megabytes would take time
		for _, at := range abi.FindMagic(data) {
			found = append(found, s.VirtualAddress+at)
		}
	}
	if len(found) != 1 || found[0]%8 != 0 {
		return 0, refuse("the bridge's data is there %d times", len(found))
	}
	return found[0], nil
}

// addSection adds the header of a library, and one section.
func addSection(file []byte, f *pe.File, o *pe.OptionalHeader64, data []byte) (head, tail []byte, err error) {
	header := int(binary.LittleEndian.Uint32(file[0x3c:])) + 4
	table := header + fileHeaderSize + int(f.SizeOfOptionalHeader)
	entry := table + sectionHeaderSize*len(f.Sections)
	if entry+sectionHeaderSize > int(o.SizeOfHeaders) || len(bytes.Trim(file[entry:entry+sectionHeaderSize], "\x00")) != 0 {
		return nil, nil, refuse("its header has no room for one section more")
	}
	var end uint32 // of what is mapped
	for _, s := range f.Sections {
		end = max(end, s.VirtualAddress+max(s.VirtualSize, s.Size))
	}
	address := align(end, o.SectionAlignment)
	if address < o.SizeOfImage {
		address = align(o.SizeOfImage, o.SectionAlignment)
	}
	head = bytes.Clone(file[:entry+sectionHeaderSize])
	size := uint32(len(data))
	raw := pad(data, o.FileAlignment)
	start := align(uint32(len(file)), o.FileAlignment)

	section := pe.SectionHeader32{
		VirtualSize: size, VirtualAddress: address,
		SizeOfRawData: uint32(len(raw)), PointerToRawData: start,
		Characteristics: pe.IMAGE_SCN_CNT_INITIALIZED_DATA | pe.IMAGE_SCN_MEM_READ,
	}
	copy(section.Name[:], manifest.Section)
	if n, err := binary.Encode(head[entry:], binary.LittleEndian, section); err != nil || n != sectionHeaderSize {
		return nil, nil, errors.Join(refuse("its header cannot be written"), err)
	}
	le := binary.LittleEndian
	le.PutUint16(head[header+atNumberOfSections:], f.NumberOfSections+1)
	le.PutUint16(head[header+atCharacteristics:], f.Characteristics|pe.IMAGE_FILE_DLL)
	le.PutUint32(head[header+atInitializedData:], o.SizeOfInitializedData+uint32(len(raw)))
	le.PutUint32(head[header+atEntryPoint:], 0)
	le.PutUint32(head[header+atSizeOfImage:], align(address+size, o.SectionAlignment))
	le.PutUint32(head[header+atCheckSum:], 0)
	return head, append(make([]byte, start-uint32(len(file))), raw...), nil
}

func align(n, to uint32) uint32 { return (n + to - 1) &^ (to - 1) }

// pad returns b with zeros behind it up to a multiple of to.
func pad(b []byte, to uint32) []byte {
	return append(b, make([]byte, align(uint32(len(b)), to)-uint32(len(b)))...)
}

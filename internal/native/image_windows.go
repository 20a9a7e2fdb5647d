package native

import (
	"debug/pe"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The headers of a library as the system has mapped it, from its base address on:
// https://learn.microsoft.com/windows/win32/debug/pe-format. The system has checked
// them when it mapped the file.

// at returns the address at an offset from the library's base, in memory of the
// library.
func at(base uintptr, offset uint32) unsafe.Pointer {
	p := base + uintptr(offset)
	return *(*unsafe.Pointer)(unsafe.Pointer(&p))
}

var errHeader = errors.New("its header in memory makes no sense")

func mappedHeaders(base uintptr) (*pe.FileHeader, *pe.OptionalHeader64, error) {
	start := *(*uint32)(at(base, 0x3c))
	if start > 0x1000 || *(*[4]byte)(at(base, start)) != [4]byte{'P', 'E'} {
		return nil, nil, errHeader
	}
	file := (*pe.FileHeader)(at(base, start+4))
	optional := (*pe.OptionalHeader64)(at(base, start+4+20))
	if optional.Magic != 0x20b {
		return nil, nil, errHeader
	}
	return file, optional, nil
}

// mappedSize is the library's size in memory.
func mappedSize(base uintptr) (uint32, error) {
	_, o, err := mappedHeaders(base)
	if err != nil {
		return 0, err
	}
	return o.SizeOfImage, nil
}

// mappedSection returns the content of a section in memory of the library.
func mappedSection(base uintptr, name string) ([]byte, error) {
	f, _, err := mappedHeaders(base)
	if err != nil {
		return nil, err
	}
	start := *(*uint32)(at(base, 0x3c)) + 4 + 20 + uint32(f.SizeOfOptionalHeader)
	for i := range uint32(f.NumberOfSections) {
		s := (*pe.SectionHeader32)(at(base, start+i*40))
		if string(s.Name[:len(name)]) == name {
			return unsafe.Slice((*byte)(at(base, s.VirtualAddress)), s.VirtualSize), nil
		}
	}
	return nil, fmt.Errorf("it has no section %s in memory", name)
}

// hookImport puts an address of the library's own in the place of a function that
// the library imports, and returns the function's address. The library's runtime
// must not run yet.
func hookImport(base uintptr, name string, hook uintptr) (real uintptr, err error) {
	slot, err := importSlot(base, name)
	if err != nil {
		return 0, err
	}
	real = *slot
	var old uint32
	if err := windows.VirtualProtect(uintptr(unsafe.Pointer(slot)), unsafe.Sizeof(*slot), windows.PAGE_READWRITE, &old); err != nil {
		return 0, fmt.Errorf("its imports cannot be written: %w", err)
	}
	*slot = hook
	if err := windows.VirtualProtect(uintptr(unsafe.Pointer(slot)), unsafe.Sizeof(*slot), old, &old); err != nil {
		return 0, fmt.Errorf("its imports cannot be protected again: %w", err)
	}
	return real, nil
}

// importSlot finds the word through which the library calls an imported function.
func importSlot(base uintptr, name string) (*uintptr, error) {
	_, o, err := mappedHeaders(base)
	if err != nil {
		return nil, err
	}
	const byOrdinal = 1 << 63
	directory := o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_IMPORT]
	for d := directory.VirtualAddress; d != 0 && d < directory.VirtualAddress+directory.Size; d += 20 {
		names, slots := *(*uint32)(at(base, d)), *(*uint32)(at(base, d+16))
		if slots == 0 {
			break
		}
		for i := uint32(0); ; i++ {
			lookup := *(*uint64)(at(base, names+8*i))
			if lookup == 0 {
				break
			}
			if lookup&byOrdinal != 0 {
				continue
			}
			// Two bytes of hint, then the name.
			if windows.BytePtrToString((*byte)(at(base, uint32(lookup)+2))) == name {
				return (*uintptr)(at(base, slots+8*i)), nil
			}
		}
	}
	return nil, fmt.Errorf("its runtime does not import %s; this Go version is not supported by the pure bridge yet", name)
}

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
	return pointer(base + uintptr(offset))
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

// An importSlot is the word through which a library calls an imported function. A
// function may have several.
type importSlot struct {
	dll, name string // name is empty for an import by number
	word      *uintptr
}

// importSlots lists all that the library imports.
func importSlots(base uintptr) ([]importSlot, error) {
	_, o, err := mappedHeaders(base)
	if err != nil {
		return nil, err
	}
	const byOrdinal = 1 << 63
	var slots []importSlot
	directory := o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_IMPORT]
	for d := directory.VirtualAddress; d != 0 && d < directory.VirtualAddress+directory.Size; d += 20 {
		names, dll, words := *(*uint32)(at(base, d)), *(*uint32)(at(base, d+12)), *(*uint32)(at(base, d+16))
		if words == 0 {
			break
		}
		from := windows.BytePtrToString((*byte)(at(base, dll)))
		for i := uint32(0); ; i++ {
			lookup := *(*uint64)(at(base, names+8*i))
			if lookup == 0 {
				break
			}
			slot := importSlot{dll: from, word: (*uintptr)(at(base, words+8*i))}
			if lookup&byOrdinal == 0 { // two bytes of hint, then the name
				slot.name = windows.BytePtrToString((*byte)(at(base, uint32(lookup)+2)))
			}
			slots = append(slots, slot)
		}
	}
	return slots, nil
}

// hookImports puts addresses of the library's own in the place of functions that it
// imports, by name. The library's runtime must not run yet.
func hookImports(slots []importSlot, hooks map[string]uintptr) error {
	if len(slots) == 0 {
		return nil
	}
	// They lie together, so their pages are made writable at one go.
	first, last := uintptr(unsafe.Pointer(slots[0].word)), uintptr(0)
	for _, slot := range slots {
		word := uintptr(unsafe.Pointer(slot.word))
		first, last = min(first, word), max(last, word)
	}
	size := last + unsafe.Sizeof(last) - first
	var old uint32
	if err := windows.VirtualProtect(first, size, windows.PAGE_READWRITE, &old); err != nil {
		return fmt.Errorf("its imports cannot be written: %w", err)
	}
	for _, slot := range slots {
		if hook, ok := hooks[slot.name]; ok {
			*slot.word = hook
		}
	}
	if err := windows.VirtualProtect(first, size, old, &old); err != nil {
		return fmt.Errorf("its imports cannot be protected again: %w", err)
	}
	return nil
}

// nearestExport returns the exported function that begins nearest before an offset from
// a module's base, and how far before. The name is empty if there is none.
func nearestExport(base uintptr, offset uint32) (name string, distance uint32) {
	_, o, err := mappedHeaders(base)
	if err != nil || o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT].Size == 0 {
		return "", 0
	}
	d := o.DataDirectory[pe.IMAGE_DIRECTORY_ENTRY_EXPORT]
	word := func(at_ uint32) uint32 { return *(*uint32)(at(base, at_)) }
	count, functions, names, ordinals := word(d.VirtualAddress+24), word(d.VirtualAddress+28), word(d.VirtualAddress+32), word(d.VirtualAddress+36)
	best := uint32(0)
	for i := range count {
		f := word(functions + 4*uint32(*(*uint16)(at(base, ordinals+2*i))))
		// What lies in the directory itself is the name of another DLL's function.
		if f > best && f <= offset && (f < d.VirtualAddress || f >= d.VirtualAddress+d.Size) {
			best, name = f, windows.BytePtrToString((*byte)(at(base, word(names+4*i))))
		}
	}
	return name, offset - best
}

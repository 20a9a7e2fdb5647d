package native

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// at returns the address at an offset from the library's base, in memory of the
// library.
func at(base uintptr, offset uint32) unsafe.Pointer {
	return pointer(base + uintptr(offset))
}

// headerSize is what is mapped of any image: its first page.
const headerSize = 0x1000

// mappedImage returns the memory of a library that the system has mapped at base.
func mappedImage(base uintptr) (image, error) {
	header := image(unsafe.Slice((*byte)(pointer(base)), headerSize))
	size, err := header.size()
	if err != nil {
		return nil, err
	}
	return unsafe.Slice((*byte)(pointer(base)), size), nil
}

// hookImports replaces functions that the library imports, by name, by functions of the
// library. The library's runtime must not run yet.
func hookImports(slots []importSlot, hooks map[string]uintptr) error {
	if len(slots) == 0 {
		return nil
	}
	// They are adjacent, so one call makes their pages writable.
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

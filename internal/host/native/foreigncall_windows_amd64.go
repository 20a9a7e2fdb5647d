package native

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// A DLL may call Go functions that a library has given to it (syscall.NewCallback), on a thread
// that is in a call of the library or on one of its own. If the library ends then, the thread
// must return to the DLL, which may hold locks: the system's loader for instance.

// callTableSize is the size in bytes of runtime.callbackasm: cb_max calls in Go 1.22 to 1.26.
const callTableSize = 2000 * 5

// replacedSize is the size in bytes of the instructions at the start of runtime.callbackasm1
// that are replaced.
const replacedSize = 15

// callPrologue is how runtime.callbackasm1 begins: it stores the arguments CX, DX, R8 and R9.
var callPrologue = []byte{
	0x48, 0x89, 0x4C, 0x24, 0x10,
	0x48, 0x89, 0x54, 0x24, 0x18,
	0x4C, 0x89, 0x44, 0x24, 0x20,
	0x4C, 0x89, 0x4C, 0x24, 0x28,
}

// hookForeignCalls makes runtime.callbackasm1 of a library begin with a jump to the host. No
// code of the library has run yet.
func (s *callbackSlot) hookForeignCalls(image *abi.ImageHeader, memory image) error {
	table, entry := image.CallbackTable-s.codeStart, image.CallbackEntry-s.codeStart
	size := uintptr(len(memory))
	if table > size || size-table < callTableSize || entry > size || size-entry < uintptr(len(callPrologue)) || !bytes.HasPrefix(memory[entry:], callPrologue) {
		return errors.New("its runtime lets DLLs call Go functions in a way that is not known")
	}
	const jump = "\xFF\x25\x00\x00\x00\x00" // to the address that follows
	code := memory[entry : entry+uintptr(len(jump))+8]
	start := uintptr(unsafe.Pointer(unsafe.SliceData(code)))
	var old uint32
	if err := windows.VirtualProtect(start, uintptr(len(code)), windows.PAGE_READWRITE, &old); err != nil {
		return fmt.Errorf("its code cannot be changed: %w", err)
	}
	copy(code, jump)
	binary.LittleEndian.PutUint64(code[len(jump):], uint64(s.endThunk(thunkForeignCall)))
	if err := windows.VirtualProtect(start, uintptr(len(code)), old, &old); err != nil {
		return fmt.Errorf("its code cannot be protected again: %w", err)
	}
	s.callTable, s.callEntry = image.CallbackTable, image.CallbackEntry
	return nil
}

package elfimage

import (
	"bytes"
	"debug/gosym"
	"encoding/binary"
	"strings"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// code is the section .text.
type code struct {
	start     uint64
	bytes     []byte
	functions *gosym.Table
}

// patched returns the addresses of the functions in abi.PatchedFunctions; 0 for one that
// is not there.
func (c *code) patched() ([]uint32, error) {
	list := make([]uint32, abi.NumPatches)
	for i, p := range abi.PatchedFunctions {
		f := c.find(p.Names)
		switch {
		case f == nil && p.Optional:
			continue
		case f == nil:
			return nil, refuse("it has no function %s", p.Names[0])
		}
		at := f.Entry - c.start
		if at >= uint64(len(c.bytes)) || !bytes.HasPrefix(c.bytes[at:], p.Code) {
			return nil, refuse("its function %s has other code than is known", f.Name)
		}
		list[i] = uint32(f.Entry)
	}
	return list, nil
}

func (c *code) find(names []string) *gosym.Func {
	for _, name := range names {
		if f := c.functions.LookupFunc(name); f != nil {
			return f
		}
	}
	return nil
}

// most is the largest distance between MOVQ $-8, REG and the access to FS:(REG) in assembly of
// the runtime. In other code the access follows directly, because one instruction of the
// assembler makes both.
const most = 16

// tlsPlaces returns the addresses of the constants by which the code reaches the
// thread-local g: each as the distance from the one before, a uvarint.
func (c *code) tlsPlaces() ([]byte, error) {
	operand := []byte{0xf8, 0xff, 0xff, 0xff}
	var list []byte
	n, last := 0, uint64(0)
	for end := 0; ; {
		i := bytes.Index(c.bytes[end:], operand)
		if i < 0 {
			break
		}
		at := end + i
		end = at + 1
		reg, ok := abi.IsTLSLoad(c.bytes[:at+len(operand)])
		if !ok {
			continue
		}
		address := c.start + uint64(at)
		behind := c.bytes[at+len(operand):]
		if !accessesTLS(behind, reg) {
			f := c.functions.PCToFunc(address)
			if f == nil || !strings.HasPrefix(f.Name, "runtime.") {
				continue // a -8 of the program's
			}
			if !accessesTLSWithin(behind, reg) {
				return nil, refuse("its function %s loads -8 without an access to thread-local storage behind it", f.Name)
			}
		}
		list = binary.AppendUvarint(list, address-last)
		n, last = n+1, address
	}
	// The smallest program has some hundred: each function in assembly that is called
	// from Go's other calling convention, and more.
	if n < 20 {
		return nil, refuse("it refers to thread-local storage in %d places only", n)
	}
	return list, nil
}

func accessesTLSWithin(b []byte, reg byte) bool {
	for i := range min(most, len(b)) {
		if accessesTLS(b[i:], reg) {
			return true
		}
	}
	return false
}

// accessesTLS reports whether b begins with an instruction with the operand FS:(REG): the
// prefix of FS, perhaps REX, an opcode, and a ModRM byte without displacement; REG 12
// needs a SIB byte.
func accessesTLS(b []byte, reg byte) bool {
	if len(b) < 6 || b[0] != 0x64 {
		return false
	}
	b = b[1:]
	var rex byte
	if b[0]&0xf0 == 0x40 {
		rex, b = b[0], b[1:]
	}
	switch b[0] {
	case 0x8b, 0x89, 0xc7, 0x83, 0x3b, 0x39: // MOV, MOV, MOV immediate, CMP immediate, CMP, CMP
	default:
		return false
	}
	modrm := b[1]
	if reg == 12 && b[2] != 0x24 || reg&7 == 5 || reg == 4 {
		return false
	}
	return modrm&0xc7 == reg&7 && rex&1 == reg>>3
}

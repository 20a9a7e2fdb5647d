//go:build amd64

package process

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
)

// pageSize is that of the segments of a library.
const pageSize = 4096

// makeProgram returns the library as a program that the kernel starts without another loader:
// at a random address, and relocated for it.
func makeProgram(library []byte) (err error) {
	// debug/elf may panic on a damaged file.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("its headers cannot be read (%v)", v)
		}
	}()
	f, err := elf.NewFile(bytes.NewReader(library))
	if err != nil {
		return err
	}
	if f.Type != elf.ET_DYN || f.Class != elf.ELFCLASS64 || f.Machine != elf.EM_X86_64 {
		return errors.New("it is not what the pure bridge makes")
	}
	base := (1<<20 + rand.Uint64N(1<<28)) * pageSize
	if err := relocate(f, library, base); err != nil {
		return err
	}
	return setHeaders(library, base)
}

// relocate writes the words that hold addresses.
func relocate(f *elf.File, library []byte, base uint64) error {
	section := f.Section(".rela")
	if section == nil {
		return errors.New("it has no table of relocations")
	}
	table, err := section.Data()
	if err != nil {
		return err
	}
	const entry = 24 // size of an elf.Rela64
	for ; len(table) >= entry; table = table[entry:] {
		off, info, addend := binary.LittleEndian.Uint64(table), binary.LittleEndian.Uint64(table[8:]), binary.LittleEndian.Uint64(table[16:])
		at, ok := offset(f, off)
		if t := elf.R_X86_64(info); t != elf.R_X86_64_RELATIVE || !ok || at+8 > uint64(len(library)) {
			return fmt.Errorf("it has a relocation %v at %#x", t, off)
		}
		binary.LittleEndian.PutUint64(library[at:], base+addend)
	}
	return nil
}

// offset returns where in the file the word at an address is.
func offset(f *elf.File, address uint64) (at uint64, ok bool) {
	for _, p := range f.Progs {
		if p.Type == elf.PT_LOAD && address >= p.Vaddr && address-p.Vaddr < p.Filesz && p.Filesz-(address-p.Vaddr) >= 8 {
			return p.Off + address - p.Vaddr, true
		}
	}
	return 0, false
}

// Offsets in an elf.Header64 and an elf.Prog64.
const (
	headerType, headerEntry, headerPhoff, headerPhentsize, headerPhnum = 16, 24, 32, 54, 56
	progType, progVaddr, progPaddr                                     = 0, 16, 24
)

// setHeaders makes the headers those of a program at a fixed address that needs no interpreter.
func setHeaders(b []byte, base uint64) error {
	le := binary.LittleEndian
	le.PutUint16(b[headerType:], uint16(elf.ET_EXEC))
	le.PutUint64(b[headerEntry:], le.Uint64(b[headerEntry:])+base)
	at, size, n := le.Uint64(b[headerPhoff:]), uint64(le.Uint16(b[headerPhentsize:])), uint64(le.Uint16(b[headerPhnum:]))
	if at > uint64(len(b)) || n*size > uint64(len(b))-at || size < 56 {
		return errors.New("its program headers lie outside of it")
	}
	for p := b[at : at+n*size]; len(p) > 0; p = p[size:] {
		switch t := elf.ProgType(le.Uint32(p[progType:])); t {
		case elf.PT_INTERP, elf.PT_DYNAMIC, elf.PT_GNU_RELRO, elf.PT_PHDR:
			le.PutUint32(p[progType:], uint32(elf.PT_NULL))
		default:
			le.PutUint64(p[progVaddr:], le.Uint64(p[progVaddr:])+base)
			le.PutUint64(p[progPaddr:], le.Uint64(p[progPaddr:])+base)
		}
	}
	return nil
}

// remedy says how a plugin must be built that runs in a process of its own.
const remedy = "with the pure bridge"

// Package elfimage makes a library of a Go program for Linux: the last step of the pure
// bridge, after the linker.
//
// The program is position-independent and needs no other library. So the host can map it at any
// address, relocate it and start its runtime, without the system's loader. The host also patches
// the program's code. [Finish] finds and checks the places, and records them in the manifest,
// which it adds as a section of the file:
//
//   - the instructions that refer to the thread-local g, because each library has its g at an
//     offset of its own in the threads' storage
//   - the functions of the runtime that hooks replace
//
// Finish refuses a file that differs in any way from what Go's linker is known to write.
package elfimage

import (
	"bytes"
	"debug/elf"
	"debug/gosym"
	"encoding/binary"
	"fmt"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

// An Error reports a linked program that cannot be made a library.
type Error struct{ Err error }

func (e *Error) Error() string {
	return fmt.Sprintf("the linked program cannot be made a library by the pure bridge: %v; build it with the cgo bridge, and please report this, with the Go version", e.Err)
}

func (e *Error) Unwrap() error { return e.Err }

func refuse(format string, args ...any) error { return &Error{fmt.Errorf(format, args...)} }

// Finish returns how the program in file becomes a library with the manifest m, to which it adds
// the addresses: head replaces the beginning of the file, and tail is added to its end.
func Finish(file []byte, m *manifest.Manifest) (head, tail []byte, err error) {
	// debug/elf and debug/gosym do not promise to survive every file.
	defer func() {
		if v := recover(); v != nil {
			head, tail, err = nil, nil, refuse("its headers cannot be read (%v)", v)
		}
	}()
	f, err := elf.NewFile(bytes.NewReader(file))
	if err != nil {
		return nil, nil, refuse("it cannot be read: %w", err)
	}
	defer f.Close()
	if err := check(file, f, m.GOARCH); err != nil {
		return nil, nil, err
	}
	c, err := readCode(file, f)
	if err != nil {
		return nil, nil, err
	}
	b := &m.Bridge
	b.Entry = uint32(f.Entry)
	if b.Image, err = findHeader(file, f); err != nil {
		return nil, nil, err
	}
	b.Code = new(manifest.CodePlaces)
	if b.Code.Functions, err = c.patched(); err != nil {
		return nil, nil, err
	}
	if b.Code.TLS, err = c.tlsPlaces(); err != nil {
		return nil, nil, err
	}
	data, err := m.Encode()
	if err != nil {
		return nil, nil, err
	}
	return addSection(file, f, data)
}

// check makes sure that the file is what the Go linker makes of a program without cgo in
// position-independent mode.
func check(file []byte, f *elf.File, goarch string) error {
	switch {
	case goarch != "amd64" || f.Machine != elf.EM_X86_64 || f.Class != elf.ELFCLASS64 || f.Data != elf.ELFDATA2LSB:
		return refuse("it is for %v, and the pure bridge on Linux is for amd64 only", f.Machine)
	case f.Type != elf.ET_DYN:
		return refuse("it is not position-independent")
	case f.Section(manifest.Section) != nil:
		return refuse("it has a manifest already")
	}
	var code *elf.Prog
	for _, p := range f.Progs {
		switch {
		case p.Type == elf.PT_TLS && p.Memsz > 8:
			return refuse("it has thread-local storage of its own")
		case p.Type == elf.PT_LOAD && p.Vaddr+p.Memsz > 1<<31:
			return refuse("it is too large")
		case p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0:
			if code != nil || p.Flags&elf.PF_W != 0 || p.Filesz != p.Memsz {
				return refuse("its code is not in one segment of its own")
			}
			code = p
		}
	}
	if code == nil || f.Entry < code.Vaddr || f.Entry >= code.Vaddr+code.Memsz {
		return refuse("its entry point is not in its code")
	}
	return checkDynamic(file, f)
}

// checkDynamic makes sure that the program needs no other library, and no relocation but
// by the address that it is loaded at.
func checkDynamic(file []byte, f *elf.File) error {
	for tag, what := range map[elf.DynTag]string{
		elf.DT_NEEDED: "it needs other libraries", elf.DT_JMPREL: "it imports functions", elf.DT_TEXTREL: "its code has relocations",
		elf.DT_REL: "its relocations have another form", elf.DT_INIT: "it has code that runs at its start", elf.DT_INIT_ARRAY: "it has code that runs at its start",
	} {
		values, err := f.DynValue(tag)
		if err != nil {
			return refuse("its dynamic section cannot be read: %w", err)
		}
		if tag == elf.DT_JMPREL {
			// Go's linker writes an empty table.
			if values, err = f.DynValue(elf.DT_PLTRELSZ); err != nil {
				return refuse("its dynamic section cannot be read: %w", err)
			}
		}
		for _, v := range values {
			if v != 0 || tag == elf.DT_NEEDED {
				return refuse("%s", what)
			}
		}
	}
	table := f.Section(".rela")
	if table == nil {
		table = f.Section(".rela.dyn")
	}
	if table == nil {
		return refuse("it has no relocations")
	}
	data, err := sectionData(file, table)
	if err != nil {
		return refuse("its relocations cannot be read: %w", err)
	}
	const size = 24 // of an elf.Rela64
	for at := 0; at+size <= len(data); at += size {
		if t := elf.R_X86_64(binary.LittleEndian.Uint32(data[at+8:])); t != elf.R_X86_64_RELATIVE {
			return refuse("it has a relocation %v", t)
		}
	}
	return nil
}

// findHeader returns the address of the abi.ELFHeader.
func findHeader(file []byte, f *elf.File) (uint32, error) {
	var found []uint32
	for _, s := range f.Sections {
		if s.Type == elf.SHT_NOBITS || s.Flags&elf.SHF_ALLOC == 0 {
			continue
		}
		data, err := sectionData(file, s)
		if err != nil {
			return 0, refuse("its section %s cannot be read: %w", s.Name, err)
		}
		for _, at := range abi.FindMagic(data) {
			found = append(found, uint32(s.Addr)+at)
		}
	}
	if len(found) != 1 || found[0]%8 != 0 {
		return 0, refuse("the bridge's data is there %d times", len(found))
	}
	return found[0], nil
}

// readCode reads the program's code and the table of its functions, which the linker
// leaves in the file when it strips symbols.
func readCode(file []byte, f *elf.File) (*code, error) {
	text := f.Section(".text")
	if text == nil {
		return nil, refuse("it has no code")
	}
	data, err := sectionData(file, text)
	if err != nil {
		return nil, refuse("its code cannot be read: %w", err)
	}
	lines := f.Section(".gopclntab") // since Go 1.26
	if lines == nil {
		lines = f.Section(".data.rel.ro.gopclntab")
	}
	if lines == nil {
		return nil, refuse("it has no table of functions")
	}
	pclntab, err := sectionData(file, lines)
	if err != nil {
		return nil, refuse("its table of functions cannot be read: %w", err)
	}
	table, err := gosym.NewTable(nil, gosym.NewLineTable(pclntab, text.Addr))
	if err != nil {
		return nil, refuse("its table of functions cannot be read: %w", err)
	}
	return &code{start: text.Addr, bytes: data, functions: table}, nil
}

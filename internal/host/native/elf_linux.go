//go:build amd64

package native

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
	"github.com/RamanSharma100/go-winplugin/manifest"
)

const pageSize = 4096

func pageDown(n uintptr) uintptr { return n &^ (pageSize - 1) }
func pageUp(n uintptr) uintptr   { return pageDown(n + pageSize - 1) }

// An elfImage is a library of the pure bridge in memory. This package maps it; the system's
// loader does not know it.
type elfImage struct {
	base, size uintptr
	segments   []elf.ProgHeader // those to map, and what of them is read-only once it is relocated
	code       elf.ProgHeader
	entry      uintptr
	raw        []byte // the manifest in the file
}

// mapELF maps the file with room for changes, and relocates it. Nothing of it runs.
func mapELF(f *os.File) (m *elfImage, err error) {
	// debug/elf may panic on a damaged file.
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("its headers cannot be read (%v)", v)
		}
		if err != nil && m != nil {
			m.unmap()
		}
	}()
	file, err := elf.NewFile(f)
	if err != nil {
		return nil, err
	}
	m = new(elfImage)
	if err := m.layOut(file); err != nil {
		return m, err
	}
	if m.base, err = mmap(0, m.size, unix.PROT_NONE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE, -1, 0); err != nil {
		return m, fmt.Errorf("no room for it: %w", err)
	}
	for _, s := range m.segments {
		if s.Type == elf.PT_LOAD {
			if err := m.mapSegment(f, s); err != nil {
				return m, err
			}
		}
	}
	return m, m.relocate(file)
}

// layOut reads what is to be mapped where.
func (m *elfImage) layOut(file *elf.File) error {
	section := file.Section(manifest.Section)
	if file.Type != elf.ET_DYN || file.Machine != elf.EM_X86_64 || section == nil {
		return errors.New("it is not what the pure bridge makes")
	}
	raw, err := section.Data()
	if err != nil {
		return err
	}
	m.raw = bytes.TrimRight(raw, "\x00")
	for _, p := range file.Progs {
		end := p.Vaddr + p.Memsz
		switch {
		case p.Type != elf.PT_LOAD && p.Type != elf.PT_GNU_RELRO:
			continue
		case end < p.Vaddr || end > 1<<31 || p.Filesz > p.Memsz || p.Type == elf.PT_LOAD && p.Vaddr%pageSize != p.Off%pageSize:
			return errors.New("its segments make no sense")
		case p.Type == elf.PT_LOAD && p.Flags&elf.PF_X != 0:
			m.code = p.ProgHeader
		}
		m.size = max(m.size, pageUp(uintptr(end)))
		m.segments = append(m.segments, p.ProgHeader)
	}
	m.entry = uintptr(file.Entry)
	if m.code.Memsz == 0 || file.Entry < m.code.Vaddr || file.Entry >= m.code.Vaddr+m.code.Memsz {
		return errors.New("its entry point is not in its code")
	}
	return nil
}

func (m *elfImage) mapSegment(f *os.File, s elf.ProgHeader) error {
	from, fileEnd := pageDown(uintptr(s.Vaddr)), uintptr(s.Vaddr+s.Filesz)
	const writable = unix.PROT_READ | unix.PROT_WRITE
	if s.Filesz > 0 {
		if _, err := mmap(m.base+from, fileEnd-from, writable, unix.MAP_PRIVATE|unix.MAP_FIXED, int(f.Fd()), pageDown(uintptr(s.Off))); err != nil {
			return fmt.Errorf("a segment cannot be mapped: %w", err)
		}
	} else {
		fileEnd = from
	}
	page, end := pageUp(fileEnd), pageUp(uintptr(s.Vaddr+s.Memsz))
	if s.Memsz > s.Filesz {
		clear(unsafe.Slice((*byte)(pointer(m.base+fileEnd)), page-fileEnd))
	}
	if end > page {
		if _, err := mmap(m.base+page, end-page, writable, unix.MAP_PRIVATE|unix.MAP_FIXED|unix.MAP_ANON, -1, 0); err != nil {
			return fmt.Errorf("a segment cannot be mapped: %w", err)
		}
	}
	return nil
}

// holds reports whether size bytes lie in a segment. Between segments is memory that must
// not be touched.
func (m *elfImage) holds(at, size uint64) bool {
	for _, s := range m.segments {
		if s.Type == elf.PT_LOAD && at >= s.Vaddr && at-s.Vaddr <= s.Memsz && size <= s.Memsz-(at-s.Vaddr) {
			return true
		}
	}
	return false
}

// relocate adds the base address to the words that hold addresses. The build makes sure that
// the library needs no other relocations.
func (m *elfImage) relocate(file *elf.File) error {
	var table, size uint64
	for tag, value := range map[elf.DynTag]*uint64{elf.DT_RELA: &table, elf.DT_RELASZ: &size} {
		values, err := file.DynValue(tag)
		if err != nil || len(values) != 1 {
			return errors.New("it has no table of relocations")
		}
		*value = values[0]
	}
	const entry = 24 // size of an elf.Rela64
	if !m.holds(table, size) || table%8 != 0 {
		return errors.New("its table of relocations lies outside of it")
	}
	for _, r := range unsafe.Slice((*elf.Rela64)(pointer(m.base+uintptr(table))), size/entry) {
		if t := elf.R_X86_64(r.Info); t != elf.R_X86_64_RELATIVE || !m.holds(r.Off, 8) || r.Addend < 0 || uint64(r.Addend) > uint64(m.size) {
			return fmt.Errorf("it has a relocation %v at %#x", t, r.Off)
		}
		*(*uintptr)(pointer(m.base + uintptr(r.Off))) = m.base + uintptr(r.Addend)
	}
	return nil
}

// header returns the library's abi.ELFHeader.
func (m *elfImage) header(at uint32) (*abi.ELFHeader, error) {
	if !m.holds(uint64(at), uint64(unsafe.Sizeof(abi.ELFHeader{}))) || at%8 != 0 {
		return nil, errors.New("its manifest names addresses outside of it")
	}
	h := (*abi.ELFHeader)(pointer(m.base + uintptr(at)))
	if h.Magic != abi.ImageMagic {
		return nil, errors.New("its manifest names the address of something else")
	}
	return h, nil
}

// patch changes the code: the runtime's g is at the thread's words in FS, and hooks replace
// functions. patch checks each place before.
func (m *elfImage) patch(places *manifest.CodePlaces, h *abi.ELFHeader, words uintptr) error {
	code := unsafe.Slice((*byte)(pointer(m.base+uintptr(m.code.Vaddr))), m.code.Memsz)
	start := uint64(m.code.Vaddr)
	at := uint64(0)
	for list := places.TLS; len(list) > 0; {
		distance, n := binary.Uvarint(list)
		if n <= 0 {
			return errors.New("its list of references to thread-local storage is damaged")
		}
		list, at = list[n:], at+distance
		end := at - start + abi.TLSOperandLen
		if at < start || end > uint64(len(code)) {
			return fmt.Errorf("a reference to thread-local storage at %#x lies outside of its code", at)
		}
		if _, ok := abi.IsTLSLoad(code[:end]); !ok {
			return fmt.Errorf("there is no reference to thread-local storage at %#x", at)
		}
		binary.LittleEndian.PutUint32(code[at-start:], uint32(words))
	}
	if len(places.Functions) != abi.NumPatches {
		return errors.New("its list of functions is of another version")
	}
	for i, p := range abi.PatchedFunctions {
		address := uint64(places.Functions[i])
		if address == 0 && p.Optional {
			continue
		}
		if address < start || address-start > uint64(len(code)) || !bytes.HasPrefix(code[address-start:], p.Code) {
			return fmt.Errorf("its function %s is not at %#x", p.Names[0], address)
		}
		jump := code[address-start:]
		const jmp, size = 0xe9, 5
		jump[0] = jmp
		binary.LittleEndian.PutUint32(jump[1:], uint32(h.Hooks[i]-(m.base+uintptr(address)+size)))
	}
	return nil
}

// protect makes everything but data read-only, and the code executable.
func (m *elfImage) protect() error {
	for _, s := range m.segments {
		from, end, prot := pageDown(uintptr(s.Vaddr)), pageUp(uintptr(s.Vaddr+s.Memsz)), 0
		for flag, bit := range map[elf.ProgFlag]int{elf.PF_R: unix.PROT_READ, elf.PF_W: unix.PROT_WRITE, elf.PF_X: unix.PROT_EXEC} {
			if s.Flags&flag != 0 {
				prot |= bit
			}
		}
		if s.Type == elf.PT_GNU_RELRO {
			end, prot = pageDown(uintptr(s.Vaddr+s.Memsz)), unix.PROT_READ
		}
		if end <= from {
			continue
		}
		err := unix.Mprotect(unsafe.Slice((*byte)(pointer(m.base+from)), end-from), prot)
		if err != nil && prot&unix.PROT_EXEC != 0 {
			err = m.remapCode(from, end-from, prot)
		}
		if err != nil {
			return fmt.Errorf("its memory cannot be protected: %w", err)
		}
	}
	return nil
}

// remapCode maps the code once more, from a file in memory: a system may forbid that
// memory that was written to becomes executable (PR_SET_MDWE, systemd's
// MemoryDenyWriteExecute).
func (m *elfImage) remapCode(from, size uintptr, prot int) error {
	fd, err := unix.MemfdCreate("winplugin", unix.MFD_CLOEXEC)
	if err != nil {
		return err
	}
	f := os.NewFile(uintptr(fd), "winplugin")
	defer f.Close()
	if _, err := f.Write(unsafe.Slice((*byte)(pointer(m.base+from)), size)); err != nil {
		return err
	}
	_, err = mmap(m.base+from, size, prot, unix.MAP_PRIVATE|unix.MAP_FIXED, fd, 0)
	return err
}

func (m *elfImage) unmap() {
	if m.base != 0 {
		munmap(m.base, m.size)
		m.base = 0
	}
}

func mmap(address, size uintptr, prot, flags, fd int, offset uintptr) (uintptr, error) {
	p, _, errno := syscall.Syscall6(syscall.SYS_MMAP, address, size, uintptr(prot), uintptr(flags), uintptr(fd), offset)
	if errno != 0 {
		return 0, errno
	}
	return p, nil
}

func munmap(address, size uintptr) {
	_, _, _ = syscall.Syscall(syscall.SYS_MUNMAP, address, size, 0)
}

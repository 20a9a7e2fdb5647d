package manifest

import (
	"bytes"
	"debug/elf"
	"debug/pe"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/RamanSharma100/go-winplugin/internal/sys/fsutil"
)

// A File is what [ReadFile] finds in the file of a library.
type File struct {
	Manifest *Manifest
	Raw      []byte // the manifest as embedded, without padding
	Size     int64  // of the library's file, in bytes
}

// ReadFile reads the manifest of the library at path without running the library's code. The
// library may be for any system. The error is a *LoadError.
func ReadFile(path string) (*File, error) {
	f, err := fsutil.OpenRegular(path, math.MaxInt64)
	if irregular := new(fsutil.NotRegularError); errors.As(err, &irregular) {
		err = errors.New("it is not a regular file; name a library, or a plugin's folder")
	}
	if err != nil {
		return nil, &LoadError{Path: path, Reason: LoadUnreadable, Err: err}
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, &LoadError{Path: path, Reason: LoadUnreadable, Err: err}
	}
	file, err := Read(f, info.Size())
	var load *LoadError
	if errors.As(err, &load) {
		load.Path = path
		return nil, load
	}
	return file, err
}

// Read is [ReadFile] for a library of size bytes that r reads. Its error is a *LoadError
// without a path.
func Read(r io.ReaderAt, size int64) (file *File, err error) {
	// debug/elf and debug/pe do not promise to survive every hostile file
	// (https://pkg.go.dev/debug/elf, "Security").
	defer func() {
		if v := recover(); v != nil {
			file, err = nil, refuse(LoadDamaged, fmt.Errorf("its headers cannot be read (%v); build the plugin again", v))
		}
	}()
	var magic [4]byte
	if _, err := r.ReadAt(magic[:], 0); err != nil {
		return nil, refuse(LoadNotLibrary, errors.New("the file is too short to be a library"))
	}
	var raw []byte
	var goos, goarch string
	switch {
	case string(magic[:]) == elf.ELFMAG:
		raw, goos, goarch, err = readELF(r, size)
	case magic[0] == 'M' && magic[1] == 'Z':
		raw, goos, goarch, err = readPE(r, size)
	case isMachO(magic):
		raw, goos, goarch, err = readMachO(r, size)
	default:
		err = refuse(LoadNotLibrary, errors.New("the file is neither an ELF nor a PE library, nor a plugin's program"))
	}
	if err == nil && raw == nil {
		err = refuse(LoadNotPlugin, errNoSection)
	}
	if err != nil {
		return nil, err
	}
	raw = bytes.TrimRight(raw, "\x00")
	m, err := Decode(raw)
	var format *FormatError
	switch {
	case errors.As(err, &format):
		return nil, refuse(LoadWrongFormat, err)
	case err != nil:
		return nil, refuse(LoadDamaged, err)
	case m.GOOS != goos || m.GOARCH != goarch:
		return nil, refuse(LoadDamaged, fmt.Errorf("its manifest says %s/%s, its header %s/%s", m.GOOS, m.GOARCH, goos, goarch))
	}
	return &File{Manifest: m, Raw: raw, Size: size}, nil
}

func refuse(reason LoadReason, err error) *LoadError { return &LoadError{Reason: reason, Err: err} }

var (
	errTruncated = errors.New("the file ends before its headers say; copy or build it again")
	errNoSection = fmt.Errorf("it has no section %s; was it built by winplugin?", Section)
)

func readELF(r io.ReaderAt, size int64) (raw []byte, goos, goarch string, err error) {
	f, err := elf.NewFile(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", "", refuse(LoadTruncated, errTruncated)
	}
	if err != nil {
		return nil, "", "", refuse(LoadDamaged, err)
	}
	defer f.Close()
	// The system maps segments without a look at the file's end; touching what
	// is not there would be a SIGBUS.
	for _, p := range f.Progs {
		if p.Off+p.Filesz < p.Off || p.Off+p.Filesz > uint64(size) {
			return nil, "", "", refuse(LoadTruncated, errTruncated)
		}
	}
	s, text := f.Section(Section), f.Section(".rodata")
	switch {
	case f.Type == elf.ET_DYN && s != nil:
		raw, err = content(s.Size, s.Data)
	case text != nil && text.Type == elf.SHT_PROGBITS:
		raw, err = findMark(r, int64(text.Offset), int64(text.Size))
	}
	if raw == nil && err == nil && f.Type != elf.ET_DYN {
		return nil, "", "", refuse(LoadNotLibrary, errors.New("the file is an ELF file, but neither a shared library nor a plugin's program"))
	}
	goos = map[elf.OSABI]string{elf.ELFOSABI_FREEBSD: "freebsd", elf.ELFOSABI_NETBSD: "netbsd", elf.ELFOSABI_OPENBSD: "openbsd"}[f.OSABI]
	if goos == "" {
		goos = "linux"
	}
	return raw, goos, elfArch(f), err
}

func readPE(r io.ReaderAt, size int64) (raw []byte, goos, goarch string, err error) {
	// debug/pe takes what is not there for zeros.
	word := func(at int64) int64 {
		var b [4]byte
		if _, err := r.ReadAt(b[:], at); err != nil {
			return size // beyond its end
		}
		return int64(binary.LittleEndian.Uint32(b[:]))
	}
	header := word(0x3c)
	const signature, atSymbols, headerSize = 4, 8, 20
	if header+signature+headerSize > size || word(header+signature+atSymbols) > size {
		return nil, "", "", refuse(LoadTruncated, errTruncated)
	}
	f, err := pe.NewFile(r)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, "", "", refuse(LoadTruncated, errTruncated)
	}
	if err != nil {
		return nil, "", "", refuse(LoadDamaged, err)
	}
	defer f.Close()
	for _, s := range f.Sections {
		if int64(s.Offset)+int64(s.Size) > size {
			return nil, "", "", refuse(LoadTruncated, errTruncated)
		}
	}
	if f.Characteristics&pe.IMAGE_FILE_DLL == 0 {
		return nil, "", "", refuse(LoadNotLibrary, errors.New("the file is a PE file, but not a DLL"))
	}
	if s := f.Section(Section); s != nil {
		raw, err = content(uint64(s.Size), s.Data)
	}
	arch := map[uint16]string{pe.IMAGE_FILE_MACHINE_AMD64: "amd64", pe.IMAGE_FILE_MACHINE_ARM64: "arm64", pe.IMAGE_FILE_MACHINE_I386: "386"}[f.Machine]
	return raw, "windows", arch, err
}

// content returns what is in the manifest's section, never nil.
func content(size uint64, data func() ([]byte, error)) ([]byte, error) {
	if size > MaxSize {
		return nil, refuse(LoadDamaged, fmt.Errorf("its manifest has %d bytes", size))
	}
	raw, err := data()
	if err != nil {
		return nil, refuse(LoadTruncated, errTruncated)
	}
	return append([]byte{}, raw...), nil
}

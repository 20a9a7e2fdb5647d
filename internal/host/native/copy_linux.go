package native

import (
	"debug/elf"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// copiesFiles says that a private copy is loaded of files that are not in the cache.
const copiesFiles = true

// A privateCopy is a copy of a library in memory, or in a file without a name where the
// system refuses that. It ends with the last mapping of it, also if the process crashes.
type privateCopy struct{ file *os.File }

func newPrivateCopy(source io.Reader, name string) (*privateCopy, error) {
	file, err := unnamedFile(name)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(file, source); err != nil {
		file.Close()
		return nil, err
	}
	return &privateCopy{file}, nil
}

func unnamedFile(name string) (*os.File, error) {
	fd, err := unix.MemfdCreate(name[:min(len(name), 200)], unix.MFD_CLOEXEC)
	if err == nil {
		return os.NewFile(uintptr(fd), name), nil
	}
	// A system may forbid executable memory files (vm.memfd_noexec).
	file, err := os.CreateTemp("", "winplugin-*.so")
	if err != nil {
		return nil, err
	}
	if err := os.Remove(file.Name()); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

func (*privateCopy) remove() {}

// loadsByPath reports whether a library must be loaded by its own path, because it looks
// for other libraries relative to its folder ($ORIGIN in ld.so(8)).
func loadsByPath(file *os.File) bool {
	f, err := elf.NewFile(file)
	if err != nil {
		return false
	}
	for _, tag := range []elf.DynTag{elf.DT_RUNPATH, elf.DT_RPATH} {
		if paths, _ := f.DynString(tag); slices.ContainsFunc(paths, isRelativeToLibrary) {
			return true
		}
	}
	return false
}

func isRelativeToLibrary(path string) bool {
	return strings.Contains(path, "$ORIGIN") || strings.Contains(path, "${ORIGIN}")
}

var descriptorPaths atomic.Uint64

// descriptorPath returns a path that names the open file itself. libc takes a library of
// the same path for the one that it has loaded under it, and numbers of files are used
// again. So each path is spelt in another way: the bits of a counter decide between "/"
// and "/.".
func descriptorPath(file *os.File) string {
	path := "/proc/self/fd"
	for n := descriptorPaths.Add(1); n > 0; n >>= 1 {
		path += "/"
		if n&1 != 0 {
			path += "./"
		}
	}
	return fmt.Sprintf("%s/%d", path, file.Fd())
}

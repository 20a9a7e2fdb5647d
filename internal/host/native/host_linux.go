package native

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// dynamicHost returns an error if this program is statically linked. dlopen crashes in
// such a program: the libc that a library needs would be a second one, which has not been
// started.
var dynamicHost = sync.OnceValue(func() error {
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return nil // dlopen returns an error if it is not
	}
	defer maps.Close()
	if mapsLibc(maps) {
		return nil
	}
	return errors.New("this program is statically linked, and cannot load libraries of the cgo bridge; link it without -static, for instance with CGO_ENABLED=0 and the Go linker's own defaults")
})

// mapsLibc reports whether a list of mappings, in the form of /proc/self/maps, has libc or
// the dynamic linker.
func mapsLibc(maps io.Reader) bool {
	for lines := bufio.NewScanner(maps); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) == 0 {
			continue
		}
		if name := path.Base(fields[len(fields)-1]); strings.HasPrefix(name, "ld-") || strings.HasPrefix(name, "ld.so") || strings.HasPrefix(name, "libc.") {
			return true
		}
	}
	return false
}

// spareDescriptors is how many file descriptors must be free to load a library. It keeps
// two, an epoll instance and an eventfd of its runtime's network poller, and more are
// open while the system loads it. If the runtime cannot have them, it ends the process.
const spareDescriptors = 8

func checkDescriptors(file *os.File) error {
	var taken []int
	defer func() {
		for _, fd := range taken {
			unix.Close(fd)
		}
	}()
	for range spareDescriptors {
		fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			return fmt.Errorf("a library needs %d free file descriptors to start: %w; raise the limit (ulimit -n), or close files", spareDescriptors, err)
		}
		taken = append(taken, fd)
	}
	return nil
}

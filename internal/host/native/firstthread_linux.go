//go:build amd64

package native

import (
	"os"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/RamanSharma100/go-winplugin/internal/shared/abi"
)

// A firstThread is the thread on which a library's runtime starts. Its mapping holds, from
// its address up, a page without access, the stack, the block that FS points into, and the
// strings of arguments and environment.
type firstThread struct { // read by startThread
	stack, fs, entry uintptr
	id               int32 // the kernel writes it, and 0 as the thread ends

	address, size uintptr // of the mapping
}

// firstStack is the stack in bytes of the first thread, which runs the runtime's own code
// only.
const firstStack = 256 << 10

// getAuxv returns what the kernel told this program at its start, as golang.org/x/sys/cpu
// gets it.
//
//go:linkname getAuxv runtime.getAuxv
func getAuxv() []uintptr

func startFirstThread(p *pureLibrary, path string) (*firstThread, error) {
	lists := [][]string{{path}, os.Environ()}
	words, text := 1, 0
	for _, list := range lists {
		for _, s := range list {
			text += len(s) + 1
		}
		words += len(list) + 1
	}
	auxv := getAuxv()
	words += len(auxv) + 2
	const guard = pageSize
	block := guard + pageUp(firstStack+uintptr(words)*8)
	t := &firstThread{size: pageUp(block + abi.ThreadBlock + uintptr(text))}
	var err error
	if t.address, err = mmap(0, t.size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON|unix.MAP_NORESERVE, -1, 0); err != nil {
		return nil, err
	}
	memory := unsafe.Slice((*byte)(pointer(t.address)), t.size)
	if err := unix.Mprotect(memory[:guard], unix.PROT_NONE); err != nil {
		munmap(t.address, t.size)
		return nil, err
	}
	// The block begins with FS itself; see package nolibc.
	t.fs = t.address + block + abi.ThreadFS
	*(*uintptr)(pointer(t.fs)) = t.fs
	*(*uintptr)(pointer(t.fs + 16)) = t.fs
	*(*uintptr)(pointer(t.fs + p.slot.words + 8)) = p.slot.generation

	t.stack = (t.address + block - uintptr(words)*8) &^ 15
	start := unsafe.Slice((*uintptr)(pointer(t.stack)), words)
	next := block + abi.ThreadBlock
	start[0] = uintptr(len(lists[0]))
	at := 1
	for _, list := range lists {
		for _, s := range list {
			start[at] = t.address + next
			next += uintptr(copy(memory[next:], s)) + 1
			at++
		}
		at++
	}
	copy(start[at:], auxv)

	t.entry, t.id = p.image.base+p.image.entry, -1
	if r := cgocall(startThreadPC, unsafe.Pointer(t)); r < 0 {
		munmap(t.address, t.size)
		return nil, syscall.Errno(-r)
	}
	return t, nil
}

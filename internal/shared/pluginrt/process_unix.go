//go:build go1.22 && unix

package pluginrt

import (
	"syscall"
	"unsafe"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// memoryDescriptor is the first descriptor that the process inherits: see package process of the host.
const memoryDescriptor = 3

// mapMemory maps the memory that the host shares.
func mapMemory(told string) (address uintptr, err error) {
	syscall.CloseOnExec(memoryDescriptor)
	if told != ServePipes {
		// A pipe that ends with the host, and is read by assembly of the bridge.
		const lifeDescriptor = 4
		syscall.CloseOnExec(lifeDescriptor)
	}
	b, err := syscall.Mmap(memoryDescriptor, 0, exchange.Size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	return uintptr(unsafe.Pointer(unsafe.SliceData(b))), err
}

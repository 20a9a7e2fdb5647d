//go:build go1.22

package pluginrt

import (
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// Descriptors that the process inherits: see package process of the host. The second is a pipe that
// ends with the host, and is read by assembly of the bridge.
const (
	memoryDescriptor = 3
	lifeDescriptor   = 4
)

// mapMemory maps the memory that the host shares.
func mapMemory(string) (address uintptr, err error) {
	syscall.CloseOnExec(memoryDescriptor)
	syscall.CloseOnExec(lifeDescriptor)
	address, _, errno := syscall.Syscall6(syscall.SYS_MMAP, 0, uintptr(exchange.Size), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED, memoryDescriptor, 0)
	if errno != 0 {
		return 0, errno
	}
	return address, nil
}

//go:build go1.22

package pluginrt

import (
	"fmt"
	"strconv"
	"syscall"

	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// mapMemory maps the memory that the host shares. told is its handle, which this process inherits.
func mapMemory(told string) (address uintptr, err error) {
	handle, err := strconv.ParseUint(told, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", ServeVariable, err)
	}
	defer syscall.CloseHandle(syscall.Handle(handle))
	return syscall.MapViewOfFile(syscall.Handle(handle), syscall.FILE_MAP_READ|syscall.FILE_MAP_WRITE, 0, 0, exchange.Size)
}

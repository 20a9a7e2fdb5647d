//go:build !windows

package download

import "syscall"

const errDiskFull = syscall.ENOSPC

//go:build !windows

package fetch

import "syscall"

const errDiskFull = syscall.ENOSPC

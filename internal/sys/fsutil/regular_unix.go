//go:build unix

package fsutil

import "syscall"

const nonBlocking = syscall.O_NONBLOCK

//go:build !windows && !darwin && !freebsd && !netbsd

package fsutil

import "syscall"

// changeTime returns when the file or its attributes changed last, in nanoseconds.
func changeTime(s *syscall.Stat_t) int64 { return s.Ctim.Nano() }

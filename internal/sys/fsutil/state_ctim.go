//go:build !windows && !darwin && !freebsd && !netbsd

package fsutil

import "syscall"

func changeTime(s *syscall.Stat_t) int64 { return s.Ctim.Nano() }

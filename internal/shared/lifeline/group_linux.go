//go:build go1.22

package lifeline

import "syscall"

// hasGroup reports whether the descriptor is that of a file of a control group.
func hasGroup() bool {
	const cgroup2 = 0x63677270 // CGROUP2_SUPER_MAGIC
	var s syscall.Statfs_t
	return syscall.Fstatfs(groupDescriptor, &s) == nil && s.Type == cgroup2
}

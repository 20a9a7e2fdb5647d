package watch

import (
	"slices"

	"golang.org/x/sys/unix"
)

// shared are the magic numbers of file systems that other machines, or the host of a virtual
// one, change without a notification here. golang.org/x/sys lacks some.
var shared = []uint32{
	unix.NFS_SUPER_MAGIC, unix.SMB_SUPER_MAGIC, unix.SMB2_SUPER_MAGIC, unix.CIFS_SUPER_MAGIC, unix.V9FS_MAGIC, unix.AFS_SUPER_MAGIC,
	unix.CODA_SUPER_MAGIC, unix.CEPH_SUPER_MAGIC, unix.FUSE_SUPER_MAGIC,
	0x786f4256, // VirtualBox
	0xbacbacbc, // VMware
	0x6a656a63, // virtiofs is FUSE; this one is fakeowner, of Docker Desktop
}

// remote reports whether files in a folder may change without a notification.
func remote(dir string) bool {
	var s unix.Statfs_t
	return unix.Statfs(dir, &s) == nil && slices.Contains(shared, uint32(s.Type))
}

package process

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"golang.org/x/sys/unix"
)

// lockPrivileges makes this thread, and the process that it starts, keep to the rights that they have.
func lockPrivileges() error {
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("starting its process without new privileges: %w", err)
	}
	return nil
}

// tasks returns how many processes and threads a user has.
func tasks(user int) (n uint64, err error) {
	list, err := filepath.Glob("/proc/[0-9]*/status")
	if err != nil {
		return 0, err
	}
	for _, path := range list {
		status, err := os.ReadFile(path)
		if err != nil || string(field(status, "Uid")) != strconv.Itoa(user) {
			continue // the process has ended, or is another user's
		}
		n += uint64(number(field(status, "Threads")))
	}
	if n == 0 {
		return 0, fmt.Errorf("the processes of the user %d are not known; mount /proc", user)
	}
	return n, nil
}

// limitsMemory says that RLIMIT_DATA counts what Go takes.
const limitsMemory = true

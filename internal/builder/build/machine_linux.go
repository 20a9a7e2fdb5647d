package build

import (
	"bytes"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

// machine tells machines apart as far as it matters for libraries of the pure bridge: the
// kernel, and what confines this process.
func machine() string {
	var u unix.Utsname
	_ = unix.Uname(&u) // an empty answer is one as well
	list := []string{unix.ByteSliceToString(u.Release[:]), unix.ByteSliceToString(u.Version[:])}
	status, _ := os.ReadFile("/proc/self/status")
	for line := range strings.Lines(string(status)) {
		if strings.HasPrefix(line, "Seccomp:") || strings.HasPrefix(line, "NoNewPrivs:") {
			list = append(list, strings.TrimSpace(line))
		}
	}
	label, _ := os.ReadFile("/proc/self/attr/current")
	return strings.Join(append(list, string(bytes.TrimRight(label, "\x00\n"))), "\n")
}

package e2e

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// outOfTime is the exit code of a process that has used up its processor time.
const outOfTime = 128 + int(syscall.SIGKILL)

func skipInWine(*testing.T) {}

// skipInQemu skips a test of memory that its file has no more: qemu-user does not tell at which address
// that was used.
func skipInQemu(t *testing.T) {
	t.Helper()
	if os.Getenv("WINPLUGIN_TEST_QEMU") != "" {
		t.Skip("qemu-user does not tell the address")
	}
}

// stop stops a process.
func stop(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
}

// descendants returns the processes below a process.
func descendants(t *testing.T, parent int) (list []int) {
	t.Helper()
	threads, err := filepath.Glob("/proc/" + strconv.Itoa(parent) + "/task/*/children")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range threads {
		out, _ := os.ReadFile(path) // the thread may have ended
		for _, field := range bytes.Fields(out) {
			pid, err := strconv.Atoi(string(field))
			if err != nil {
				t.Fatal(err)
			}
			list = append(append(list, pid), descendants(t, pid)...)
		}
	}
	return list
}

// runs reports whether a process exists and is no zombie.
func runs(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z") && !strings.HasPrefix(rest, "X")
}

// isMapped reports whether a library is in this process.
func isMapped(path string) bool {
	maps, _ := os.ReadFile("/proc/self/maps")
	return bytes.Contains(maps, []byte(filepath.Base(path)))
}

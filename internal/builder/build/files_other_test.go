//go:build !windows

package build

import (
	"os"
	"strings"
	"syscall"
	"testing"
)

const errDiskFull = syscall.ENOSPC

func TestReadOnlyCache(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	c := testCache(t)
	if err := os.MkdirAll(c.dir, 0o500); err != nil {
		t.Fatal(err)
	}
	if _, err := c.newWorkspace(); err == nil || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("error is %v, want that the folder cannot be written", err)
	}
}

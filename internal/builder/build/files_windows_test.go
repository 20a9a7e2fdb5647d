package build

import (
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

const errDiskFull = windows.ERROR_DISK_FULL

func TestTempEnv(t *testing.T) {
	if got := strings.Join(tempEnv(`C:\cache\tmp`), " "); !strings.Contains(got, `TEMP=C:\cache\tmp`) {
		t.Errorf("got the environment %s, want TEMP in it", got)
	}
	if got := tempEnv(`C:\Users\Jürgen\tmp`); got != nil {
		t.Errorf("got %v for a path that compilers may not open, want nil", got)
	}
}

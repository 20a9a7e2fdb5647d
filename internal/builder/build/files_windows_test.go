package build

import (
	"strings"
	"testing"

	"golang.org/x/sys/windows"
)

const errDiskFull = windows.ERROR_DISK_FULL

func TestTempEnv(t *testing.T) {
	if got := strings.Join(tempEnv(`C:\cache\tmp`), " "); !strings.Contains(got, `TEMP=C:\cache\tmp`) {
		t.Errorf("environment is %s", got)
	}
	if got := tempEnv(`C:\Users\Jürgen\tmp`); got != nil {
		t.Errorf("a path that compilers may not open is given to them: %v", got)
	}
}

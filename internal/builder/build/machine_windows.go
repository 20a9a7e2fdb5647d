package build

import (
	"fmt"
	"os"

	"golang.org/x/sys/windows"
)

// machine tells machines apart as far as it matters for libraries of the pure bridge.
func machine() string {
	v := windows.RtlGetVersion()
	name, _ := os.Hostname() // an empty answer is one as well
	return fmt.Sprintf("%s %d.%d.%d", name, v.MajorVersion, v.MinorVersion, v.BuildNumber)
}

package command

import (
	"os"
	"strings"
)

// low reports whether this process has a lower priority than the test's, whose nice value
// is in the environment.
func low() bool { return niceness() != os.Getenv("WINPLUGIN_TEST_NICE") }

// niceness is the nice value of this process.
func niceness() string {
	stat, _ := os.ReadFile("/proc/self/stat")
	_, rest, _ := strings.Cut(string(stat), ") ") // behind the name
	return strings.Fields(rest)[16]
}

func init() {
	if os.Getenv("WINPLUGIN_TEST_NICE") == "" {
		os.Setenv("WINPLUGIN_TEST_NICE", niceness())
	}
}

func hasPriorities() bool { return true }

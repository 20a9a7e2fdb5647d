//go:build linux || darwin || freebsd || netbsd || openbsd

package process

import (
	"fmt"
	"os"
	"strings"
	"time"
)

const shell = "/bin/sh"

// script returns what a shell does to limit itself and to become the program $0.
func (l Limits) script() (string, error) {
	steps := []string{"ulimit -c 0"}
	add := func(flag string, n uint64) { steps = append(steps, fmt.Sprintf("ulimit -%s %d", flag, n)) }
	if l.CPU > 0 {
		add("t", uint64((l.CPU+time.Second-1)/time.Second))
	}
	if l.Files > 0 {
		add("n", uint64(l.Files))
	}
	if l.Memory > 0 {
		if !limitsMemory {
			return "", fmt.Errorf("this system does not limit the memory that Go takes; leave Limits.Memory out")
		}
		add("d", uint64(l.Memory)>>10)
	}
	if l.Processes > 0 {
		n, err := tasks(os.Getuid())
		if err != nil {
			return "", err
		}
		// Shells differ in the letter.
		n += uint64(l.Processes)
		steps = append(steps, fmt.Sprintf("{ ulimit -u %d 2>/dev/null || ulimit -p %d; }", n, n))
	}
	return strings.Join(steps, " && ") + ` && exec "$0"`, nil
}

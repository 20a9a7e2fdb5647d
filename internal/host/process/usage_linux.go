//go:build amd64

package process

import (
	"bytes"
	"os"
	"strconv"
	"syscall"
	"time"
)

// tick is the unit of the times in /proc.
const tick = 10 * time.Millisecond

// usage adds what the system knows of the process. ended says that status has returned.
func (s *system) usage(u *Usage, ended bool) {
	u.Pid = s.cmd.Process.Pid
	if ended {
		if r, ok := s.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
			u.CPU = time.Duration(r.Utime.Nano() + r.Stime.Nano())
			u.Peak = r.Maxrss << 10
		}
		return
	}
	dir := "/proc/" + strconv.Itoa(u.Pid)
	status, _ := os.ReadFile(dir + "/status") // it may be ending
	u.Memory = number(field(status, "VmRSS")) << 10
	u.Peak = number(field(status, "VmHWM")) << 10
	u.Threads = int(number(field(status, "Threads")))
	stat, _ := os.ReadFile(dir + "/stat")
	// The name in parentheses may have spaces. The 14th and 15th field are the times.
	if fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:]); len(fields) > 12 {
		u.CPU = time.Duration(number(fields[11])+number(fields[12])) * tick
	}
}

// field returns the first word of a line of a status file.
func field(status []byte, name string) []byte {
	_, rest, _ := bytes.Cut(status, []byte("\n"+name+":"))
	for _, word := range bytes.Fields(rest) {
		return word
	}
	return nil
}

func number(text []byte) int64 {
	n, _ := strconv.ParseInt(string(text), 10, 64)
	return n
}

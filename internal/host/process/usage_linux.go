package process

import (
	"bytes"
	"os"
	"strconv"
	"time"
)

// tick is the unit of the times in /proc.
const tick = 10 * time.Millisecond

// maxrss is the unit of that in a syscall.Rusage.
const maxrss = 1 << 10

// liveUsage adds what the system knows of a process that has not ended.
func liveUsage(u *Usage) {
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

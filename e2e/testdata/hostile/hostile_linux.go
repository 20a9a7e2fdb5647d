package hostile

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
	"unsafe"
)

// Echo returns b.
func Echo(b []byte) []byte { return b }

// Call calls f n times.
func Call(n int, f func(int) int) (sum int) {
	for i := range make([]struct{}, n) {
		sum += f(i)
	}
	return sum
}

// Go calls f for ever, on n goroutines.
func Go(n int, f func(int) int) {
	for i := range make([]struct{}, n) {
		go func() {
			for {
				f(i)
			}
		}()
	}
}

// Stop stops the process.
func Stop() {
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	time.Sleep(10 * time.Millisecond) // another thread may take the signal, a moment later
}

// StopSoon stops the process a little later.
func StopSoon() {
	go func() {
		time.Sleep(50 * time.Millisecond)
		Stop()
	}()
}

// Close closes the descriptors that the process has inherited.
func Close() {
	_ = syscall.Close(3)
	_ = syscall.Close(4)
}

// Shrink makes the memory shorter that the host shares, if the system lets it.
func Shrink() {
	if syscall.Ftruncate(3, 0) == nil {
		select {}
	}
}

// Leave starts a process that leaves the group and keeps standard output and standard error.
func Leave(seconds string) (int, error) {
	cmd := exec.Command("sleep", seconds)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	return cmd.Process.Pid, nil
}

// Children starts n processes in the group.
func Children(n int) (list []int, _ error) {
	for range make([]struct{}, n) {
		cmd := exec.Command("sleep", "1000")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Start(); err != nil {
			return list, err
		}
		list = append(list, cmd.Process.Pid)
	}
	return list, nil
}

// Flood writes that many lines to standard output and standard error.
func Flood(n int) {
	line := bytes.Repeat([]byte("x"), 1000)
	line[999] = '\n'
	for range make([]struct{}, n) {
		_, _ = os.Stdout.Write(line)
		_, _ = os.Stderr.Write(line)
	}
}

// section returns the memory that host and plugin share.
func section() ([]byte, error) {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return nil, err
	}
	for _, line := range strings.Split(string(maps), "\n") {
		if !strings.Contains(line, "winplugin-section") {
			continue
		}
		var from, to uintptr
		if _, err := fmt.Sscanf(line, "%x-%x", &from, &to); err != nil {
			return nil, err
		}
		return unsafe.Slice(*(**byte)(unsafe.Pointer(&from)), to-from), nil
	}
	return nil, fmt.Errorf("there is no section")
}

// Turn writes a turn to the lane of the first call, wakes the host, and hangs.
func Turn(turn int) error {
	const lane = 64 << 10
	memory, err := section()
	if err != nil {
		return err
	}
	word := (*uint32)(unsafe.Pointer(&memory[lane]))
	*word = uint32(turn)
	_, _, _ = syscall.Syscall6(syscall.SYS_FUTEX, uintptr(unsafe.Pointer(word)), 1, 100, 0, 0, 0)
	select {}
}

// Hang makes Shutdown hang.
var Hang bool

// Shutdown runs at Close.
func Shutdown() {
	for Hang {
		time.Sleep(time.Millisecond)
	}
}

// Nest calls f, which may call Nest.
func Nest(n int, f func(int) int) int {
	if n == 0 {
		return 0
	}
	return 1 + f(n-1)
}

// Pid returns the number of the process.
func Pid() int { return os.Getpid() }

// Environ returns the environment.
func Environ() []string { return os.Environ() }

// Setenv changes the environment.
func Setenv(name, value string) error { return os.Setenv(name, value) }

// Folder returns the folder in which the process works, after it has written a file there.
func Folder() (string, error) {
	if err := os.WriteFile("file", []byte("text"), 0o600); err != nil {
		return "", err
	}
	return os.Getwd()
}

// Status returns what Linux tells of the process.
func Status() (string, error) {
	b, err := os.ReadFile("/proc/self/status")
	return string(b), err
}

// Fork starts processes until it fails, n at most, and returns how many there are.
func Fork(n int) (int, error) {
	list, err := Children(n)
	return len(list), err
}

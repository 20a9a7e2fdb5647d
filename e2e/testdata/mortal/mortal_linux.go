package mortal

import (
	"errors"
	"os/exec"
	"syscall"
)

func system(number uintptr) func() {
	return func() {
		syscall.RawSyscall(number, 5, 0, 0)
		select {}
	}
}

var systemWays = map[string]func(){
	"exit_group":       system(syscall.SYS_EXIT_GROUP),
	"exit of a thread": later(system(syscall.SYS_EXIT)),
}

// read waits for a pipe.
func read() {
	var p [2]int
	if err := syscall.Pipe(p[:]); err != nil {
		panic(err)
	}
	syscall.Read(p[0], make([]byte, 1))
}

// openAndClose opens and closes descriptors of many kinds, without end.
func openAndClose() {
	for {
		var p [2]int
		if syscall.Pipe(p[:]) == nil {
			syscall.Close(p[0])
			syscall.Close(p[1])
		}
		if p, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_STREAM, 0); err == nil {
			syscall.Close(p[0])
			syscall.Close(p[1])
		}
		if fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0); err == nil {
			if other, err := syscall.Dup(fd); err == nil {
				syscall.Close(other)
			}
			syscall.Close(fd)
		}
		if fd, err := syscall.Open("/dev/null", syscall.O_RDWR, 0); err == nil {
			syscall.Close(fd)
		}
	}
}

func runProgram() error { return exec.Command("/bin/true").Run() }

// RunPrograms runs a program n times in each of some goroutines.
func RunPrograms(goroutines, n int) error {
	ended := make(chan error)
	for i := 0; i < goroutines; i++ {
		go func() {
			var err error
			for j := 0; j < n && err == nil; j++ {
				err = runProgram()
			}
			ended <- err
		}()
	}
	var errs []error
	for i := 0; i < goroutines; i++ {
		errs = append(errs, <-ended)
	}
	return errors.Join(errs...)
}

// StartRunning runs programs in n goroutines without end.
func StartRunning(n int) {
	for i := 0; i < n; i++ {
		go func() {
			for {
				runProgram()
			}
		}()
	}
}

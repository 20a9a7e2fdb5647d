package mortal

import "syscall"

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

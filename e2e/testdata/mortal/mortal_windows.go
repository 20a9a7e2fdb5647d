package mortal

import "syscall"

var kernel32 = syscall.NewLazyDLL("kernel32.dll")

var systemWays = map[string]func(){
	"ExitProcess":      func() { syscall.ExitProcess(5) },
	"TerminateProcess": func() { syscall.TerminateProcess(^syscall.Handle(0), 6) },
	"RaiseException":   func() { kernel32.NewProc("RaiseException").Call(0xE0001234, 0, 0, 0) },
	"fault in a DLL":   func() { kernel32.NewProc("RtlMoveMemory").Call(0x10, 0x20, 64) },
	"ExitProcess in a goroutine": later(func() {
		syscall.ExitProcess(7)
	}),
}

// read waits for a pipe.
func read() {
	var r, w syscall.Handle
	if err := syscall.CreatePipe(&r, &w, nil, 0); err != nil {
		panic(err)
	}
	syscall.Read(r, make([]byte, 1))
}

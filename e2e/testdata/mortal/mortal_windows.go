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

var createEvent = kernel32.NewProc("CreateEventW")

// openAndClose opens and closes handles of many kinds, without end.
func openAndClose() {
	null, _ := syscall.UTF16PtrFromString("NUL")
	for {
		var r, w syscall.Handle
		if syscall.CreatePipe(&r, &w, nil, 0) == nil {
			syscall.CloseHandle(r)
			syscall.CloseHandle(w)
		}
		if h, _, _ := createEvent.Call(0, 0, 0, 0); h != 0 {
			syscall.CloseHandle(syscall.Handle(h))
		}
		if h, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0); err == nil {
			syscall.Closesocket(h)
		}
		if h, err := syscall.CreateFile(null, syscall.GENERIC_READ, 0, nil, syscall.OPEN_EXISTING, 0, 0); err == nil {
			syscall.CloseHandle(h)
		}
	}
}

// FaultLater is in a function of a DLL for a while, which then faults.
func FaultLater() {
	const reserve, commit, readWrite, all = 0x2000, 0x1000, 4, 512 << 20
	alloc := kernel32.NewProc("VirtualAlloc")
	p, _, _ := alloc.Call(0, all, reserve, readWrite)
	alloc.Call(p, all/2, commit, readWrite)
	kernel32.NewProc("RtlFillMemory").Call(p, all, 0)
}

// InLoader makes the system's loader, which holds its lock, call a Go function for each DLL. It
// waits in the way that Wait(wait) does, or ends the plugin in the way that End(end) does.
func InLoader(wait int, end string) {
	called := syscall.NewCallback(func(dll, context uintptr, stop *byte) uintptr {
		if end != "" {
			End(end)
		}
		Wait(wait)
		return 0
	})
	syscall.NewLazyDLL("ntdll.dll").NewProc("LdrEnumerateLoadedModules").Call(0, called, 0)
}

// OnThread makes Windows call a Go function on a thread that it has created, one of the
// system's pool or, if own is set, a new one. It waits in the way that Wait(wait) does.
func OnThread(own bool, wait int, begun func()) {
	called := syscall.NewCallback(func(context uintptr) uintptr {
		begun()
		Wait(wait)
		return 0
	})
	if own {
		kernel32.NewProc("CreateThread").Call(0, 0, called, 0, 0, 0)
	} else {
		kernel32.NewProc("QueueUserWorkItem").Call(called, 0, 0)
	}
}

// Digits makes a decimal number of digits, which code that is not Go's passes.
func Digits(a, b, c, d, e, f, g, h, i uintptr) uintptr {
	called := syscall.NewCallback(func(a, b, c, d, e, f, g, h, i uintptr) uintptr {
		var n uintptr
		for _, digit := range []uintptr{a, b, c, d, e, f, g, h, i} {
			n = 10*n + digit
		}
		return n
	})
	n, _, _ := syscall.SyscallN(called, a, b, c, d, e, f, g, h, i)
	return n
}

// Package blocker takes from the system what a plugin can take, and leaves it there for
// its host to clear up.
package blocker

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"
)

var (
	kernel32 = syscall.NewLazyDLL("kernel32.dll")
	mode     string
	word     *atomic.Uint32 // in the host's memory: what Shutdown or Spin waits for
)

// Prepare says what Shutdown does. address is that of a word of the host's.
func Prepare(what string, address uintptr) {
	mode, word = what, *(**atomic.Uint32)(unsafe.Pointer(&address))
}

// Shutdown is called by the host as it closes the plugin.
func Shutdown() error {
	switch mode {
	case "panic":
		panic("no way out")
	case "error":
		return errors.New("not tidy")
	case "hang":
		for word.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
	case "count":
		word.Add(1)
	}
	return nil
}

// Spin starts a goroutine that computes until the host's word is not zero.
func Spin() {
	go func() {
		for word.Load() == 0 {
		}
	}()
	runtime.Gosched()
}

// Stay returns when the host's word is 2. It is 1 as soon as the call has begun.
func Stay() {
	for word.Store(1); word.Load() != 2; {
		time.Sleep(time.Millisecond)
	}
}

// Read starts a goroutine that waits in a system call for a byte from the host's pipe.
func Read(pipe uintptr) {
	started := make(chan bool)
	go func() {
		close(started)
		var b [1]byte
		var n uint32
		_ = syscall.ReadFile(syscall.Handle(pipe), b[:], &n, nil)
	}()
	<-started
}

// Call starts a goroutine that calls a function of the host's.
func Call(function uintptr) {
	go func() { _, _, _ = syscall.SyscallN(function) }()
}

// Take takes a little of everything: n goroutines, timers, files, events, a pipe with
// one who reads from it, a child that is waited for.
func Take(n int, dir string) error {
	for i := 0; i < n; i++ {
		go func() {
			block := make(chan bool)
			select {
			case <-block:
			case <-time.After(time.Hour):
			}
		}()
	}
	go func() {
		for range time.Tick(time.Millisecond) {
			_ = make([]byte, 1000)
		}
	}()
	f, err := os.CreateTemp(dir, "blocker")
	if err != nil {
		return err
	}
	if _, err := f.WriteString("hello"); err != nil {
		return err
	}
	go runtime.KeepAlive(f)
	if _, _, err := os.Pipe(); err != nil {
		return err
	}
	event, _, err := kernel32.NewProc("CreateEventW").Call(0, 0, 0, 0)
	if event == 0 {
		return err
	}
	go func() { _, _ = syscall.WaitForSingleObject(syscall.Handle(event), syscall.INFINITE) }()
	return nil
}

// Look asks the system for a function, and does not call it.
func Look(name string) error { return kernel32.NewProc(name).Find() }

// Reserve reserves n blocks of memory.
func Reserve(n int) error {
	alloc := kernel32.NewProc("VirtualAlloc")
	for i := 0; i < n; i++ {
		const reserve, readWrite = 0x2000, 4
		if p, _, err := alloc.Call(0, 1, reserve, readWrite); p == 0 {
			return err
		}
	}
	return nil
}

// Threads makes n threads that come and go.
func Threads(n int) {
	done := make(chan bool)
	for i := 0; i < n; i++ {
		go func() {
			runtime.LockOSThread() // the thread ends with the goroutine
			time.Sleep(time.Millisecond)
			done <- true
		}()
	}
	for i := 0; i < n; i++ {
		<-done
	}
}

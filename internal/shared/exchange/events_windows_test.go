package exchange

import (
	"syscall"
	"testing"
)

func newEvents(t *testing.T) *Events {
	t.Helper()
	e := new(Events)
	for i := range e {
		event, _, err := syscall.SyscallN(kernel32.NewProc("CreateEventW").Addr(), 0, 0, 0, 0)
		if event == 0 {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = syscall.CloseHandle(syscall.Handle(event)) })
		e[i].Store(uint64(event))
	}
	return e
}

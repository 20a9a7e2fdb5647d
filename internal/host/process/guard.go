//go:build linux || darwin || freebsd || netbsd || openbsd || (windows && amd64)

package process

import (
	"errors"
	"runtime/debug"
)

var errShrunk = errors.New("the shared memory is gone: the plugin has made it shorter, or the disk is full")

// guard makes this goroutine survive that it uses memory of the section that is gone, because the plugin
// has made its file shorter. The plugin is killed then. The caller defers what guard returns, which calls
// then, if that is not nil, after the plugin has ended.
func (c *child) guard(then func()) func() {
	if c.wakes == nil {
		return func() {} // nobody can make this section shorter
	}
	was := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(was)
		v := recover()
		if v == nil {
			return
		}
		fault, ok := v.(interface{ Addr() uintptr })
		if !ok || fault.Addr()-uintptr(c.section.memory) >= uintptr(len(c.section.bytes)) {
			panic(v)
		}
		c.kill(errShrunk)
		if then != nil {
			<-c.done
			then()
		}
	}
}

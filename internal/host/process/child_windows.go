//go:build amd64

package process

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/host/native"
	"github.com/RamanSharma100/go-winplugin/internal/shared/exchange"
)

// A system is the process as Windows has it.
type system struct {
	process windows.Handle // until free
	job     windows.Handle // has the process and those that it starts; until release
	program *native.Program
	copied  sync.WaitGroup // what copies its output
	last    Usage          // at its end

	eventsMu sync.Mutex
	opened   []windows.Handle // events
}

// launch starts the process in its job, with the handles that it inherits and no others.
func (c *child) launch(library []byte, opt Options) (err error) {
	if err := makeProgram(library, opt.entry); err != nil {
		return err
	}
	c.program, err = native.NewProgram(library, strings.ReplaceAll(opt.Name, " ", "_")+".exe")
	if err != nil {
		return err
	}
	if c.job, err = newJob(opt.Limits); err == nil {
		var s starter
		defer s.close()
		c.process, err = s.start(c, opt)
	}
	if err != nil {
		c.release()
		return fmt.Errorf("starting its process: %w", err)
	}
	return nil
}

// copy writes what is read from a pipe.
func (c *child) copy(to io.Writer, from *os.File) {
	c.copied.Add(1)
	go func() {
		defer c.copied.Done()
		defer from.Close()
		_, _ = io.Copy(to, from)
	}()
}

// awaitEnd waits for the end of the process.
func (s *system) awaitEnd() { _, _ = windows.WaitForSingleObject(s.process, windows.INFINITE) }

// status returns how the process has ended, once its output has been read. A process that is not
// in the job may have been given the other end of a pipe.
func (s *system) status() (code int, reason string) {
	read := make(chan struct{})
	go func() {
		defer close(read)
		s.copied.Wait()
	}()
	select {
	case <-read:
	case <-time.After(pipeLimit):
	}
	s.usage(&s.last, false)
	var exit uint32
	if err := windows.GetExitCodeProcess(s.process, &exit); err != nil {
		return -1, "its process ended"
	}
	const plain = 1 << 16 // a larger one is a status of Windows
	if exit >= plain {
		return int(exit), fmt.Sprintf("its process ended: exit status %#x", exit)
	}
	return int(exit), fmt.Sprintf("its process ended: exit status %d", exit)
}

// killGroup ends all processes in the job.
func (s *system) killGroup() { _ = windows.TerminateJobObject(s.job, 1) }

// askToEnd ends the process, which has nothing to do any more.
func (s *system) askToEnd() { s.killGroup() }

// release frees what the process has held here.
func (s *system) release() {
	windows.CloseHandle(s.job)
	s.program.Remove()
}

// connect makes the events of a lane or the header, and writes their handles in this process to
// host, and those in the plugin's to plugin. If it cannot, the plugin is killed.
func (c *child) connect(host, plugin *exchange.Events) {
	for i := range host {
		if err := c.newEvent(&host[i], &plugin[i]); err != nil {
			c.kill(fmt.Errorf("making an event: %w", err))
			return
		}
	}
}

func (c *child) newEvent(host, plugin *atomic.Uint64) error {
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return err
	}
	c.eventsMu.Lock()
	c.opened = append(c.opened, event)
	c.eventsMu.Unlock()
	host.Store(uint64(event))
	var theirs windows.Handle
	err = windows.DuplicateHandle(windows.CurrentProcess(), event, c.process, &theirs, windows.SYNCHRONIZE|windows.EVENT_MODIFY_STATE, false, 0)
	if err != nil {
		if state, _ := windows.WaitForSingleObject(c.process, 0); state == windows.WAIT_OBJECT_0 {
			return nil // it has ended by itself
		}
		return err
	}
	plugin.Store(uint64(theirs))
	return nil
}

// free frees what is used until no call is under way.
func (c *child) free() {
	c.section.close()
	for _, event := range c.opened {
		windows.CloseHandle(event)
	}
	windows.CloseHandle(c.process)
}

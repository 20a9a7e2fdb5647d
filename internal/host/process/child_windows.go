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

// A jobProcess is a process in a job object.
type jobProcess struct {
	process windows.Handle // until free
	job     windows.Handle // has the process and those that it starts; until release
	program *native.Program
	copied  sync.WaitGroup // what copies its output
	last    Usage          // at its end

	eventsMu sync.Mutex
	opened   []windows.Handle // events
}

// newSystem returns what a process needs before it is started.
func newSystem(program bool) (system, *section, *exchange.Wakes, error) {
	if program {
		return nil, nil, nil, errProgram
	}
	s, err := newSection()
	return new(jobProcess), s, nil, err
}

// launch starts the process in its job, with the handles that it inherits and no others.
func (s *jobProcess) launch(c *child, library []byte, opt Options) (err error) {
	if err := makeProgram(library, opt.entry); err != nil {
		return err
	}
	s.program, err = native.NewProgram(library, strings.ReplaceAll(opt.Name, " ", "_")+".exe")
	if err != nil {
		return err
	}
	if s.job, err = newJob(opt.Limits); err == nil {
		st := starter{jobProcess: s}
		defer st.close()
		s.process, err = st.start(c, opt)
	}
	if err != nil {
		s.release()
		return fmt.Errorf("starting its process: %w", err)
	}
	return nil
}

// copy writes what is read from a pipe.
func (s *jobProcess) copy(to io.Writer, from *os.File) {
	s.copied.Add(1)
	go func() {
		defer s.copied.Done()
		defer from.Close()
		_, _ = io.Copy(to, from)
	}()
}

// awaitEnd waits for the end of the process.
func (s *jobProcess) awaitEnd() { _, _ = windows.WaitForSingleObject(s.process, windows.INFINITE) }

// status returns how the process has ended, once its output has been read. A process that is not
// in the job may have been given the other end of a pipe.
func (s *jobProcess) status() (code int, reason string) {
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
func (s *jobProcess) killGroup() { _ = windows.TerminateJobObject(s.job, 1) }

// askToEnd ends the process, which has nothing to do any more.
func (s *jobProcess) askToEnd() { s.killGroup() }

// release frees what the process has held here.
func (s *jobProcess) release() {
	windows.CloseHandle(s.job)
	s.program.Remove()
}

// connect makes the events of a lane or the header, and writes their handles in this process to
// host, and those in the plugin's to plugin. If it cannot, the plugin is killed.
func (s *jobProcess) connect(c *child, host, plugin *exchange.Events) {
	for i := range host {
		if err := s.newEvent(&host[i], &plugin[i]); err != nil {
			c.kill(fmt.Errorf("making an event: %w", err))
			return
		}
	}
}

func (s *jobProcess) newEvent(host, plugin *atomic.Uint64) error {
	event, err := windows.CreateEvent(nil, 0, 0, nil)
	if err != nil {
		return err
	}
	s.eventsMu.Lock()
	s.opened = append(s.opened, event)
	s.eventsMu.Unlock()
	host.Store(uint64(event))
	var theirs windows.Handle
	err = windows.DuplicateHandle(windows.CurrentProcess(), event, s.process, &theirs, windows.SYNCHRONIZE|windows.EVENT_MODIFY_STATE, false, 0)
	if err != nil {
		if state, _ := windows.WaitForSingleObject(s.process, 0); state == windows.WAIT_OBJECT_0 {
			return nil // it has ended by itself
		}
		return err
	}
	plugin.Store(uint64(theirs))
	return nil
}

// free frees what is used until no call is under way.
func (s *jobProcess) free() {
	for _, event := range s.opened {
		windows.CloseHandle(event)
	}
	windows.CloseHandle(s.process)
}

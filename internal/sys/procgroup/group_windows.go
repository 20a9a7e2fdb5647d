package procgroup

import (
	"fmt"
	"os/exec"
	"sync"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// start starts cmd in a job object. The end of the context kills all that is in it; so does
// any end of this process, because the job's handle is then closed. release must be called
// after cmd.Wait.
//
// The process starts suspended, or it could start children before it is in the
// job.
func start(cmd *exec.Cmd, low bool) (release func(), err error) {
	job, err := newJob()
	if err != nil {
		return nil, err
	}
	var mu sync.Mutex
	closed := false
	release = func() {
		mu.Lock()
		defer mu.Unlock()
		if !closed {
			closed = true
			windows.CloseHandle(job)
		}
	}
	cmd.SysProcAttr = &syscall.SysProcAttr{
		// The process gets no console window if the host has none.
		CreationFlags: windows.CREATE_SUSPENDED | windows.CREATE_NO_WINDOW,
		HideWindow:    true,
	}
	if low {
		cmd.SysProcAttr.CreationFlags |= windows.BELOW_NORMAL_PRIORITY_CLASS // which children inherit
	}
	cmd.Cancel = func() error {
		mu.Lock()
		defer mu.Unlock()
		if !closed {
			windows.TerminateJobObject(job, 1)
		}
		return cmd.Process.Kill() // not in the job yet, or never
	}
	if err := cmd.Start(); err != nil {
		release()
		return nil, err
	}
	if err := adopt(job, uint32(cmd.Process.Pid)); err != nil {
		cmd.Process.Kill()
		cmd.Wait()
		release()
		return nil, err
	}
	return release, nil
}

func newJob() (windows.Handle, error) {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return 0, fmt.Errorf("making a job object: %w", err)
	}
	var limits windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err != nil {
		windows.CloseHandle(job)
		return 0, fmt.Errorf("setting up a job object: %w", err)
	}
	return job, nil
}

// adopt puts the suspended process into the job and lets it run. Its process id
// cannot have been given to another: cmd holds a handle on it.
func adopt(job windows.Handle, pid uint32) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, pid)
	if err != nil {
		return fmt.Errorf("opening the process: %w", err)
	}
	defer windows.CloseHandle(process)
	if err := windows.AssignProcessToJobObject(job, process); err != nil {
		return fmt.Errorf("putting the process into a job object: %w", err)
	}

	// os/exec has closed the handle of the first thread; it is the only one.
	snapshot, err := windows.CreateToolhelp32Snapshot(windows.TH32CS_SNAPTHREAD, 0)
	if err != nil {
		return fmt.Errorf("listing threads: %w", err)
	}
	defer windows.CloseHandle(snapshot)
	entry := windows.ThreadEntry32{Size: uint32(unsafe.Sizeof(windows.ThreadEntry32{}))}
	for err = windows.Thread32First(snapshot, &entry); err == nil; err = windows.Thread32Next(snapshot, &entry) {
		if entry.OwnerProcessID != pid {
			continue
		}
		thread, err := windows.OpenThread(windows.THREAD_SUSPEND_RESUME, false, entry.ThreadID)
		if err != nil {
			return fmt.Errorf("opening the process's thread: %w", err)
		}
		defer windows.CloseHandle(thread)
		if _, err := windows.ResumeThread(thread); err != nil {
			return fmt.Errorf("starting the process's thread: %w", err)
		}
		return nil
	}
	return fmt.Errorf("finding the process's thread: %w", err)
}

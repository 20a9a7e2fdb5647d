//go:build amd64

package process

import (
	"io"
	"os"
	"slices"
	"strconv"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/RamanSharma100/go-winplugin/internal/shared/pluginrt"
)

// A starter starts a process.
type starter struct {
	*jobProcess
	handles []windows.Handle // that the process inherits
	others  []windows.Handle // of use for its start alone
}

func (s *starter) close() {
	for _, h := range append(s.handles, s.others...) {
		windows.CloseHandle(h)
	}
}

// start starts the process. Nothing of it runs outside of the job.
func (s *starter) start(c *child, opt Options) (process windows.Handle, err error) {
	// Another process that this one starts meanwhile must not inherit the same handles.
	syscall.ForkLock.Lock()
	defer syscall.ForkLock.Unlock()
	info := windows.StartupInfoEx{StartupInfo: windows.StartupInfo{Flags: windows.STARTF_USESTDHANDLES}}
	info.Cb = uint32(unsafe.Sizeof(info))
	null, err := os.Open(os.DevNull)
	if err != nil {
		return 0, err
	}
	defer null.Close()
	if info.StdInput, err = s.inherit(windows.Handle(null.Fd())); err != nil {
		return 0, err
	}
	if info.StdOutput, err = s.output(c, c.output.to(opt.Stdout, os.Stdout, "stdout", nil)); err != nil {
		return 0, err
	}
	if info.StdErr, err = s.output(c, c.output.to(opt.Stderr, os.Stderr, "stderr", &c.tail)); err != nil {
		return 0, err
	}
	section, err := s.inherit(c.section.handle)
	if err != nil {
		return 0, err
	}
	attributes, err := windows.NewProcThreadAttributeList(2)
	if err != nil {
		return 0, err
	}
	defer attributes.Delete()
	size := unsafe.Sizeof(section)
	if err := attributes.Update(windows.PROC_THREAD_ATTRIBUTE_HANDLE_LIST, unsafe.Pointer(&s.handles[0]), uintptr(len(s.handles))*size); err != nil {
		return 0, err
	}
	const jobList = 0x2000d // PROC_THREAD_ATTRIBUTE_JOB_LIST
	if err := attributes.Update(jobList, unsafe.Pointer(&s.job), size); err != nil {
		return 0, err
	}
	info.ProcThreadAttributeList = attributes.List()
	program, err := windows.UTF16PtrFromString(s.program.Path())
	if err != nil {
		return 0, err
	}
	folder, err := windows.UTF16PtrFromString(c.folder)
	if err != nil {
		return 0, err
	}
	line, err := windows.UTF16PtrFromString(windows.ComposeCommandLine([]string{opt.Name}))
	if err != nil {
		return 0, err
	}
	variables := opt.Environment
	var token windows.Token // 0: that of this process
	if opt.LowIntegrity {
		if token, variables, err = s.reduce(c, variables); err != nil {
			return 0, err
		}
	}
	environment := block(append(slices.Clone(variables), pluginrt.ServeVariable+"="+strconv.FormatUint(uint64(section), 10)))
	// A console of its own, which nobody sees: Ctrl-C in that of the host does not reach the process.
	const flags = windows.CREATE_UNICODE_ENVIRONMENT | windows.EXTENDED_STARTUPINFO_PRESENT | windows.CREATE_NO_WINDOW | windows.CREATE_NEW_PROCESS_GROUP
	var made windows.ProcessInformation
	if token == 0 {
		err = windows.CreateProcess(program, line, nil, nil, true, flags, &environment[0], folder, &info.StartupInfo, &made)
	} else {
		err = windows.CreateProcessAsUser(token, program, line, nil, nil, true, flags, &environment[0], folder, &info.StartupInfo, &made)
	}
	if err != nil {
		return 0, err
	}
	windows.CloseHandle(made.Thread)
	return made.Process, nil
}

// inherit returns a handle of the same object that the process inherits.
func (s *starter) inherit(h windows.Handle) (inherited windows.Handle, err error) {
	self := windows.CurrentProcess()
	if err := windows.DuplicateHandle(self, h, self, &inherited, 0, true, windows.DUPLICATE_SAME_ACCESS); err != nil {
		return 0, err
	}
	s.handles = append(s.handles, inherited)
	return inherited, nil
}

// output returns a handle by which the process writes to w: that of the file, if w is one and no
// console, or a pipe's.
func (s *starter) output(c *child, w io.Writer) (windows.Handle, error) {
	if f, ok := w.(*os.File); ok {
		var mode uint32
		if h := windows.Handle(f.Fd()); windows.GetConsoleMode(h, &mode) != nil {
			return s.inherit(h)
		}
		w = &counter{&c.output, f, nil}
	}
	var read, write windows.Handle
	if err := windows.CreatePipe(&read, &write, nil, 0); err != nil {
		return 0, err
	}
	s.others = append(s.others, write)
	s.copy(w, os.NewFile(uintptr(read), "output"))
	return s.inherit(write)
}

// block returns the environment as Windows takes it.
func block(environment []string) (b []uint16) {
	for _, variable := range environment {
		if v, err := syscall.UTF16FromString(variable); err == nil {
			b = append(b, v...)
		}
	}
	return append(b, 0)
}

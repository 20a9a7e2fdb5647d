package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	winplugin "github.com/RamanSharma100/go-winplugin"
)

// deniedInContainers are system calls that Docker's default profile for seccomp refuses a
// container without capabilities (docs.docker.com/engine/security/seccomp). clone3 is
// refused as if it did not exist.
var deniedInContainers = []uint32{
	unix.SYS_ACCT, unix.SYS_ADD_KEY, unix.SYS_BPF, unix.SYS_CLOCK_ADJTIME, unix.SYS_CLOCK_SETTIME,
	unix.SYS_DELETE_MODULE, unix.SYS_FINIT_MODULE, unix.SYS_GET_MEMPOLICY, unix.SYS_INIT_MODULE,
	unix.SYS_IO_URING_ENTER, unix.SYS_IO_URING_REGISTER, unix.SYS_IO_URING_SETUP, unix.SYS_IOPERM,
	unix.SYS_IOPL, unix.SYS_KCMP, unix.SYS_KEXEC_FILE_LOAD, unix.SYS_KEXEC_LOAD, unix.SYS_KEYCTL,
	unix.SYS_MBIND, unix.SYS_MOUNT, unix.SYS_MOVE_PAGES, unix.SYS_OPEN_BY_HANDLE_AT,
	unix.SYS_PERF_EVENT_OPEN, unix.SYS_PERSONALITY, unix.SYS_PIVOT_ROOT, unix.SYS_PROCESS_VM_READV,
	unix.SYS_PROCESS_VM_WRITEV, unix.SYS_PTRACE, unix.SYS_QUOTACTL, unix.SYS_REBOOT, unix.SYS_REQUEST_KEY,
	unix.SYS_SET_MEMPOLICY, unix.SYS_SETNS, unix.SYS_SETTIMEOFDAY, unix.SYS_SWAPOFF, unix.SYS_SWAPON,
	unix.SYS_SYSFS, unix.SYS_UMOUNT2, unix.SYS_UNSHARE, unix.SYS_USERFAULTFD, unix.SYS_USTAT,
}

var restrictions = map[string]func() error{
	"no memory both written and executed": func() error {
		return unix.Prctl(unix.PR_SET_MDWE, unix.PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)
	},
	"container": filterSystemCalls,
}

// filterSystemCalls makes every thread of the process, and later ones, fail in the system
// calls that a container fails in.
func filterSystemCalls() error {
	const load, equal, give = unix.BPF_LD | unix.BPF_W | unix.BPF_ABS, unix.BPF_JMP | unix.BPF_JEQ | unix.BPF_K, unix.BPF_RET | unix.BPF_K
	program := []unix.SockFilter{{Code: load, K: 0}} // the number of the system call
	refuse := func(number uint32, errno unix.Errno) {
		program = append(program, unix.SockFilter{Code: equal, Jf: 1, K: number},
			unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ERRNO | uint32(errno)})
	}
	for _, number := range deniedInContainers {
		refuse(number, unix.EPERM)
	}
	refuse(unix.SYS_CLONE3, unix.ENOSYS)
	program = append(program, unix.SockFilter{Code: give, K: unix.SECCOMP_RET_ALLOW})
	runtime.LockOSThread()
	if err := unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); err != nil {
		return err
	}
	filter := unix.SockFprog{Len: uint16(len(program)), Filter: &program[0]}
	r, _, errno := unix.Syscall(unix.SYS_SECCOMP, unix.SECCOMP_SET_MODE_FILTER, unix.SECCOMP_FILTER_FLAG_TSYNC, uintptr(unsafe.Pointer(&filter)))
	if errno != 0 || r != 0 {
		return fmt.Errorf("seccomp: %v, %w", r, errno)
	}
	return nil
}

// A plugin works where the system refuses a process more than usual.
func TestRestrictedProcess(t *testing.T) {
	for name := range restrictions {
		t.Run(name, func(t *testing.T) {
			t.Log(runChild(t, "restricted", 2*time.Minute, "WINPLUGIN_TEST_RESTRICTION="+name))
		})
	}
}

// A debugger may attach to the host, stop its threads, which are in the plugin as well, and
// go away again.
func TestDebuggerAttaches(t *testing.T) {
	runChild(t, "debugger", 2*time.Minute)
}

func init() {
	children["restricted"] = func() error {
		if err := restrictions[os.Getenv("WINPLUGIN_TEST_RESTRICTION")](); err != nil {
			fmt.Println("this system does not know the restriction:", err)
			return nil
		}
		for range 3 {
			if err := useAndClose(0); err != nil {
				return err
			}
		}
		return nil
	}
	children["debugged"] = func() error { return useAndClose(2 * time.Second) }
	children["debugger"] = attachAsDebugger
}

// useAndClose opens the library, uses it from several goroutines, once or for longer, and
// closes it.
func useAndClose(d time.Duration) error {
	p, err := winplugin.Open(childLibrary())
	if err != nil {
		return err
	}
	fmt.Println("open")
	var working sync.WaitGroup
	errs := make([]error, 4)
	end := time.Now().Add(d)
	for i := range errs {
		working.Go(func() {
			for again := true; again && errs[i] == nil; again = time.Now().Before(end) {
				errs[i] = checkPlugin(p)
				if _, err := p.Call(context.Background(), "Collect"); err != nil {
					errs[i] = err
				}
			}
		})
	}
	working.Wait()
	return errors.Join(append(errs, p.Close())...)
}

// attachAsDebugger starts the host and attaches to it again and again.
func attachAsDebugger() error {
	runtime.LockOSThread() // a debugger is a thread
	self, err := os.Executable()
	if err != nil {
		return err
	}
	host := exec.Command(self)
	host.Env = append(os.Environ(), childName+"=debugged")
	host.Stderr = os.Stderr
	out, err := host.StdoutPipe()
	if err != nil {
		return err
	}
	if err := host.Start(); err != nil {
		return err
	}
	if _, err := out.Read(make([]byte, 5)); err != nil {
		return fmt.Errorf("the host has not opened the plugin: %w", err)
	}
	stops := 0
	for range 20 {
		n, err := stopAndGo(host.Process.Pid)
		if err != nil {
			host.Process.Kill()
			return err
		}
		stops += n
		time.Sleep(20 * time.Millisecond)
	}
	fmt.Println("threads stopped:", stops)
	return host.Wait()
}

// stopAndGo stops the threads of a process one by one, lets them go, and returns how many
// they were. A signal that stops a thread in place of the debugger is passed on.
func stopAndGo(pid int) (stops int, err error) {
	tasks, err := os.ReadDir(filepath.Join("/proc", strconv.Itoa(pid), "task"))
	if err != nil {
		return 0, err
	}
	for _, task := range tasks {
		tid, err := strconv.Atoi(task.Name())
		if err != nil {
			return stops, err
		}
		if err := unix.PtraceSeize(tid); errors.Is(err, unix.ESRCH) {
			continue // it has ended
		} else if err != nil {
			return stops, fmt.Errorf("attaching: %w", err)
		}
		if err := unix.PtraceInterrupt(tid); err != nil {
			return stops, fmt.Errorf("stopping: %w", err)
		}
		var status unix.WaitStatus
		if _, err := unix.Wait4(tid, &status, unix.WALL, nil); err != nil {
			return stops, fmt.Errorf("waiting for a stop: %w", err)
		}
		if !status.Stopped() {
			continue
		}
		stops++
		signal := unix.Signal(0)
		if status>>16 == 0 { // not the stop that was asked for
			signal = status.StopSignal()
		}
		if _, _, errno := unix.Syscall6(unix.SYS_PTRACE, unix.PTRACE_DETACH, uintptr(tid), 0, uintptr(signal), 0, 0); errno != 0 {
			return stops, fmt.Errorf("letting go: %w", errno)
		}
	}
	return stops, nil
}
